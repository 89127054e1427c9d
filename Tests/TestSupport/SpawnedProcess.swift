internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A program that runs beside the tests, for longer than the call that started it.
package final class SpawnedProcess: Sendable {
  /// How a program ended.
  package enum End: Equatable, Sendable {
    /// By itself, with a code.
    case exited(Int32)
    /// By a signal.
    case killed(Int32)
  }

  /// While a program runs, the library tells of its end only whoever is ending it: so each is told to end by a signal
  /// that does nothing, and is killed an hour later.
  private static let lifetime = TeardownStep.send(
    signal: Signal(rawValue: 0), allowedDurationToNextStep: .seconds(3_600))

  /// Its number.
  package let processIdentifier: Int32
  /// Nil from the moment on when its number may be another's.
  private let send: Mutex<(@Sendable (Signal) throws -> Void)?>
  private let ending = Mutex<End?>(nil)

  private init(_ execution: Execution<some InputProtocol, some OutputProtocol, some OutputProtocol>) {
    processIdentifier = execution.processIdentifier.value
    send = Mutex { @Sendable signal in try execution.send(signal: signal) }
  }

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: its name on the search path, or its path.
  ///   - arguments: its arguments without its name.
  ///   - environment: its variables; nil for those of the tests.
  ///   - directory: where it runs; nil for where the tests do.
  ///   - input: the file that it reads.
  ///   - output: the file that its standard output goes to.
  ///   - errors: the file that its standard error goes to.
  /// - Returns: the program, running.
  /// - Throws: what keeps it from running.
  package static func start(
    _ executable: String, _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil,
    input: String = "/dev/null", output: String, errors: String
  ) async throws -> SpawnedProcess {
    let variables = environment?.map { (Environment.Key(stringLiteral: $0), $1) }
    let configuration = Configuration(
      executable: executable.contains("/") ? .path(FilePath(executable)) : .name(executable),
      arguments: Arguments(arguments),
      environment: variables.map { .custom(Dictionary(uniqueKeysWithValues: $0)) } ?? .inherit,
      workingDirectory: directory.map { FilePath($0) })
    let input = try FileDescriptor.open(FilePath(input), .readOnly, options: .closeOnExec)
    let (output, errors) = (try appending(to: output), try appending(to: errors))
    return try await withCheckedThrowingContinuation { start in
      Task {
        var process: SpawnedProcess?
        do {
          let status = try await Subprocess.run(
            configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .fileDescriptor(output, closeAfterSpawningProcess: true),
            error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
          ) { execution in
            let started = SpawnedProcess(execution)
            process = started
            start.resume(returning: started)
            await execution.teardown(using: [lifetime])
            started.send.withLock { $0 = nil }
          }.terminationStatus
          process?.take(status)
        } catch {
          if process == nil { start.resume(throwing: error) }
        }
      }
    }
  }

  /// How it ended; nil while it runs.
  package var end: End? { ending.withLock(\.self) }

  /// Whether it has not ended yet.
  package var isRunning: Bool { end == nil }

  /// Sends it a signal, unless it has ended.
  package func signal(_ signal: Int32) {
    send.withLock { send in try? send?(Signal(rawValue: signal)) }
  }

  /// Stops it, and returns when it stands still, or has ended.
  package func pause() {
    signal(SIGSTOP)
    var information = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(processIdentifier), &information, WSTOPPED | WNOWAIT) != 0, errno == EINTR {}
  }

  private func take(_ status: TerminationStatus) {
    let end: End =
      switch status {
      case .exited(let code): .exited(code)
      case .signaled(let signal): .killed(signal)
      }
    ending.withLock { $0 = end }
  }

  private static func appending(to path: String) throws -> FileDescriptor {
    try .open(
      FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerRead, .ownerWrite])
  }
}
