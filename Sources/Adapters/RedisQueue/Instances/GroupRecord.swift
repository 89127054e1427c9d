internal import Delivery
internal import Messaging
internal import Operations
internal import Redis
internal import Time

/// What the script that looks at groups says of one.
struct GroupRecord {
  /// The name of its instance; empty while that is not known.
  let instance: [UInt8]
  /// What waits; nil when nothing does.
  let queue: InstanceRecord.Queue?
  let stop: InstanceRecord.Stop?
  let pace: InstanceRecord.Pace?

  init(_ group: [UInt8], _ reply: RedisReply) throws(RedisError) {
    let elements = try reply.requireElements(atLeast: 5)
    let parts = group.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    instance = Array(parts.first ?? [])
    let apart = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : nil

    var (waiting, oldest): ([Lane: Int], [Lane: Timestamp]) = ([:], [:])
    for (lane, count) in zip(Lane.allCases, try elements[1].requireElements()) {
      let count = try count.requireInteger()
      if count > 0 { waiting[lane] = count }
    }
    for (lane, since) in zip(Lane.allCases, try elements[2].requireElements()) {
      let since = try since.requireInteger()
      if since > 0 { oldest[lane] = Timestamp(milliseconds: since) }
    }
    let turn = try elements[0].expect("a time", elements[0].text)
    queue =
      waiting.isEmpty
      ? nil : InstanceRecord.Queue(apart: apart, waiting: waiting, oldest: oldest, turn: Self.turn(turn))
    stop = Self.stop(try elements[3].expect("a text", elements[3].text))
    pace = Self.pace(try elements[4].expect("a text", elements[4].text))
  }

  private static func turn(_ text: String) -> InstanceRecord.Queue.Turn {
    if text == "0" { return .next }
    // Blocked until something else happens is at infinity, and what waits nowhere is not taken either.
    guard let score = Double(text), score.isFinite, let milliseconds = Int(exactly: score.rounded()) else {
      return .later(nil)
    }
    return .later(Timestamp(milliseconds: milliseconds))
  }

  private static func stop(_ text: String) -> InstanceRecord.Stop? {
    let fields = fields(of: text, count: 5)
    guard let fields, let since = Int(fields[2]), let level = Int(fields[3]), let until = Int(fields[4]) else {
      return nil
    }
    return InstanceRecord.Stop(
      isPause: fields[0] == WaitReason.paused.rawValue, reason: fields[1], since: Timestamp(milliseconds: since),
      level: level, until: Timestamp(milliseconds: until))
  }

  private static func pace(_ text: String) -> InstanceRecord.Pace? {
    let fields = fields(of: text, count: 6)
    guard let fields, let due = Int(fields[0]), let day = Int(fields[2]), let sent = Int(fields[3]),
      let first = Int(fields[4]), let underWay = Int(fields[5])
    else { return nil }
    return InstanceRecord.Pace(
      due: Timestamp(milliseconds: due), isAtCap: fields[1] == WaitReason.dailyCap.rawValue, day: day, sent: sent,
      firstDay: first, underWay: underWay)
  }

  private static func fields(of text: String, count: Int) -> [String]? {
    let fields = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    return fields.count == count ? fields : nil
  }
}
