public import Messaging

/// Attempts that failed one after the other without a success between them, as a value: what tells whether it is the
/// messages, their instance or the host that is at fault.
///
/// The host is when so many failures were its own, or eight of whatever class, from three instances or more, followed each
/// other. An instance is when five of its own failures did, or eight that blame the messages.
public struct FailureRun: Sendable, Equatable {
  /// How many failures of any class make a run that is the host's, when several instances met with them.
  public static let refusalLimit = 8
  /// Of how many instances at least.
  public static let instanceLimit = 3
  /// How many failures that are an instance's own make a run that is the instance's.
  public static let instanceFailureLimit = 5

  private(set) var hostFailures = 0
  private(set) var others = 0
  /// As many as matter.
  private(set) var instances: [InstanceName] = []

  /// No failure yet.
  public init() {}

  /// Adds a failure.
  public mutating func note(_ scope: FaultScope, on instance: InstanceName?) {
    if scope == .host { hostFailures += 1 } else { others += 1 }
    if let instance, instances.count < Self.instanceLimit, !instances.contains(instance) { instances.append(instance) }
  }

  /// Whether the host is at fault.
  ///
  /// - Parameter failureLimit: how many failures of the host make it so.
  /// - Returns: whether it is.
  public func blamesHost(failureLimit: Int) -> Bool {
    if hostFailures >= failureLimit { return true }
    return hostFailures + others >= Self.refusalLimit && instances.count >= Self.instanceLimit
  }
}
