public import Time

/// How fast one instance may send, whatever the number of processes.
public struct InstanceLimits: Equatable, Sendable {
  /// What ``concurrency`` may be.
  static let concurrencies = 0...5_000
  /// What ``interval`` may be.
  static let intervals = Duration.zero...(.seconds(86_400))
  /// What a daily cap may be; 0 for none.
  static let caps = 0...10_000_000

  /// Sends under way at once; 0 for no limit.
  public var concurrency = 0
  /// The time between the starts of two sends; zero for none.
  public var interval = Duration.zero
  /// The share of the interval by which it is drawn shorter or longer for each send, from 0 to 1.
  public var jitter = 0.3
  /// How many sends a day.
  public var dailyCap = DailyCap()
  /// The day from which the warm-up counts; nil for the first on which the instance sent.
  public var since: CalendarDate?

  /// No limits.
  public init() {}

  /// The cap of a day.
  ///
  /// - Parameters:
  ///   - day: the day.
  ///   - firstDay: the first on which the instance sent, as far as is known; ``since`` goes before it.
  /// - Returns: nil for no limit.
  public func cap(on day: CalendarDate, firstDay: CalendarDate?) -> Int? {
    dailyCap.cap(on: day, firstDay: since ?? firstDay)
  }
}
