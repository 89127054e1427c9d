internal import CLinux
internal import Glibc

/// Wakes a thread that waits in `poll` or `epoll_wait`: an eventfd, level-triggered, so that a signal given while
/// nobody waits is not lost.
public final class WakeSignal: Sendable {
  /// What to poll for reading.
  public let fileDescriptor: Int32

  /// A signal that has not been given.
  ///
  /// - Throws: ``SystemError`` when the process has no descriptor left.
  public init() throws(SystemError) {
    fileDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard fileDescriptor >= 0 else { throw SystemError.last("eventfd") }
  }

  deinit { close(fileDescriptor) }

  /// Wakes the waiting thread, or the next that waits.
  public func signal() { eventfd_write(fileDescriptor, 1) }

  /// Takes the signal back, so that the next wait waits.
  public func reset() {
    var count: eventfd_t = 0
    unsafe eventfd_read(fileDescriptor, &count)
  }
}
