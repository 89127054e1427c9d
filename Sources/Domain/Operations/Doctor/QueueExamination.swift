package import Delivery

/// Looks at the queue's store.
package struct QueueExamination: Examination {
  private let place: String
  private let inspector: any QueueInspector
  private let advice: @Sendable (QueueError) -> (seen: String, fix: String)

  /// An examination.
  ///
  /// - Parameters:
  ///   - place: where the store is, for people to read.
  ///   - inspector: looks at it.
  ///   - advice: what is said of a failure, and the fix.
  package init(
    of place: String, by inspector: any QueueInspector,
    advice: @escaping @Sendable (QueueError) -> (seen: String, fix: String)
  ) {
    self.place = place
    self.inspector = inspector
    self.advice = advice
  }

  /// How the store is set up, and what it holds.
  package func findings() async -> [Finding] {
    do throws(QueueError) {
      let warnings = try await inspector.warnings()
      let snapshot = try await inspector.snapshot()
      let waiting = snapshot.lanes.values.reduce(0) { $0 + $1.length }
      let seen = "\(place) answers; \(waiting) waiting, \(snapshot.inFlight) in flight, \(snapshot.dead) dead letters"
      return [Finding(subject: "Redis", health: .good, seen: seen)]
        + warnings.map { Finding(subject: "Redis", health: .doubtful, seen: $0.problem, fix: $0.fix) }
        + [snapshot.fault].compactMap(\.self).map { Finding(subject: "queue", health: .bad, seen: "\($0)") }
    } catch {
      let (seen, fix) = advice(error)
      return [Finding(subject: "Redis", health: .bad, seen: seen, fix: fix)]
    }
  }
}
