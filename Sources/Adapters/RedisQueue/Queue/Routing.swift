package import Messaging

/// What a queue goes by when it sorts messages by instance, apart from what they say themselves.
package struct Routing: Sendable, Equatable {
  /// The instance of messages that name none and whose tenant has none.
  package var defaultInstance: InstanceName?
  /// Whether every instance has limits, not only those that the hash of limits names.
  package var limitsAll: Bool

  /// What to go by.
  package init(defaultInstance: InstanceName? = nil, limitsAll: Bool = false) {
    self.defaultInstance = defaultInstance
    self.limitsAll = limitsAll
  }
}
