/// Looks whether a host answers, without sending a message.
public protocol HostProbe: Sendable {
  /// Whether the host of a shard, where each has its own, answers, so that it is worth trying a message. That one says
  /// more: a host that answers may still refuse every message.
  func isHostUp(shard: Shard?) async -> Bool
}
