import HTTPClient
import Platform
import Settings
import Subprocess

/// A worker in a process of its own, for as long as something is done with it.
struct ChildWorker {
  /// The variables that it is given; other variables of ours it does not see.
  let settings: [Setting: String]
  let metricsURL: String
  /// How long it takes at most to end in order.
  let grace: Duration

  private static let startBound = Duration.seconds(15)

  /// Starts a worker, waits until it answers, does something, and stops it.
  ///
  /// - Throws: ``WorkFailure`` when it does not start, or ends while something is done with it.
  func run<Value: Sendable>(
    _ fetcher: HTTPFetcher, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let process = AttendedProcess(
      program: "/proc/self/exe", arguments: ["worker"], environment: environment, showsErrors: true,
      terminationGrace: grace + .seconds(6))
    return try await process.run(orFail: { code in
      let end = code.map { "with the code \($0)" } ?? "by a signal"
      return WorkFailure(message: "the worker ended \(end); its own words above say why")
    }) {
      try await awaitStart(fetcher)
      return try await body()
    }
  }

  private var environment: Environment {
    var variables = ProcessEnvironment.variables.filter { !$0.key.hasPrefix("IFINU_") }
    for (setting, text) in settings { variables[setting.name] = text }
    return .custom(
      Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
  }

  private func awaitStart(_ fetcher: HTTPFetcher) async throws {
    let deadline = ContinuousClock.now + Self.startBound
    while ContinuousClock.now < deadline {
      if let page = await fetcher.page(at: metricsURL), MetricsPage(page).isWorker { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw WorkFailure(message: "the worker did not start; its own words above say why")
  }
}
