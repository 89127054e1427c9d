internal import Glibc

/// The ends of a process. Neither runs what is registered to run at the end: that would take the C libraries away from
/// threads which still use them, as OpenSSL does, and crash a process that has done its work.
public enum ProcessExit {
  /// Ends the process when what was printed has been written.
  public static func end(with code: Int32) -> Never {
    fflush(nil)
    _exit(code)
  }

  /// Ends the process on the spot.
  public static func endAtOnce(with code: Int32) -> Never { _exit(code) }
}
