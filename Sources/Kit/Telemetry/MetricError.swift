/// Why a metric was refused, and what to do about it.
public struct MetricError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The name of the metric as it was given.
  public let metric: String

  /// What is wrong with it.
  public let problem: String

  /// What would be accepted instead.
  public let fix: String

  package init(_ metric: String, _ problem: String, fix: String) {
    self.metric = metric
    self.problem = problem
    self.fix = fix
  }

  /// The metric, the problem and the fix in one line.
  public var description: String {
    "metric '\(metric)': \(problem); \(fix)"
  }
}
