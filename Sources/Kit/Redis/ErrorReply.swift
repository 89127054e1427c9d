/// An error reply, and what it means for the one who asked.
package struct ErrorReply: Equatable, Sendable {
  private let text: String

  /// An error by the server's words.
  package init(_ text: String) { self.text = text }

  /// The word that names the kind of error. Redis 6 wraps the error of a command inside a script in another one, where
  /// the word follows the last `: -`.
  package var code: Substring {
    let isWrapped = text.hasPrefix("ERR Error running script")
    let start = isWrapped ? text.utf8.indices.last { text.utf8[$0...].starts(with: ": -".utf8) } : nil
    return text[(start.map { text.utf8.index($0, offsetBy: 3) } ?? text.startIndex)...].prefix { $0 != " " }
  }

  /// The server's words without the arguments that it may quote: those can hold a password or people's data.
  package var message: String {
    let quote = ", with args beginning with:"
    guard let start = text.utf8.indices.first(where: { text.utf8[$0...].starts(with: quote.utf8) }) else {
      return text
    }
    return String(text[..<start])
  }

  /// Whether the server will take the same command later: nothing was changed.
  package var isTransient: Bool {
    ["LOADING", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "NOREPLICAS", "TRYAGAIN", "BUSY"].contains(code)
  }

  /// Whether the server refuses such commands to everybody, or to this user.
  package var isDenial: Bool {
    // Inside a script Redis 7 has no word of its own for a missing permission.
    ["MISCONF", "NOAUTH", "WRONGPASS", "NOPERM"].contains(code) || text.contains("executing the script can't")
  }

  /// Whether this connection leads to a server that has become a replica.
  var isFromReplica: Bool { code == "READONLY" }

  /// Whether nothing is answered before a password has been given.
  var wantsCredentials: Bool { code == "NOAUTH" }

  /// Whether the server does not know the script of that digest.
  var isUnknownScript: Bool { code == "NOSCRIPT" }

  /// Whether a key holds another type than the command works on.
  package var isWrongType: Bool { code == "WRONGTYPE" }
}
