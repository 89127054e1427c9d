package import Delivery
package import Time

/// Which dead letters are meant: those to which all of it applies.
package struct DeadLetterSelection: Sendable, Equatable {
  /// The one of this id.
  package var id: String?
  /// Those given up for the reason of that name.
  package var reason: String?
  /// Those given up longer ago than this.
  package var age: Duration?
  /// Those that were to go out on the instance of that name.
  package var instance: String?

  /// All dead letters.
  package init() {}

  /// Whether a dead letter is meant, by the queue's time.
  package func includes(_ letter: DeadLetter, at now: Timestamp) -> Bool {
    (id == nil || id == letter.id) && (reason == nil || reason == letter.reason)
      && (instance == nil || instance == letter.instance) && (age.map { now.since(letter.diedAt) > $0 } ?? true)
  }
}

/// How far work on dead letters has got.
package struct DeadLetterProgress: Sendable, Equatable {
  /// How many were looked at.
  package var seen = 0
  /// How many there were when it began.
  package var total = 0
  /// How many of those seen were meant, and are done with, by reason.
  package var chosen: [String: Int] = [:]

  /// Nothing is done yet.
  package init() {}

  /// How many were meant, and are done with.
  package var count: Int { chosen.values.reduce(0, +) }
}
