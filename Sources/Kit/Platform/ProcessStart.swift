internal import Glibc

/// What a process has to see to before it does anything.
public enum ProcessStart {
  /// Whether the end of the terminal is to be no end of the process, as `nohup` says.
  public static var ignoresHangUp: Bool {
    var action = sigaction()
    guard unsafe sigaction(SIGHUP, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Makes writing to somebody who has gone an error instead of the process's death, and the standard descriptors the
  /// standard streams, even where they were closed: the first file that is opened would take their numbers otherwise,
  /// and be written to.
  public static func prepare() {
    _ = signal(SIGPIPE, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is the one that is missing.
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }
}
