/// Why the queue could not do what it was asked.
public enum QueueError: Error, Equatable, CustomStringConvertible {
  /// The queue is away, and the command never left: nothing was changed.
  case unavailable(String)
  /// The connection broke with the command on the wire: it may or may not have been carried out.
  case interrupted(String)
  /// The queue is there and lets nobody work, or not this program: a wrong password, a disk that is full. Nothing was
  /// changed.
  case denied(String)
  /// The queue answered that it will not do this, and why.
  case refused(String)
  /// No message is given out, since the dead letters would have no room for those that can't be sent.
  case full(dead: Int, limit: Int)

  /// Whether it says that nobody can work on the queue now, holders of leases included.
  public var isOutage: Bool {
    switch self {
    case .unavailable, .interrupted, .denied: true
    case .refused, .full: false
    }
  }

  /// The kind and the cause, without secrets or payloads.
  public var description: String {
    switch self {
    case .unavailable(let cause): "the queue is away: \(cause)"
    case .interrupted(let cause): "the connection to the queue broke with a command under way: \(cause)"
    case .denied(let cause), .refused(let cause): "the queue refused: \(cause)"
    case .full(let dead, let limit): "there are \(dead) dead letters, and \(limit) are the most that are kept"
    }
  }
}
