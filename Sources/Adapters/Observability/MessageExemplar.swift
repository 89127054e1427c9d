internal import Messaging
internal import Telemetry
internal import Time

/// The exemplar that leads from a bucket to a message's log lines: its id, as the producer chose it.
enum MessageExemplar {
  /// The exemplar of a message.
  ///
  /// - Returns: nil when the id may hold somebody's phone number, is too long for an exemplar, or has something in it that
  ///   must be escaped there: the reference parser of OpenMetrics does not undo that, and refuses the whole page.
  static func make(_ id: String, at time: Timestamp) -> Exemplar? {
    let needsEscape = id.unicodeScalars.contains { $0 == "\"" || $0 == "\\" || $0.value < 0x20 }
    guard !needsEscape, !mayHoldNumber(id) else { return nil }
    return Exemplar([("message_id", id)], at: time.seconds)
  }

  /// Whether the id, or ten or more digits in a row in it, would do as a phone number.
  ///
  /// The ids of charges, `lembrete_<uuid>_<unix seconds>`, are known to hold none, though the seconds alone would do as a
  /// landline's number.
  private static func mayHoldNumber(_ id: String) -> Bool {
    guard !isOfCharge(id) else { return false }
    let runs = id.utf8.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return PhoneNumber(id) != nil
      || runs.contains { $0.count >= 10 && PhoneNumber(String(decoding: $0, as: UTF8.self)) != nil }
  }

  private static func isOfCharge(_ id: String) -> Bool {
    let parts = id.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }),
      parts[2].utf8.count == 10, parts[2].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return false }
    let groups = parts[1].split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
  }
}
