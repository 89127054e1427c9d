internal import Delivery
internal import JSON
internal import Messaging
internal import Time

/// What stands before a dead letter's payload: why it was given up, as one line of JSON.
struct DeadLetterHeader {
  let bytes: [UInt8]

  /// What a script writes behind the lane for a payload that is too large to be read.
  static let tailOfOversized =
    #","motivo":"\#(DeathReason.invalidPayload.name)","#
    + #""erro":"payload: is over \#(Message.maximumPayloadBytes) bytes","\#(WireField.attempts)":0,"campo":"payload"}"#

  init(lane: Lane, cause: DeadLetterCause) {
    var members: [(name: String, value: JSONValue)] = [
      ("fila", .string(lane.name)), ("motivo", .string(cause.reason.name)), ("erro", .string(cause.error)),
      (WireField.attempts, .integer(cause.attempts)),
    ]
    if let field = cause.field { members.append(("campo", .string(field))) }
    if let id = cause.messageID { members.append(("id", .string(id))) }
    if let instance = cause.instance { members.append((WireField.instance, .string(instance))) }
    bytes = JSONValue.object(members).bytes
  }
}

extension DeadLetter {
  /// A dead letter as it stands in Redis: the header, a line feed, the payload. A header that can't be read leaves its
  /// fields empty, since the payload must stay within reach.
  init(id: String, diedAt: Timestamp, stored: [UInt8]) {
    let end = stored.firstIndex(of: 0x0A) ?? stored.startIndex
    let header = try? JSONDocument(parsing: Array(stored[..<end]))
    let payload = Array(stored[min(end + 1, stored.endIndex)...])
    let isWhole = header?.root["id"] != nil && header?.root[WireField.instance] != nil
    let document = isWhole || payload.count > Message.maximumPayloadBytes ? nil : try? JSONDocument(parsing: payload)
    self.init(
      id: id,
      lane: header?.root["fila"]?.string.flatMap(Lane.init(rawValue:)) ?? .standard,
      reason: header?.root["motivo"]?.string ?? "",
      error: header?.root["erro"]?.string ?? "",
      field: header?.root["campo"]?.string,
      messageID: (header?.root["id"] ?? document?.root["id"])?.string,
      instance: (header?.root[WireField.instance] ?? document?.root[WireField.instance])?.string,
      attempts: (header?.root[WireField.attempts] ?? document?.root[WireField.attempts])?.integer ?? 0,
      diedAt: diedAt,
      payload: payload)
  }

  /// The payload as it goes back to its lane: what is known of its attempts starts afresh, the rest is
  /// byte for byte as it was.
  var payloadAfresh: [UInt8] {
    guard let document = try? JSONDocument(parsing: payload) else { return payload }
    let afresh: [(name: String, value: JSONValue)] = [
      (WireField.attempts, 0), (WireField.deferrals, 0), (WireField.dueAt, .string(WireField.unsetTime)),
      // Who sends it back has decided that it is to be sent.
      (WireField.uncertainSince, 0),
    ]
    let present = afresh.filter { document.root[$0.name] != nil }
    return present.isEmpty ? payload : document.replacing(present)
  }
}
