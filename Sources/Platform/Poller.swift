internal import CLinux
internal import Glibc

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
  ///   - timeout: in milliseconds; nil waits without end.
  ///   - events: replaced by what is ready, at most 256 at once.
  public func wait(milliseconds timeout: Int32?, into events: inout [Event]) {
    events.removeAll(keepingCapacity: true)
    unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 256) { buffer in
      let count = unsafe epoll_wait(descriptor, buffer.baseAddress, Int32(buffer.count), timeout ?? -1)
      for position in 0..<Int(max(count, 0)) {
        let event = unsafe buffer[position]
        unsafe events.append(Event(fileDescriptor: event.data.fd, readiness: Readiness(event.events)))
      }
    }
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
