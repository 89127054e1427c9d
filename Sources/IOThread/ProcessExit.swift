internal import Glibc

/// The ends of a process.
public enum ProcessExit {
  /// Ends the process in order.
  public static func end(with code: Int32) -> Never { exit(code) }

  /// Ends the process on the spot: nothing that is registered to run at the end runs.
  public static func endAtOnce(with code: Int32) -> Never { _exit(code) }
}
