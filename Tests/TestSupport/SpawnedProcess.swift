internal import CSpawn
package import Foundation
internal import Glibc
internal import Synchronization

/// A program started by `posix_spawn`.
///
/// Foundation's `Process` reads the list of open descriptors in a way that runs past its buffer when there are some
/// 1,400 of them, as there are while the servers' tests hold hundreds of connections: the tests crashed now and then.
package final class SpawnedProcess: Sendable {
  /// How a program ended.
  package enum End: Equatable, Sendable {
    /// By itself, with a code.
    case exited(Int32)
    /// By a signal.
    case killed(Int32)
  }

  /// What the system said instead of starting it.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Its number.
  package let processIdentifier: Int32
  private let ending = Mutex<End?>(nil)

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
  ///   - onEnd: called when it has ended.
  /// - Throws: ``Failure`` when it can't be started.
  package init(
    _ executable: String, _ arguments: [String], environment: [String: String]? = nil, directory: URL? = nil,
    input: String = "/dev/null", output: String = "/dev/null", errors: String = "/dev/null",
    onEnd: @escaping @Sendable () -> Void = {}
  ) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    if let directory { unsafe posix_spawn_file_actions_addchdir_np(&actions, directory.path) }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)

    // A thread of the tests may block signals; a child that inherits that can't be ended by SIGTERM.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    unsafe sigemptyset(&noSignals)
    unsafe posix_spawnattr_setsigmask(&attributes, &noSignals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }
    let argumentList = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
    let variableList = unsafe variables.map { unsafe strdup($0) } + [nil]
    defer { unsafe (argumentList + variableList).forEach { unsafe free($0) } }
    var identifier = pid_t()
    let code = unsafe posix_spawnp(&identifier, executable, &actions, &attributes, argumentList, variableList)
    guard code == 0 else {
      throw Failure(description: "\(executable) can't be started: \(unsafe String(cString: strerror(code)))")
    }
    processIdentifier = identifier
    Thread.detachNewThread { [self] in
      awaitEnd()
      onEnd()
    }
  }

  /// How it ended; nil while it runs.
  package var end: End? { ending.withLock(\.self) }

  /// Whether it has not ended yet.
  package var isRunning: Bool { end == nil }

  /// Sends it a signal, unless it has ended.
  package func signal(_ signal: Int32) {
    ending.withLock { end in
      if end == nil { _ = Glibc.kill(processIdentifier, signal) }
    }
  }

  /// Stops it, and returns when it stands still, or has ended.
  package func pause() {
    signal(SIGSTOP)
    var information = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(processIdentifier), &information, WSTOPPED | WNOWAIT) != 0, errno == EINTR {}
  }

  private func awaitEnd() {
    // Its number stays its own until it is reaped, which the lock keeps apart from signals.
    var information = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(processIdentifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    ending.withLock { end in
      var status: Int32 = 0
      _ = unsafe waitpid(processIdentifier, &status, 0)
      end = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(status & 0x7F)
    }
  }
}
