public import Messaging
internal import Synchronization
public import Time

/// What each instance keeps to: the limits of all, and those that an operator has written down for one.
public final class InstanceLimitBook: Sendable {
  private struct State {
    var documents: [String: [UInt8]] = [:]
    var limits: [String: InstanceLimits] = [:]
    var day: CalendarDate?
    var dayBegins = Timestamp(nanoseconds: .max)
    var nextDay = Timestamp(nanoseconds: .min)
  }

  private let defaults: InstanceLimits
  private let timeZone: TimeZoneRules
  private let now: @Sendable () -> Timestamp
  private let state = Mutex(State())
  /// Whether there are limits at all: most messages need not ask for more.
  private let isNeeded: Atomic<Bool>

  /// A book without documents.
  ///
  /// - Parameters:
  ///   - defaults: the limits of an instance for which nothing else was said.
  ///   - timeZone: the clocks by which days are counted.
  ///   - now: the time, the queue's.
  public init(defaults: InstanceLimits, timeZone: TimeZoneRules, now: @escaping @Sendable () -> Timestamp) {
    self.defaults = defaults
    self.timeZone = timeZone
    self.now = now
    isNeeded = Atomic(defaults.areAny)
  }

  /// What an instance keeps to for its next send; nil when it has no limits.
  public func start(for instance: InstanceName) -> InstanceStart? {
    guard isNeeded.load(ordering: .relaxed) else { return nil }
    let time = now()
    return state.withLock { state in
      let limits = state.limits[instance.value] ?? defaults
      guard limits.areAny else { return nil }
      let day = day(at: time, &state)
      return InstanceStart(
        concurrency: limits.concurrency, interval: limits.interval * (1 + limits.jitter * .random(in: -1...1)),
        dailyCap: limits.dailyCap, since: limits.since, day: day, nextDay: state.nextDay)
    }
  }

  /// The time between two starts of an instance, before its random share.
  public func interval(of instance: InstanceName) -> Duration {
    state.withLock { ($0.limits[instance.value] ?? defaults).interval }
  }

  /// Takes over what is written down now.
  ///
  /// - Returns: the instances whose limits are others than before, and what is wrong with which document.
  public func replace(_ documents: [String: [UInt8]]) -> (changed: [String], problems: [(String, PayloadError)]) {
    state.withLock { state in
      let names = Set(documents.keys).union(state.documents.keys)
      let changed = names.filter { documents[$0] != state.documents[$0] }
      var problems: [(String, PayloadError)] = []
      for name in changed {
        let merged = documents[name].map(defaults.merged)
        state.limits[name] = merged?.limits
        problems += (merged?.problems ?? []).map { (name, $0) }
      }
      state.documents = documents
      isNeeded.store(defaults.areAny || !state.limits.isEmpty, ordering: .relaxed)
      return (changed.sorted(), problems)
    }
  }

  private func day(at time: Timestamp, _ state: inout State) -> CalendarDate {
    if let day = state.day, state.dayBegins <= time, time < state.nextDay { return day }
    let day = timeZone.localTime(at: time).date
    state.day = day
    state.dayBegins = timeZone.startOfDay(at: time)
    state.nextDay = timeZone.startOfNextDay(after: time)
    return day
  }
}

extension InstanceLimits {
  /// Whether anything is limited.
  public var areAny: Bool {
    concurrency > 0 || interval > .zero || dailyCap.perDay != nil || !dailyCap.warmUp.caps.isEmpty
  }
}
