/// How far a message gets on its way to its reader, in WhatsApp's words.
package enum Acknowledgement: String, Sendable, CaseIterable {
  /// Nothing is heard of it after the answer to the send.
  case pending = "PENDING"
  /// WhatsApp's server has it.
  case server = "SERVER_ACK"
  /// The recipient's phone has it.
  case delivery = "DELIVERY_ACK"
  /// It was read.
  case read = "READ"
  /// WhatsApp refused it.
  case error = "ERROR"

  /// The statuses that follow the answer to a send, in order.
  var steps: [Acknowledgement] {
    switch self {
    case .pending: []
    case .server: [.server]
    case .delivery: [.server, .delivery]
    case .read: [.server, .delivery, .read]
    case .error: [.error]
    }
  }

  /// The steps, and how long after the send each of them comes: the first one at once.
  func course(pace: Duration) -> [(status: Acknowledgement, after: Duration)] {
    steps.enumerated().map { ($0.element, pace * $0.offset) }
  }
}
