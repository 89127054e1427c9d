package import Messaging
package import Time

/// What a queue has written down about one instance, at one moment.
package struct InstanceRecord: Sendable, Equatable {
  /// Why nothing goes out on it.
  package struct Stop: Sendable, Equatable {
    /// Whether an operator stopped it.
    package var isPause: Bool
    /// The class of failure that stopped it, as it is written down; empty for a pause.
    package var reason: String
    /// Since when.
    package var since: Timestamp
    /// For the how-manieth time in a row it waits.
    package var level: Int
    /// When the next message goes on trial.
    package var until: Timestamp

    /// A pause, or a stop.
    package init(isPause: Bool, reason: String = "", since: Timestamp, level: Int = 0, until: Timestamp) {
      self.isPause = isPause
      self.reason = reason
      self.since = since
      self.level = level
      self.until = until
    }
  }

  /// What was sent on an instance with limits.
  package struct Pace: Sendable, Equatable {
    /// When it may go on.
    package var due: Timestamp
    /// Whether it is the day's cap that holds it up until then.
    package var isAtCap: Bool
    /// The day on which it last sent, counted from 1970-01-01; 0 for none.
    package var day: Int
    /// How many were sent on that day.
    package var sent: Int
    /// The day on which it first sent, counted from 1970-01-01; 0 for none.
    package var firstDay: Int
    /// Sends under way.
    package var underWay: Int

    /// A pace as the queue tells it.
    package init(due: Timestamp, isAtCap: Bool, day: Int, sent: Int, firstDay: Int, underWay: Int) {
      self.due = due
      self.isAtCap = isAtCap
      self.day = day
      self.sent = sent
      self.firstDay = firstDay
      self.underWay = underWay
    }
  }

  /// What waits together.
  package struct Queue: Sendable, Equatable {
    /// When something of it may be taken.
    package enum Turn: Sendable, Equatable {
      /// As soon as it has its turn.
      case next
      /// At that time; nil: not until something else happens.
      case later(Timestamp?)
    }

    /// Why it waits apart from the instance's other messages, as `WaitReason` names it; nil for those.
    package var apart: String?
    /// How many messages, by lane.
    package var waiting: [Lane: Int]
    /// Since when the message of each lane waits that is taken next, where that was asked for.
    package var oldest: [Lane: Timestamp]
    /// When something of it may be taken.
    package var turn: Turn

    /// What waits together.
    package init(apart: String? = nil, waiting: [Lane: Int], oldest: [Lane: Timestamp] = [:], turn: Turn) {
      self.apart = apart
      self.waiting = waiting
      self.oldest = oldest
      self.turn = turn
    }

    /// How many messages wait, of all lanes.
    package var count: Int { waiting.values.reduce(0, +) }
  }

  /// The instance's name.
  package let name: String
  /// Why nothing goes out on it; nil when nothing is in the way.
  package var stop: Stop?
  /// What it sent; nil for an instance without limits.
  package var pace: Pace?
  /// Where its messages wait; none of these is empty.
  package var queues: [Queue] = []
  /// The document in which its own limits stand.
  package var limits: [UInt8]?

  /// Nothing is known of an instance of that name.
  package init(name: String) { self.name = name }

  /// Whether nothing is known of it.
  package var isBlank: Bool { self == InstanceRecord(name: name) }
}

/// What a queue has written down about all its instances.
package struct InstanceSurvey: Sendable {
  /// What is known of each, in no order.
  package var records: [InstanceRecord] = []
  /// The queue's time.
  package var time: Timestamp
  /// Tenants whose messages wait for their instance to be known.
  package var unassignedTenants = 0
  /// The messages that wait for it.
  package var unassigned = 0
  /// Messages in the lanes that nobody has sorted by instance yet.
  package var unsorted = 0

  /// Nothing, at a time.
  package init(time: Timestamp) { self.time = time }
}
