package import Delivery
package import Messaging

extension EvolutionClient: HostProbe, InstanceStateProbe {
  /// Whether a host answers at its root with anything below 500, but for 408 and 429.
  ///
  /// Any such answer counts, a page or a refusal too: a proxy may let sends through and keep the root to itself, and a
  /// host that was wrongly taken for dead would get no message ever again. One that was wrongly taken for alive costs
  /// one message that is tried.
  package func isHostUp(shard: Shard?) async -> Bool {
    switch await EvolutionProbe(self, shard: shard).version() {
    case .found: true
    case .refused(let status), .unreadable(let status): status < 500 && status != 408 && status != 429
    case .unreachable: false
    }
  }

  /// How an instance stands with WhatsApp; nil when it is not known, or the host does not answer as Evolution does.
  package func connectionState(of instance: InstanceName, shard: Shard?) async -> InstanceConnection? {
    guard case .found(let state) = await EvolutionProbe(self, shard: shard).connectionState(of: instance) else {
      return nil
    }
    return state
  }
}
