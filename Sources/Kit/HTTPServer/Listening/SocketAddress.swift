/// Where to listen: `127.0.0.1:9464`, `[::1]:9464`, `0.0.0.0:9464`, `localhost:9464`; port 0 takes a free one.
package struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
  /// A numeric address or a name, without brackets.
  package let host: String
  /// From 0, any free one, to 65535.
  package let port: UInt16

  /// An address by its parts.
  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`; an IPv6 address stands in brackets.
  ///
  /// - Throws: ``HTTPServerError`` that says what is wrong with the text.
  package init(parsing text: String) throws(HTTPServerError) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw HTTPServerError(address: text, reason: .malformed("it is not host:port with a port from 0 to 65535"))
    }
    var host = text[..<colon]
    if host.first == "[", host.last == "]" {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw HTTPServerError(address: text, reason: .malformed("an IPv6 address stands in brackets, as in [::1]:9464"))
    }
    guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "\0" }) else {
      throw HTTPServerError(address: text, reason: .malformed("the host is missing, as in 127.0.0.1:9464"))
    }
    guard !Self.looksLikeIPv4(host) || Self.isIPv4(host) else {
      throw HTTPServerError(address: text, reason: .malformed("an IPv4 address has four numbers from 0 to 255"))
    }
    self.init(host: String(host), port: port)
  }

  /// No name consists of digits and dots alone: its last part would be a top-level domain.
  private static func looksLikeIPv4(_ host: Substring) -> Bool {
    host.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
  }

  private static func isIPv4(_ host: Substring) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The address at which a server that listens here is reached from its own machine: loopback, where it listens on
  /// every address.
  package var reachable: SocketAddress {
    switch host {
    case "0.0.0.0": SocketAddress(host: "127.0.0.1", port: port)
    case "::", "0:0:0:0:0:0:0:0": SocketAddress(host: "::1", port: port)
    default: self
    }
  }

  /// `host:port`, with brackets around an IPv6 address.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
