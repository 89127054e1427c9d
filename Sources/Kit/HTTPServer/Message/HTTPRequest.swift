internal import PercentEncoding

/// A request, whole.
package struct HTTPRequest: Sendable {
  /// `GET`, `POST`, …; a `HEAD` comes as `GET`, and the server leaves the answer's body away.
  package let method: String
  /// The path as it was sent, escapes included, without the query.
  package let path: String
  /// The query's names and values, decoded, in order.
  package let query: [(name: String, value: String)]
  /// The header fields.
  package let headers: HTTPHeaders
  /// The body; empty when there is none.
  package let body: [UInt8]

  /// The path's segments, decoded one by one, so that an escaped slash stays inside its segment.
  package var segments: [String] {
    // By bytes: what is sent unescaped may begin with a mark that makes one character with the slash before it.
    path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0).percentDecoded }
  }
}
