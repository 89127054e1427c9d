public import Messaging
public import Time

/// A queue with leases: a message that is in it is at any time in exactly one of its lane, a lease, the schedule or
/// the dead letters.
///
/// Every transition is atomic and may be asked for twice. Times are the queue's own, so that the clocks of workers
/// need not agree. Cancelling the task ends ``awaitMessages(atMost:)`` only: the others go on until the queue has
/// answered or failed, so that what was sent is settled in a task that was cut off, too.
public protocol MessageQueue: Sendable {
  /// Takes messages into leases: from the front of the lanes, lanes strictly in order, and where messages of several
  /// instances wait, of each in turn, those with something urgent first. No more are in flight than there is room for among
  /// the dead letters; what is too large for any message goes there at once.
  ///
  /// - Returns: a lease for each; fewer than were asked for when fewer may go, or large ones.
  /// - Throws: ``QueueError``, ``QueueError/full(dead:limit:)`` when there is no room for one more.
  func reserve(_ request: ReservationRequest) async throws(QueueError) -> Reservation

  /// Sorts some of what waits in the lanes by instance, if that is of use.
  ///
  /// - Returns: whether there is more to be sorted.
  func sort() async throws(QueueError) -> Bool

  /// Notes that a message is about to be sent, for those to whom it comes should this process vanish.
  ///
  /// - Returns: whether the lease is held.
  func noteBegun(_ lease: Lease) async throws(QueueError) -> Bool

  /// Lets a message go out on its instance, within the instance's limits, and notes that it is about to be sent; or puts it
  /// back to wait for the instance.
  func begin(
    _ lease: Lease, on instance: InstanceName, within limits: InstanceStart
  ) async throws(QueueError) -> StartDecision

  /// Waits until a lane may hold a message, or the time is up, or the task is cancelled.
  func awaitMessages(atMost timeout: Duration) async throws(QueueError)

  /// Ends a lease. Asking again for a settlement that was done changes nothing.
  func settle(_ lease: Lease, as settlement: Settlement) async throws(QueueError) -> SettlementOutcome

  /// Lets settlements wait for the next reservation, which the caller makes within milliseconds; or no longer.
  func holdSettlements(_ areHeld: Bool)

  /// Makes leases last their full time again from now.
  ///
  /// - Returns: those that are no longer held.
  func extend(_ tokens: [Lease.Token]) async throws(QueueError) -> Set<Lease.Token>

  /// Moves scheduled messages that are due to their lanes, to be taken in the order in which they fell due.
  func promote() async throws(QueueError) -> Promotion

  /// Returns the messages of expired leases to the front of their lanes, and buries those that were recovered too
  /// often. When nobody could work on the queue for a while, or its clock has stepped, leases are left alone until their
  /// holders have had the time to extend them.
  func recover() async throws(QueueError) -> Recovery

  /// Counts what the queue holds now.
  func snapshot() async throws(QueueError) -> QueueSnapshot

  /// Counts the instances for which something waits, as of a moment ago.
  func census() async throws(QueueError) -> InstanceCensus

  /// Buries what has waited for a stopped instance for longer than that, some of it.
  ///
  /// - Returns: how many messages.
  func buryOverdue(after limit: Duration) async throws(QueueError) -> Int
}

extension MessageQueue {
  /// Holds nothing: for queues that gain nothing by it.
  public func holdSettlements(_ areHeld: Bool) {}
}

/// What a worker asks for.
public struct ReservationRequest: Sendable, Equatable {
  /// How many messages at most.
  public var limit: Int
  /// How large their payloads may be together; the last one may go beyond.
  public var bytes: Int
  /// Whether all of them will begin to be sent at once, so that nothing needs to be noted when they do.
  public var beginsAtOnce = false
  /// How many messages may wait in a lane without being sorted: as many as are gone before it matters.
  public var unsortedLimit = Int.max
  /// Instances of which none is to be given.
  public var excluded: [String] = []

  /// A request for so many messages.
  public init(upTo limit: Int, bytes: Int) {
    self.limit = limit
    self.bytes = bytes
  }
}

/// What a reservation took.
public struct Reservation: Sendable {
  /// A lease for each message, in the order in which they are to be delivered.
  public var leases: [Lease]
  /// How many messages went to the dead letters, since they are too large to be any.
  public var oversized: Int
  /// Whether the lanes should be sorted.
  public var needsSorting: Bool
  /// How long until something that waits for its instance may go, where nothing was taken; nil when that is not known.
  public var nextDue: Duration?

  /// A reservation as a queue reports it.
  public init(leases: [Lease] = [], oversized: Int = 0, needsSorting: Bool = false, nextDue: Duration? = nil) {
    self.leases = leases
    self.oversized = oversized
    self.needsSorting = needsSorting
    self.nextDue = nextDue
  }
}

/// What a promotion did.
public struct Promotion: Sendable, Equatable {
  /// How many messages went to their lanes.
  public let promoted: Int
  /// How long until the next one is due; nil when none is scheduled. Zero when there are more that are due now.
  public let nextDue: Duration?

  /// A promotion as a queue reports it.
  public init(promoted: Int, nextDue: Duration?) {
    self.promoted = promoted
    self.nextDue = nextDue
  }
}

/// What a recovery did.
public struct Recovery: Sendable, Equatable {
  /// How many leases had expired and were ended.
  public let recovered: Int
  /// How many of their messages were buried as poison.
  public let poisoned: Int
  /// How many dead letters were too old and fell off.
  public let discardedDeadLetters: Int
  /// How many of their messages were buried as uncertain: recovered as often, but perhaps sent.
  public let uncertain: Int
  /// How many messages whose leases had been removed by hand were buried as uncertain.
  public let orphaned: Int
  /// Why some expired leases could not be ended.
  public let fault: QueueError?

  /// A recovery as a queue reports it.
  public init(
    recovered: Int, poisoned: Int, discardedDeadLetters: Int = 0, orphaned: Int = 0, uncertain: Int = 0,
    fault: QueueError? = nil
  ) {
    self.recovered = recovered
    self.poisoned = poisoned
    self.discardedDeadLetters = discardedDeadLetters
    self.orphaned = orphaned
    self.uncertain = uncertain
    self.fault = fault
  }

  /// Two recoveries, one after the other.
  public static func + (first: Recovery, second: Recovery) -> Recovery {
    Recovery(
      recovered: first.recovered + second.recovered, poisoned: first.poisoned + second.poisoned,
      discardedDeadLetters: first.discardedDeadLetters + second.discardedDeadLetters,
      orphaned: first.orphaned + second.orphaned, uncertain: first.uncertain + second.uncertain,
      fault: second.fault ?? first.fault)
  }
}

/// How much a queue holds, at one moment.
public struct QueueSnapshot: Sendable, Equatable {
  /// What is known of one lane.
  public struct LaneState: Sendable, Equatable {
    /// Messages waiting.
    public let length: Int
    /// When the oldest one was enqueued: its own `criado_em`, or when it was first seen at the front. Nil when the
    /// lane is empty.
    public let oldest: Timestamp?

    /// A lane's state as a queue reports it.
    public init(length: Int, oldest: Timestamp?) {
      self.length = length
      self.oldest = oldest
    }
  }

  /// The states of those lanes that could be counted.
  public let lanes: [Lane: LaneState]
  /// Leases held, the whole fleet's.
  public let inFlight: Int
  /// Retries scheduled.
  public let scheduled: Int
  /// Dead letters kept.
  public let dead: Int
  /// Messages acknowledged since the queue was made, the whole fleet's.
  public let sentTotal: Int
  /// Why some lanes could not be counted.
  public let fault: QueueError?
  /// Why the queue takes no change now, though it can be read; nil when it does.
  public let writeFault: QueueError?

  /// A snapshot as a queue reports it.
  public init(
    lanes: [Lane: LaneState], inFlight: Int, scheduled: Int, dead: Int, sentTotal: Int, fault: QueueError? = nil,
    writeFault: QueueError? = nil
  ) {
    self.lanes = lanes
    self.inFlight = inFlight
    self.scheduled = scheduled
    self.dead = dead
    self.sentTotal = sentTotal
    self.fault = fault
    self.writeFault = writeFault
  }
}

extension MessageQueue {
  /// Takes messages into leases.
  public func reserve(upTo limit: Int, bytes: Int) async throws(QueueError) -> Reservation {
    try await reserve(ReservationRequest(upTo: limit, bytes: bytes))
  }
}

/// Knows which WhatsApp instance a tenant's messages go out on.
public protocol InstanceDirectory: Sendable {
  /// The instance's name; nil when the tenant is not known.
  func instance(ofTenant tenant: String) async throws(QueueError) -> String?
}
