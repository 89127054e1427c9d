package import Delivery
package import Messaging
package import Time

/// Looks at the instances: those that can't send, what waits too long for them, and what was written down for them.
package struct InstanceExamination: Examination {
  /// What is in force, as the worker has it.
  package struct Rules: Sendable {
    /// The limits of an instance that has none of its own.
    package var limits: InstanceLimits
    /// The clocks by which days are counted.
    package var clock: TimeZoneRules
    /// Messages in flight at once in a process.
    package var workers: Int
    /// The instance of messages that name none.
    package var defaultInstance: InstanceName?
    /// How long a message waits for a stopped instance at most.
    package var longestParking: Duration
    /// What the keys of the queue begin with.
    package var prefix: String

    /// What is in force.
    package init(
      limits: InstanceLimits, clock: TimeZoneRules, workers: Int, defaultInstance: InstanceName?,
      longestParking: Duration, prefix: String
    ) {
      self.limits = limits
      self.clock = clock
      self.workers = workers
      self.defaultInstance = defaultInstance
      self.longestParking = longestParking
      self.prefix = prefix
    }
  }

  /// How many are named of those that have the same trouble.
  private static let named = 3
  /// How many are looked at closely.
  private static let examined = 20

  private let store: any InstanceStore
  private let rules: Rules

  /// An examination.
  package init(by store: any InstanceStore, rules: Rules) {
    self.store = store
    self.rules = rules
  }

  /// What was found; nothing when the queue is away, which others tell.
  package func findings() async -> [Finding] {
    do throws(QueueError) {
      let overview = InstanceOverview(try await store.survey(), limits: rules.limits, clock: rules.clock)
      let written = try await store.writings()
      var findings = [summary(of: overview)] + stops(in: overview) + pauses(in: overview)
      if let finding = try await overdue(in: overview) { findings.append(finding) }
      findings += documents(written) + pins(written)
      if let finding = crowd(in: overview, written) { findings.append(finding) }
      return findings
    } catch .unavailable, .interrupted {
      return []
    } catch {
      return [Finding(subject: "instances", health: .doubtful, seen: "they could not be looked at: \(error)")]
    }
  }

  private func summary(of overview: InstanceOverview) -> Finding {
    let states = InstanceState.allCases.filter { overview.count($0) > 0 }
      .map { "\(overview.count($0)) \($0.rawValue)" }
    let seen = states.isEmpty ? "nothing waits for one" : states.joined(separator: ", ")
    return Finding(subject: "instances", health: .good, seen: seen)
  }

  private func stops(in overview: InstanceOverview) -> [Finding] {
    let stopped = overview.standings.filter { $0.state == .stopped }
    var findings = stopped.prefix(Self.named).map { standing in
      let since = standing.since.map { " for \(Self.age(of: $0, at: overview.survey.time))" } ?? ""
      return Finding(
        subject: "instance \(standing.record.name)", health: .doubtful,
        seen: "stopped\(since) by \(standing.reason ?? "?"); \(counted(standing.waiting, "message")) waiting",
        fix: standing.fix)
    }
    if stopped.count > Self.named {
      let seen = "\(counted(stopped.count - Self.named, "more instance")) stopped"
      findings.append(Finding(subject: "instances", health: .doubtful, seen: seen, fix: "ifinu instances"))
    }
    return findings
  }

  private func pauses(in overview: InstanceOverview) -> [Finding] {
    let paused = overview.standings.filter { $0.state == .paused && $0.waiting > 0 }
    guard let first = paused.first else { return [] }
    let waiting = paused.reduce(0) { $0 + $1.waiting }
    let seen = "\(counted(waiting, "message")) waiting for \(counted(paused.count, "paused instance"))"
    let fix = "ifinu instances resume, once they may go on; most wait for \(first.record.name)"
    return [Finding(subject: "instances", health: .doubtful, seen: seen, fix: fix)]
  }

  /// What will soon have waited too long.
  private func overdue(in overview: InstanceOverview) async throws(QueueError) -> Finding? {
    let now = overview.survey.time
    let margin = rules.longestParking / 4
    let old = overview.standings.filter { standing in
      standing.state == .stopped && standing.waiting > 0
        && standing.since.map { now.since($0) >= rules.longestParking - margin } ?? false
    }.sorted { ($0.since ?? now) < ($1.since ?? now) }
    var due: [(name: String, rest: Duration)] = []
    for standing in old.prefix(Self.examined) {
      guard let name = InstanceName(standing.record.name), let since = standing.since else { continue }
      let queues = try await store.record(of: name).records.flatMap(\.queues)
      guard let oldest = queues.filter({ $0.apart == nil }).flatMap(\.oldest.values).min() else { continue }
      let rest = rules.longestParking - now.since(max(oldest, since))
      if rest < margin { due.append((standing.record.name, rest)) }
    }
    guard let first = due.min(by: { $0.rest < $1.rest }) else { return nil }
    let when = first.rest > .zero ? "in \(DurationText.format(.seconds(first.rest.components.seconds)))" : "now"
    return Finding(
      subject: "messages", health: .doubtful,
      seen: "those that wait for \(counted(due.count, "stopped instance")) become dead letters soon, "
        + "those of \(first.name) \(when)",
      fix: "mend the instance, pause it, which keeps them, or raise IFINU_PARK_MAX")
  }

  private func documents(_ written: InstanceWritings) -> [Finding] {
    let broken = written.limits.compactMap { entry in
      rules.limits.merged(with: entry.document).problems.first.map { (entry.name, $0) }
    }.sorted { $0.0 < $1.0 }
    var findings = broken.prefix(Self.named).map { name, problem in
      Finding(
        subject: "limits of \(name)", health: .doubtful, seen: "\(problem)",
        fix: "write the field \(name) of the hash \(rules.prefix)instancias:limites anew")
    }
    if broken.count > Self.named {
      let seen = "\(counted(broken.count - Self.named, "more document")) of limits can't be understood"
      findings.append(Finding(subject: "limits", health: .doubtful, seen: seen, fix: "ifinu instances show"))
    }
    return findings
  }

  private func pins(_ written: InstanceWritings) -> [Finding] {
    guard written.unusablePins > 0 else { return [] }
    let tenants = written.unusablePins == 1 ? "1 tenant has" : "\(written.unusablePins) tenants have"
    return [
      Finding(
        subject: "tenants", health: .doubtful,
        seen: "\(tenants) a name in the hash \(rules.prefix)instancias that no instance can have",
        fix: "a name has 1 to \(InstanceName.maximumBytes) bytes of UTF-8 and no control characters")
    ]
  }

  /// Whether many workers send on one number.
  private func crowd(in overview: InstanceOverview, _ written: InstanceWritings) -> Finding? {
    let waiting = overview.standings.filter { $0.waiting > 0 }
    let only = waiting.count == 1 && overview.survey.unassigned == 0 ? waiting[0].record.name : nil
    guard rules.workers > 1, let name = rules.defaultInstance?.value ?? only else { return nil }
    let own = written.limits.first { $0.name == name }?.document
    let limits = own.map { rules.limits.merged(with: $0).limits } ?? rules.limits
    guard limits.concurrency == 0, limits.interval == .zero else { return nil }
    return Finding(
      subject: "sends at once", health: .doubtful,
      seen: "each process sends up to \(rules.workers) messages at once on the one WhatsApp number of \(name); ten "
        + "at once got a number banned",
      fix: "set IFINU_INSTANCE_CONCURRENCY=1 and IFINU_INSTANCE_INTERVAL=3s")
  }

  private static func age(of time: Timestamp, at now: Timestamp) -> String {
    DurationText.format(.seconds(max(0, now.since(time).components.seconds)))
  }
}
