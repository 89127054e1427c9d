internal import JSON
public import Messaging
internal import Time

/// What an operator wrote down for one instance.
extension InstanceLimits {
  /// The limits of an instance that has a document of its own, such as
  /// `{"simultaneas":1,"intervalo":"3s","por_dia":200,"aquecimento":[20,40,80],"desde":"2026-11-01"}`.
  ///
  /// A member that is left out, or that can't be understood, falls back to these limits, so that a slip of the pen
  /// neither stops the instance nor takes its other limits away.
  ///
  /// - Parameter document: the JSON text.
  /// - Returns: the limits, and what is wrong with the document.
  public func merged(with document: [UInt8]) -> (limits: InstanceLimits, problems: [PayloadError]) {
    guard document.count <= Self.maximumDocumentBytes else {
      return (self, [PayloadError(field: "payload", problem: "is over \(Self.maximumDocumentBytes) bytes")])
    }
    let root: JSONView
    do throws(JSONError) {
      root = try JSONDocument(parsing: document).root
    } catch {
      return (self, [PayloadError(field: "payload", problem: "is no JSON: \(error)")])
    }
    guard root.kind == .object else {
      return (self, [PayloadError(field: "payload", problem: "must be a JSON object")])
    }
    var limits = self
    var problems: [PayloadError] = []
    for (name, value) in root.members {
      guard let member = Member(rawValue: name) else {
        problems.append(PayloadError(field: Self.shown(name), problem: "is no limit; there are \(Member.listed)"))
        continue
      }
      guard root.find(name).count == 1 else {
        let problem = PayloadError(field: name, problem: "is there more than once")
        if !problems.contains(problem) { problems.append(problem) }
        continue
      }
      guard value.kind != .null else { continue }
      if !limits.set(member, value) { problems.append(PayloadError(field: name, problem: member.expectation)) }
    }
    return (limits, problems)
  }

  private static let maximumDocumentBytes = 65_536

  private enum Member: String, CaseIterable {
    case concurrency = "simultaneas"
    case interval = "intervalo"
    case perDay = "por_dia"
    case warmUp = "aquecimento"
    case since = "desde"

    static var listed: String { allCases.map(\.rawValue).joined(separator: ", ") }

    var expectation: String {
      switch self {
      case .concurrency:
        "must be a whole number from \(concurrencies.lowerBound) to \(concurrencies.upperBound)"
      case .interval:
        "must be a duration such as \"3s\", or seconds, up to \(DurationText.format(intervals.upperBound))"
      case .perDay: "must be a whole number from \(caps.lowerBound) to \(caps.upperBound)"
      case .warmUp: "must be a list of whole numbers from 1 to \(caps.upperBound), such as [20,40,80]"
      case .since: "must be a date, such as 2026-11-01"
      }
    }
  }

  /// Takes over a member's value.
  ///
  /// - Returns: whether it could be understood; if not, nothing is changed.
  private mutating func set(_ member: Member, _ value: JSONView) -> Bool {
    switch member {
    case .concurrency:
      guard let number = Self.integer(value), Self.concurrencies.contains(number) else { return false }
      concurrency = number
    case .interval:
      guard let time = Self.duration(value), Self.intervals.contains(time) else { return false }
      interval = time
    case .perDay:
      guard let number = Self.integer(value), Self.caps.contains(number) else { return false }
      dailyCap.perDay = number == 0 ? nil : number
    case .warmUp:
      guard let list = Self.warmUp(value) else { return false }
      dailyCap.warmUp = list
    case .since:
      guard let date = value.utf8.flatMap({ CalendarDate(rfc3339: $0) }) else { return false }
      since = date
    }
    return true
  }

  private static func integer(_ value: JSONView) -> Int? { value.integer ?? value.string.flatMap { Int($0) } }

  private static func duration(_ value: JSONView) -> Duration? {
    if let text = value.string, let time = DurationText.parse(text) { return time }
    guard let seconds = value.double ?? value.string.flatMap({ Double($0) }), (0...1e9).contains(seconds) else {
      return nil
    }
    return .milliseconds(Int((seconds * 1000).rounded()))
  }

  private static func warmUp(_ value: JSONView) -> WarmUp? {
    if let text = value.string { return try? WarmUp(parsing: text) }
    guard value.kind == .array else { return nil }
    let caps = value.elements.map(integer)
    return caps.contains(nil) ? nil : try? WarmUp(caps.compactMap(\.self))
  }

  /// A member's name as it may be shown.
  private static func shown(_ name: String) -> String {
    let isPlain = name.utf8.count <= 32 && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isLetter($0) }
    return isPlain && !name.isEmpty ? name : "payload"
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
}
