/// How one request ended.
package enum TransferResult: Sendable {
  /// An answer came.
  case answer(TransferAnswer)
  /// No answer came, or not the whole of it.
  case failed(TransferFailure)
}

/// An HTTP answer.
package struct TransferAnswer: Sendable {
  /// The status code.
  package let status: Int
  /// The body, or its first bytes when it was truncated.
  package let body: [UInt8]
  /// Whether the body went over the bound and was left unread from there.
  package var isTruncated = false
  /// What `Retry-After` asked for, given in seconds or as a date.
  package var retryAfter: Duration?

  /// An answer.
  package init(status: Int, body: [UInt8], isTruncated: Bool = false, retryAfter: Duration? = nil) {
    self.status = status
    self.body = body
    self.isTruncated = isTruncated
    self.retryAfter = retryAfter
  }
}

/// A request that got no whole answer.
package struct TransferFailure: Sendable {
  /// What stopped it.
  package enum Reason: Sendable {
    case timedOut, cancelled, broken
  }

  /// What stopped it.
  package let reason: Reason
  /// libcurl's words for it: they may name host and port.
  package let message: String
  /// How far the request had got.
  package let progress: RequestProgress

  /// A failure.
  package init(reason: Reason, message: String, progress: RequestProgress) {
    self.reason = reason
    self.message = message
    self.progress = progress
  }
}

/// How much of a request was handed to the connection: what tells "not sent" from "nobody knows".
package enum RequestProgress: Sendable {
  /// Not a byte.
  case nothingWritten
  /// Some of it, but not all: no server takes that for a request.
  case partlyWritten
  /// All of it, or nobody knows: the server may have acted on it.
  case wholeWritten
}
