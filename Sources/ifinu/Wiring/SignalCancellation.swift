import Platform
import Synchronization
import UnixSignals

/// A command that a signal ended before its work was done.
struct Interruption: CommandFailure {
  let signal: UnixSignal
  /// How far it had got; nil when there is nothing to say of it.
  var done: String?
  var message: String { "ended by \(signal)" + (done.map { "; \($0)" } ?? "") }
  /// What a shell says of a program that died of the signal.
  var exitCode: Int32 { 128 + signal.rawValue }
}

/// What work throws that was cancelled and has something to say of how far it had got.
struct Halted: Error {
  let done: String
}

/// Does something that SIGINT and SIGTERM end in order: the first signal cancels it, so that it can clear up; the second
/// ends the process at once.
///
/// - Returns: what the body returns, also when it returned because it was cancelled.
/// - Throws: ``Interruption`` when the body failed after a signal; else what the body throws.
func withCancellationBySignals<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
  let first = FirstSignal()
  let work = Task { try await body() }
  let listener = Task {
    for await signal in signals {
      guard first.note(signal) else { ProcessExit.endAtOnce(with: 128 + signal.rawValue) }
      work.cancel()
    }
  }
  defer { listener.cancel() }
  do {
    return try await work.value
  } catch {
    throw first.signal.map { Interruption(signal: $0, done: (error as? Halted)?.done) } ?? error
  }
}

/// Returns when the task is cancelled.
func untilCancelled() async {
  let (never, continuation) = AsyncStream.makeStream(of: Never.self)
  for await _ in never {}
  continuation.finish()
}

private final class FirstSignal: Sendable {
  private let noted = Mutex<UnixSignal?>(nil)

  var signal: UnixSignal? { noted.withLock(\.self) }

  /// Remembers a signal; false when it is not the first.
  func note(_ signal: UnixSignal) -> Bool {
    noted.withLock { noted in
      defer { noted = noted ?? signal }
      return noted == nil
    }
  }
}
