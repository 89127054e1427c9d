internal import CLinux
internal import Glibc

/// A process that must not outlive the one that started it.
public enum TiedProcess {
  /// Makes another program of this process, which is told to end (SIGTERM) when its parent is gone, however that went.
  ///
  /// The system goes by the thread that started the process: it has to be one that lives as long as the parent does.
  ///
  /// - Parameters:
  ///   - parent: the number of the process that started this one.
  ///   - program: its name on the search path, or its path.
  ///   - arguments: its arguments without its name.
  /// - Throws: ``SystemError`` when there is no such program, and when the parent is gone already. Nothing else returns.
  public static func become(
    childOf parent: Int32, _ program: String, _ arguments: [String]
  ) throws(SystemError) -> Never {
    guard clinux_set_parent_death_signal(SIGTERM) == 0 else { throw SystemError.last("prctl") }
    guard getppid() == parent else { throw SystemError(operation: "getppid", code: ESRCH) }
    // What a process ignores, the program that it becomes ignores, too.
    _ = signal(SIGPIPE, SIG_DFL)
    let list = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    unsafe execvp(program, list)
    throw SystemError.last("execvp")
  }

  /// This process's number.
  public static var ownNumber: Int32 { getpid() }
}
