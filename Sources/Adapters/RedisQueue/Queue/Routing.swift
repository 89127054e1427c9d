package import Messaging

/// What a queue goes by for all messages, apart from what they say themselves.
package struct Routing: Sendable, Equatable {
  /// The instance of messages that name none and whose tenant has none.
  package var defaultInstance: InstanceName?
  /// Whether every instance has limits, not only those that the hash of limits names.
  package var limitsAll: Bool
  /// Within what time what was sent is known again; nil for never.
  package var deduplicationWindow: Duration?

  /// What to go by.
  package init(defaultInstance: InstanceName? = nil, limitsAll: Bool = false, deduplicationWindow: Duration? = nil) {
    self.defaultInstance = defaultInstance
    self.limitsAll = limitsAll
    self.deduplicationWindow = deduplicationWindow
  }
}
