/// What a server lets its clients do.
package struct HTTPLimits: Sendable {
  private static let fewestConnections = 16
  /// Descriptors that are left to others, however many they turn out to need: Swift's own threads end the process when
  /// they find none to look at their load with.
  static let lastDescriptors = 8

  /// Connections at once. For a newcomer one goes of the address that has most: the one that has been without a whole
  /// request for longest, or else the one that has been taking in its answer for longest.
  package var connections = 512
  /// Bytes of a request line and its headers; beyond: 431.
  package var headerBytes = 16_384
  /// Bytes of a request's body; beyond: 413.
  package var bodyBytes = 1_048_576
  /// Requests handled at once, of which one address may have three times as many as are left; beyond: 503 with
  /// `Retry-After`.
  package var concurrentRequests = 256
  /// Bytes of the bodies that wait for their clients to take them in; beyond, those go that have done so for longest.
  package var unsentBytes = 67_108_864
  /// Descriptors that the process needs for other things: it has fewer connections than the limit where it may not have
  /// descriptors enough for both.
  package var otherDescriptors = 64
  /// How long a connection may stand without a whole set of headers, from its start or its last answer.
  package var idle = Duration.seconds(30)
  /// How long a body may take to come in, and an answer to go out.
  package var transfer = Duration.seconds(30)

  /// The defaults.
  package init() {}

  /// The limits in a process that may have so many descriptors.
  func fitting(descriptors: Int) -> HTTPLimits {
    var fitting = self
    fitting.connections = min(connections, max(Self.fewestConnections, descriptors - otherDescriptors))
    return fitting
  }

  /// How many clients are accepted between two looks at those that are there. Few enough for a newcomer's request to be
  /// seen before as many others have come as there is room for.
  var admissionsAtOnce: Int { max(1, min(64, connections / 4)) }

  /// At how many connections the library takes no more: it closes those that have given way a little later.
  var libraryConnections: Int { connections + 2 * admissionsAtOnce }

  /// The memory that the library gives a connection, mapped as it is needed: half of it is for reading.
  var connectionMemory: Int { 2 * headerBytes + 8_192 }

  /// How often overdue connections are looked for.
  var reviewInterval: Duration { max(.milliseconds(20), min(.seconds(1), min(idle, transfer) / 4)) }

  /// How much of a body that is too large is read on, so that a client that writes before it reads sees the answer.
  var discardedBytes: Int { bodyBytes + 1_048_576 }
}
