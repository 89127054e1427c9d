internal import CLinux
internal import Glibc
internal import Synchronization
internal import Time

/// Waits for many file descriptors at once (epoll, level-triggered).
public final class Poller: Sendable {
  /// What to wait for, or what has come.
  public struct Readiness: OptionSet, Sendable {
    /// The raw bits.
    public let rawValue: UInt8
    /// Bytes, a connection or an end can be read.
    public static let readable = Readiness(rawValue: 1)
    /// Bytes can be written.
    public static let writable = Readiness(rawValue: 2)
    /// The descriptor is broken or hung up; always waited for.
    public static let failed = Readiness(rawValue: 4)

    /// A set by its raw bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
  }

  /// A descriptor that became ready.
  public struct Event: Sendable {
    /// Which one.
    public let fileDescriptor: Int32
    /// For what.
    public let readiness: Readiness
  }

  private let descriptor: Int32
  /// Whether the kernel, or what stands between it and a container, knows no waits finer than a millisecond.
  private let isCoarse = Atomic(false)

  /// A poller that waits for nothing yet.
  ///
  /// - Throws: ``SystemError`` when the process has no descriptor left.
  public init() throws(SystemError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw SystemError.last("epoll_create1") }
  }

  deinit { close(descriptor) }

  /// Waits for a descriptor from now on, or for other things than before.
  public func watch(_ fileDescriptor: Int32, for readiness: Readiness) {
    var event = unsafe epoll_event()
    unsafe event.data.fd = fileDescriptor
    if readiness.contains(.readable) { unsafe event.events |= EPOLLIN.rawValue }
    if readiness.contains(.writable) { unsafe event.events |= EPOLLOUT.rawValue }
    if unsafe epoll_ctl(descriptor, EPOLL_CTL_MOD, fileDescriptor, &event) != 0 {
      _ = unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, fileDescriptor, &event)
    }
  }

  /// Waits no more for a descriptor.
  public func forget(_ fileDescriptor: Int32) {
    _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, fileDescriptor, nil)
  }

  /// Waits until a descriptor is ready or the time is up.
  ///
  /// - Parameters:
  ///   - timeout: nil waits without end. Where the kernel is older than 5.11 it is rounded up to milliseconds.
  ///   - events: replaced by what is ready, at most 80 at once: so many fit on the stack.
  public func wait(atMost timeout: Duration?, into events: inout [Event]) {
    events.removeAll(keepingCapacity: true)
    unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 80) { buffer in
      let count = unsafe wait(atMost: timeout, into: buffer)
      for position in 0..<Int(max(count, 0)) {
        let event = unsafe buffer[position]
        unsafe events.append(Event(fileDescriptor: event.data.fd, readiness: Readiness(event.events)))
      }
    }
  }

  private func wait(atMost timeout: Duration?, into buffer: UnsafeMutableBufferPointer<epoll_event>) -> Int32 {
    guard let timeout, timeout > .zero, !isCoarse.load(ordering: .relaxed) else {
      let milliseconds = timeout.map { Int32(clamping: max(0, $0.wholeMilliseconds)) } ?? -1
      return unsafe epoll_wait(descriptor, buffer.baseAddress, Int32(buffer.count), milliseconds)
    }
    let (seconds, attoseconds) = timeout.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    let count = unsafe epoll_pwait2(descriptor, buffer.baseAddress, Int32(buffer.count), &time, nil)
    guard count < 0, errno == ENOSYS || errno == EPERM else { return count }
    isCoarse.store(true, ordering: .relaxed)
    return unsafe wait(atMost: timeout, into: buffer)
  }
}

extension Poller.Readiness {
  fileprivate init(_ events: UInt32) {
    self = []
    if events & EPOLLIN.rawValue != 0 { insert(.readable) }
    if events & EPOLLOUT.rawValue != 0 { insert(.writable) }
    if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { insert(.failed) }
  }
}
