public import Messaging

/// For how long an instance is stopped before its next trial.
public struct StopPolicy: Sendable, Equatable {
  /// The waits, one after the other, before their random share; the last is repeated.
  public let waits: [Duration]
  /// The random share of a wait, up and down.
  public let jitter: Double

  /// A policy.
  public init(
    waits: [Duration] = [2, 5, 10, 20, 40, 80, 150, 180].map { .seconds($0) }, jitter: Double = 0.1
  ) {
    self.waits = waits
    self.jitter = jitter
  }

  /// The stop of an instance.
  ///
  /// - Parameters:
  ///   - instance: the instance.
  ///   - failure: what stops it; never for less time than it asks for.
  ///   - random: a number from -1 to 1 that places the waits within their random share.
  /// - Returns: the stop.
  public func stop(of instance: InstanceName, after failure: SendFailure, random: Double) -> InstanceStop {
    InstanceStop(
      of: instance, because: failure.kind,
      waits: waits.map { max($0 * (1 + jitter * random), failure.retryAfter ?? .zero) })
  }
}
