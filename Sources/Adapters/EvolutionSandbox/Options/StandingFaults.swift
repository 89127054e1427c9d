/// Faults that befall every request until they are switched off.
package struct StandingFaults: Sendable, Equatable {
  /// What befalls all requests: every send, and what does not come from Evolution itself also everything else.
  package var host: Fault?
  /// What befalls every send on an instance, by its name.
  package var instances: [String: Fault]

  /// None, unless some are given.
  package init(host: Fault? = nil, instances: [String: Fault] = [:]) {
    self.host = host
    self.instances = instances
  }

  /// What befalls a send on an instance.
  func fault(of instance: String) -> Fault? { host ?? instances[instance] }

  /// What befalls a request, not a send in particular, in front of Evolution; nil when it gets through.
  var beforeEvolution: Fault? { host.flatMap { $0.isEvolutions ? nil : $0 } }
}
