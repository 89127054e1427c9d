/// Why the queue could not do what it was asked.
public enum QueueError: Error, Equatable, CustomStringConvertible {
  /// The queue is away, and the command never left: nothing was changed.
  case unavailable(String)
  /// The connection broke with the command on the wire: it may or may not have been carried out.
  case interrupted(String)
  /// The queue answered that it will not, and why.
  case refused(String)

  /// The kind and the cause, without secrets or payloads.
  public var description: String {
    switch self {
    case .unavailable(let cause): "the queue is away: \(cause)"
    case .interrupted(let cause): "the connection to the queue broke with a command under way: \(cause)"
    case .refused(let cause): "the queue refused: \(cause)"
    }
  }
}
