import Subprocess

/// A program that runs apart from whoever started it, as the tests' servers do.
///
/// The library ties a process to the call that runs it, so that a task of its own makes that call. Signals are handed
/// to the task: outside of the call the process's number may be another's. That the program has ended by itself shows
/// there by the end of its output alone.
final class RunningProgram: Sendable {
  let processIdentifier: Int32
  private let signals: AsyncStream<Signal>.Continuation
  private let running: Task<TerminationStatus, any Error>

  init(_ name: String, _ arguments: [String]) async throws {
    let (orders, signals) = AsyncStream.makeStream(of: Signal.self)
    let (starts, start) = AsyncStream.makeStream(of: Int32.self)
    running = Task {
      defer { start.finish() }
      return try await run(
        .name(name), arguments: Arguments(arguments), input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        start.yield(execution.processIdentifier.value)
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { for await signal in orders { try execution.send(signal: signal) } }
          for try await _ in execution.standardOutput {}
          group.cancelAll()
        }
      }.terminationStatus
    }
    self.signals = signals
    guard let number = await starts.first(where: { _ in true }) else {
      _ = try await running.value
      throw CancellationError()
    }
    processIdentifier = number
  }

  deinit { running.cancel() }

  func send(_ signal: Signal) { signals.yield(signal) }

  func end() async throws -> TerminationStatus { try await running.value }
}
