internal import Glibc

/// Why a connection is no good any more, or never was.
struct ConnectionFault: Error, CustomStringConvertible {
  /// Whether the server itself said no, so that asking again as it is won't help.
  let isRefusal: Bool
  /// The cause in words, without secrets.
  let description: String

  init(_ description: String, isRefusal: Bool = false) {
    self.description = description
    self.isRefusal = isRefusal
  }

  /// A fault by the system's number for it.
  static func system(_ code: Int32) -> ConnectionFault { ConnectionFault(unsafe String(cString: strerror(code))) }
}
