package import Delivery
package import Messaging

/// What is known of instances, for people: to look at, to pause and to let go on.
package protocol InstanceStore: Sendable {
  /// What is known of all instances, in many small steps: each instance as of one moment, not all as of the same.
  func survey() async throws(QueueError) -> InstanceSurvey

  /// What is known of one instance, with its time; blank when nothing is.
  func record(of name: InstanceName) async throws(QueueError) -> InstanceSurvey

  /// How many tenants somebody has pinned to an instance, and how many the directory's cache has on it.
  func tenants(of name: InstanceName) async throws(QueueError) -> (pinned: Int, cached: Int)

  /// What people and programs have written down for instances.
  func writings() async throws(QueueError) -> InstanceWritings

  /// Every name of an instance that is written down anywhere.
  func names() async throws(QueueError) -> [String]

  /// Stops an instance until it is resumed.
  ///
  /// - Returns: what stopped it before; nil when nothing did.
  func pause(_ name: InstanceName) async throws(QueueError) -> InstanceStoppage?

  /// Ends an instance's pause or stop.
  ///
  /// - Returns: what it ended; nil when nothing was in the way.
  func resume(_ name: InstanceName) async throws(QueueError) -> InstanceStoppage?

  /// Lets a stopped instance try its next message now.
  ///
  /// - Returns: whether it was stopped.
  func retry(_ name: InstanceName) async throws(QueueError) -> Bool

  /// Drops what the directory's cache has of the tenants of an instance.
  ///
  /// - Returns: how many tenants were dropped.
  func forgetTenants(of name: InstanceName) async throws(QueueError) -> Int

  /// Drops what the directory's cache has of one tenant, and lets the messages go on that wait for it.
  ///
  /// - Returns: whether there was anything.
  func forget(_ tenant: TenantID) async throws(QueueError) -> Bool
}

/// What keeps an instance from sending.
package enum InstanceStoppage: Sendable, Equatable {
  /// An operator.
  case pause
  /// A failure.
  case stop
}

/// What people and programs have written down for instances.
package struct InstanceWritings: Sendable {
  /// The documents in which an instance's own limits stand.
  package var limits: [(name: String, document: [UInt8])] = []
  /// Tenants pinned to what can't be an instance's name.
  package var unusablePins = 0

  /// Nothing.
  package init() {}
}
