internal import CMicroHTTPD
internal import Glibc

/// Wakes the loop's thread from its poll; a signal given while nobody waits is not lost.
final class WakeSignal: Sendable {
  /// What to poll for reading.
  let fileDescriptor: Int32

  /// A signal that has not been given; nil when the process has no descriptor left.
  init?() {
    fileDescriptor = eventfd(0, Int32(O_NONBLOCK | O_CLOEXEC))
    guard fileDescriptor >= 0 else { return nil }
  }

  deinit { if fileDescriptor >= 0 { close(fileDescriptor) } }

  /// Wakes the waiting thread, or the next that waits.
  func give() { eventfd_write(fileDescriptor, 1) }

  /// Takes the signal back, so that the next wait waits.
  func take() {
    var count: eventfd_t = 0
    _ = unsafe eventfd_read(fileDescriptor, &count)
  }
}
