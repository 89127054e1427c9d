/// How one request ended.
enum TransferResult: Sendable {
  /// An answer came.
  case answer(TransferAnswer)
  /// No answer came, or not the whole of it.
  case failed(TransferFailure)
}

/// An HTTP answer.
struct TransferAnswer: Sendable {
  /// The status code.
  let status: Int
  /// The body, or its first bytes when it was truncated.
  let body: [UInt8]
  /// Whether the body went over the bound and was left unread from there.
  var isTruncated = false
  /// What `Retry-After` asked for, given in seconds or as a date.
  var retryAfter: Duration?
}

/// A request that got no whole answer.
struct TransferFailure: Sendable {
  /// What stopped it.
  enum Reason: Sendable {
    case timedOut, cancelled, broken
  }

  /// What stopped it.
  let reason: Reason
  /// libcurl's words for it: they may name host and port.
  let message: String
  /// How far the request had got.
  let progress: RequestProgress
}

/// How much of a request was handed to the connection: what tells "not sent" from "nobody knows".
enum RequestProgress: Sendable {
  /// Not a byte.
  case nothingWritten
  /// Some of it, but not all: no server takes that for a request.
  case partlyWritten
  /// All of it, or nobody knows: the server may have acted on it.
  case wholeWritten
}
