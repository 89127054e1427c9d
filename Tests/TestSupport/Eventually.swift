/// What was waited for did not come.
package struct NeverCame: Error, CustomStringConvertible {
  /// What was waited for.
  package let description: String

  /// An error about something.
  package init(description: String) { self.description = description }
}

/// Waits until a condition holds, by looking again and again, for as long as a test's patience lasts.
///
/// - Parameters:
///   - what: what is waited for, for the error.
///   - interval: the rest between two looks.
///   - holds: whether the condition holds now.
/// - Throws: ``NeverCame`` when it did not hold in time; what the condition throws.
package func eventually(
  _ what: String, every interval: Duration = .milliseconds(1), _ holds: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + .patience
  while true {
    if try await holds() { return }
    guard ContinuousClock.now < end else { throw NeverCame(description: "never came: \(what)") }
    try await Task.sleep(for: interval)
  }
}
