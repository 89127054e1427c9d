internal import Glibc

/// A call to the operating system that failed.
public struct SystemError: Error, CustomStringConvertible {
  /// The call.
  public let operation: String
  /// The `errno` that it left.
  public let code: Int32

  /// The call and the system's words for its error.
  public var description: String { "\(operation): \(reason)" }

  /// The system's words for the error alone.
  public var reason: String { unsafe String(cString: strerror(code)) }
  /// Whether the other end of a pipe or connection had gone.
  public var isBrokenPipe: Bool { code == EPIPE }

  /// Whether there is nothing of that name.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  init(operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  /// The error that the last call left in `errno`.
  static func last(_ operation: String) -> SystemError { SystemError(operation: operation, code: errno) }
}
