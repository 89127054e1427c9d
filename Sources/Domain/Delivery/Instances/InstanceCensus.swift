public import Time

/// How many instances have something waiting, and how many messages wait for them, the whole fleet's at one moment.
public struct InstanceCensus: Sendable, Equatable {
  /// Instances that go on.
  public var active = 0
  /// Instances that may not go on now, by why.
  public var instances: [WaitReason: Int] = [:]
  /// Messages that wait for their instance, by why.
  public var messages: [WaitReason: Int] = [:]
  /// Since when the message waits that has waited longest for a stopped instance; nil when none does.
  public var oldestStopped: Timestamp?

  /// Nothing waits.
  public init() {}
}
