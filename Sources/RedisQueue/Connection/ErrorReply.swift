internal import Delivery

/// What an error reply means for the one who asked.
struct ErrorReply {
  private let text: String

  /// An error by the server's words.
  init(_ text: String) { self.text = text }

  /// The first word, which names the kind of error.
  var code: Substring { text.prefix { $0 != " " } }

  /// The server's words without the arguments that it may quote: those can hold a password or people's data.
  var words: String {
    let quote = ", with args beginning with:"
    guard let start = text.utf8.indices.first(where: { text.utf8[$0...].starts(with: quote.utf8) }) else {
      return text
    }
    return String(text[..<start])
  }

  /// Whether the server will take the same command later: nothing was changed.
  var isPassing: Bool {
    ["LOADING", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "BUSY"].contains(code)
  }

  /// Whether this connection leads to a server that has become a replica.
  var asksForAnotherServer: Bool { code == "READONLY" }

  /// Whether the server does not know the script of that digest.
  var isUnknownScript: Bool { code == "NOSCRIPT" }

  /// Whether a key holds another type than the command works on.
  var isWrongType: Bool { code == "WRONGTYPE" || text.utf8.count < 1024 && text.contains("WRONGTYPE") }

  /// The error for the queue's users.
  var queueError: QueueError { isPassing ? .unavailable(words) : .refused(words) }
}
