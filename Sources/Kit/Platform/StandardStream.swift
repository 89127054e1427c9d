internal import Glibc

/// The process's standard streams for output.
public enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Writes all of the bytes; what can't be written is dropped: a reader that went away is no error of ours.
  public func write(_ bytes: [UInt8]) { try? put(bytes) }

  /// Writes all of the bytes.
  ///
  /// - Throws: ``SystemError`` when they can't be written, as when the reader has gone or the disk is full.
  public func put(_ bytes: [UInt8]) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(rawValue, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN {
        var descriptor = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&descriptor, 1, 1000)
        continue
      }
      guard count > 0 else { throw SystemError.last("write") }
      written += count
    }
  }

  /// Writes a text.
  public func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes a text and ends the line.
  public func writeLine(_ text: String = "") { write(text + "\n") }

  /// Whether a person reads it on a terminal.
  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The width of the terminal in characters; nil when there is none.
  public var columns: Int? {
    var size = winsize()
    guard unsafe ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
