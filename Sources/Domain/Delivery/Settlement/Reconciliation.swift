internal import Time

/// What becomes of a message that may have been sent, once the server was asked for it.
public enum Reconciliation: Sendable, Equatable {
  /// It was sent.
  case sent(SendReceipt)
  /// It was not sent, for sure: it may be now.
  case absent
  /// The server is asked again after a while.
  case lookAgain(after: Duration)
  /// Nobody will ever know.
  case unknown
}

/// The rules of looking for messages that may have been sent.
///
/// A server goes on with a send whose caller has given up: what is not there yet may still come. So a message counts as
/// absent only when twice the time has passed that a send may take.
public struct ReconciliationPolicy: Sendable, Equatable {
  /// Whether uncertain sends are looked up.
  public let isOn: Bool
  /// After how long what is not there was not sent.
  public let settlingTime: Duration
  /// How long the server is asked in vain before it counts as never to be known.
  public let patience: Duration

  /// The rules, by how long a send may take.
  public init(isOn: Bool = true, sendTimeout: Duration = .seconds(30)) {
    self.isOn = isOn
    settlingTime = sendTimeout * 2
    patience = max(.seconds(60), sendTimeout * 10)
  }

  /// How long after its send a message is looked for, the first time.
  public var firstLook: Duration { min(.seconds(2), settlingTime) }

  /// What to make of an answer.
  ///
  /// - Parameters:
  ///   - lookup: the answer.
  ///   - age: how long ago sending began.
  /// - Returns: what becomes of the message.
  public func reconciliation(_ lookup: SentLookup, age: Duration) -> Reconciliation {
    switch lookup {
    case .found(let receipt): .sent(receipt)
    case .absent: age >= settlingTime ? .absent : .lookAgain(after: min(rest(at: age), settlingTime - age))
    case .unsupported: .unknown
    case .unknown: age >= patience ? .unknown : .lookAgain(after: rest(at: age))
    }
  }

  /// The older the question, the rarer it is asked.
  private func rest(at age: Duration) -> Duration { min(max(firstLook, age / 2), .seconds(60)) }
}
