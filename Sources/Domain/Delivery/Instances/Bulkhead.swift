public import Messaging
internal import Time

/// How many sends of one instance a process lets be under way at once, by how the instance answers, as a value: one whose
/// answers don't come must not take up the slots of all others.
///
/// An answer is late after half a second, and four times what answers take of late. An instance is late when its oldest
/// send is and it has answered nothing meanwhile, or when three quarters of its sends are, a few at least. It may have no
/// more under way then than a tenth of the slots, four at most; of the slots that it holds beyond, others are lent as many.
public struct Bulkhead: Sendable {
  private struct Load {
    /// Sends that were let in and have not begun.
    var admitted = 0
    /// When the others began, the oldest first.
    var starts: [Duration] = []
    var lastAnswer = Duration.zero
    /// Until when it lets nothing in.
    var heldUntil = Duration.zero

    var underWay: Int { admitted + starts.count }
  }

  /// What an answer has to take at least to be late.
  public static let patience = Duration.milliseconds(500)
  private static let timesUsual = 4
  private static let weight = 0.05

  private let slots: Int
  /// Those with a send under way.
  private var loads: [InstanceName: Load] = [:]
  private var usualSeconds: Double?

  /// A bulkhead in a process with that many slots.
  public init(slots: Int) { self.slots = slots }

  /// How many sends an instance may have under way whose answers don't come.
  public var fewest: Int { max(1, min(4, slots / 10)) }

  /// After what time an answer is late.
  public var lateAfter: Duration {
    max(Self.patience, .seconds((usualSeconds ?? 0) * Double(Self.timesUsual)))
  }

  /// Whether one more send of an instance may begin.
  public func admits(_ instance: InstanceName, at now: Duration) -> Bool {
    guard let load = loads[instance] else { return true }
    guard now >= load.heldUntil else { return false }
    return load.underWay < fewest || !isLate(load, at: now)
  }

  /// Instances that may begin no send now, and how many slots they hold beyond what they may.
  public func late(at now: Duration) -> (instances: [InstanceName], lent: Int) {
    var (instances, lent) = ([InstanceName](), 0)
    for (instance, load) in loads where now < load.heldUntil || (load.underWay >= fewest && isLate(load, at: now)) {
      instances.append(instance)
      guard now >= load.heldUntil else { continue }
      lent += load.starts.count - min(load.starts.count, fewest)
    }
    return (instances, min(lent, slots))
  }

  /// Lets nothing of an instance in for a while: it is about to be stopped for all.
  public mutating func hold(_ instance: InstanceName, until end: Duration) {
    loads[instance, default: Load()].heldUntil = end
  }

  /// Lets one send in.
  public mutating func admit(_ instance: InstanceName) { loads[instance, default: Load()].admitted += 1 }

  /// A send that was let in begins.
  public mutating func begin(_ instance: InstanceName, at now: Duration) {
    loads[instance]?.admitted -= 1
    loads[instance]?.starts.append(now)
  }

  /// A send that was let in does not begin.
  public mutating func abandon(_ instance: InstanceName) {
    loads[instance]?.admitted -= 1
    forgetIdle(instance)
  }

  /// A send ended.
  ///
  /// - Parameters:
  ///   - instance: whose.
  ///   - start: when it began.
  ///   - now: the time.
  ///   - isAnswered: whether the other side answered, whatever it said.
  public mutating func end(_ instance: InstanceName, begunAt start: Duration, at now: Duration, isAnswered: Bool) {
    if isAnswered {
      let seconds = (now - start).inSeconds
      usualSeconds = usualSeconds.map { $0 + (seconds - $0) * Self.weight } ?? seconds
    }
    guard let place = loads[instance]?.starts.firstIndex(of: start) else { return }
    loads[instance]?.starts.remove(at: place)
    if isAnswered { loads[instance]?.lastAnswer = now }
    if now >= loads[instance]?.heldUntil ?? .zero { forgetIdle(instance) }
  }

  private mutating func forgetIdle(_ instance: InstanceName) {
    if loads[instance]?.underWay == 0 { loads[instance] = nil }
  }

  private func isLate(_ load: Load, at now: Duration) -> Bool {
    let limit = lateAfter
    guard let oldest = load.starts.first, now - oldest > limit else { return false }
    if now - load.lastAnswer > limit { return true }
    let late = load.starts.prefix { now - $0 > limit }.count
    return late > fewest && late * 4 >= load.starts.count * 3
  }
}
