public import Time

/// Looks up whether a message that may have been sent was sent.
public protocol SentMessageLookup: Sendable {
  /// Asks the server whether it has a message like this one.
  ///
  /// A server may still be at a send whose caller has given up: ask when it can't be any more.
  ///
  /// - Parameters:
  ///   - message: what may have been sent.
  ///   - since: when sending it began, by the queue's clock; the server's may differ by a minute or two.
  ///   - excluding: WhatsApp's ids of messages that are known to be others, such as those confirmed to earlier copies
  ///     of the same text.
  /// - Returns: what the server has. The same text several times: the oldest that is not excluded.
  func look(for message: OutgoingMessage, since: Timestamp, excluding: Set<String>) async -> SentLookup
}

/// What became of a message that may have been sent.
public enum SentLookup: Sendable, Equatable {
  /// It was sent.
  case found(SendReceipt)
  /// The server keeps what it sends, and has not got it: it was not sent.
  case absent
  /// It can't be told, and why, without anybody's number or text.
  case unknown(String)
  /// The server can't be asked, now or later: it keeps nothing, or knows no such question. Why, without anybody's number.
  case unsupported(String)
}
