import Platform
import Subprocess
import SystemPackage

/// A program that runs while something is done with it, and ends with that: when it is done, when it fails or is
/// cancelled, and when this process is killed.
struct AttendedProcess {
  let program: String
  let arguments: [String]
  var environment = Environment.inherit
  var showsErrors = false
  /// How long it may take to end when it is told to.
  let terminationGrace: Duration

  private enum Event<Value: Sendable>: Sendable {
    case done(Value)
    case ended(TerminationStatus?)
  }

  /// Starts the program, does something, and ends the program.
  ///
  /// - Parameters:
  ///   - failure: what it means that the program has ended by itself; it is given the program's exit code, where it has
  ///     one.
  ///   - body: what is done.
  /// - Returns: what the body returns.
  /// - Throws: what the body throws, or the failure.
  func run<Value: Sendable>(
    orFail failure: @escaping @Sendable (_ code: Int32?) -> WorkFailure,
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Event<Value>.self) { group in
      group.addTask { .ended(try await attend()) }
      group.addTask { .done(try await body()) }
      defer { group.cancelAll() }
      while let event = try await group.next() {
        switch event {
        case .done(let value): return value
        case .ended(.exited(let code)) where !Task.isCancelled: throw failure(code)
        case .ended where !Task.isCancelled: throw failure(nil)
        // The body has been cancelled, too, and says what comes of it.
        case .ended: continue
        }
      }
      throw CancellationError()
    }
  }

  /// Runs the program to its end; nil when it was told to end.
  private func attend() async throws -> TerminationStatus? {
    var options = PlatformOptions()
    // Out of reach of the terminal's Ctrl-C, which is for this process: it tells the program to end, once.
    options.processGroupID = 0
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: terminationGrace)]
    let all = ["tied", "\(TiedProcess.ownNumber)", program] + arguments
    do {
      if showsErrors {
        return try await Subprocess.run(
          .path("/proc/self/exe"), arguments: Arguments(all), environment: environment, platformOptions: options,
          input: .none, output: .discarded, error: .currentStandardError
        ).terminationStatus
      }
      return try await Subprocess.run(
        .path("/proc/self/exe"), arguments: Arguments(all), environment: environment, platformOptions: options,
        input: .none, output: .discarded, error: .discarded
      ).terminationStatus
    } catch is CancellationError {
      return nil
    }
  }
}
