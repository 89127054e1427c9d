/// What a server lets its clients do.
package struct HTTPLimits: Sendable {
  /// Connections at once; for more, those go that have been without a whole request for longest.
  package var connections = 512
  /// Bytes of a request line and its headers; beyond: 431.
  package var headerBytes = 16_384
  /// Bytes of a request's body; beyond: 413.
  package var bodyBytes = 1_048_576
  /// Requests handled at once; beyond: 503 with `Retry-After`.
  package var concurrentRequests = 256
  /// How long a connection may stand without a whole set of headers, from its start or its last answer.
  package var idle = Duration.seconds(30)
  /// How long a connection may stand without a whole request when others want in.
  package var idleWhenCrowded = Duration.milliseconds(500)
  /// How long a body may take to come in, and an answer to go out.
  package var transfer = Duration.seconds(30)

  /// The defaults.
  package init() {}

  /// At how many connections the library takes no more: the room beyond the limit is for those who want in while others
  /// are on their way out.
  var acceptedConnections: Int { 2 * connections }

  /// The memory that the library gives a connection, mapped as it is needed: half of it is for reading.
  var connectionMemory: Int { 2 * headerBytes + 8_192 }

  /// How often overdue connections are looked for.
  var reviewInterval: Duration { max(.milliseconds(20), min(.seconds(1), min(idle, transfer) / 4)) }

  /// How often those are looked for that have to give way while there are too many.
  var reviewIntervalWhenCrowded: Duration { min(reviewInterval, .milliseconds(100)) }

  /// How much of a body that is too large is read on, so that a client that writes before it reads sees the answer.
  var discardedBytes: Int { bodyBytes + 1_048_576 }
}
