internal import JSON
package import Messaging
package import Time

/// Makes messages of what people and programs wrote down.
package struct MessageMaker: Sendable {
  /// The instance of messages that name none.
  let instance: String?
  private let now: Timestamp
  private let createdAt: JSONMember
  private let instanceMember: JSONMember?

  /// A maker.
  ///
  /// - Parameters:
  ///   - instance: `instancia` of messages that name none.
  ///   - now: `criado_em` of messages that don't say when they were made.
  package init(instance: String?, now: Timestamp) {
    self.instance = instance
    self.now = now
    createdAt = JSONMember(WireField.createdAt, .string(now.rfc3339))
    instanceMember = instance.map { JSONMember(WireField.instance, .string($0)) }
  }

  /// A message of its parts.
  ///
  /// - Parameters:
  ///   - number: the recipient, as it is written.
  ///   - text: the text.
  ///   - id: the id; nil to have one made.
  ///   - source: what a made id begins with.
  ///   - place: where the message stands in its source, for a made id.
  ///   - instance: its own instance, where it has one.
  /// - Returns: the message.
  /// - Throws: `PayloadError` when it is no message.
  package func message(
    number: String, text: String, id: String? = nil, source: String = "manual", place: Int? = nil,
    instance: String? = nil
  ) throws(PayloadError) -> NewMessage {
    var members: [(name: String, value: JSONValue)] = [("id", .string(id ?? madeID(source, place)))]
    if let instance = instance ?? self.instance { members.append((WireField.instance, .string(instance))) }
    members += [
      (WireField.number, .string(number)), (WireField.text, .string(text)), (createdAt.name, createdAt.value),
    ]
    let payload = JSONValue.object(members).bytes
    return NewMessage(payload, try Message(payload: payload))
  }

  /// A message of a JSON object, which stays as it is but for what it lacks.
  ///
  /// - Parameters:
  ///   - object: the object.
  ///   - place: where it stands in its source, for an id where it has none.
  ///   - text: the text that all get, where it is not their own.
  /// - Returns: the message.
  /// - Throws: `PayloadError` when it is no message.
  func message(json object: [UInt8], place: Int, text: Template? = nil) throws(PayloadError) -> NewMessage {
    var payload = object
    let message = try read(&payload, place, text)
    var members: [JSONMember] = []
    if message.createdAt == nil { members.append(createdAt) }
    if message.instance == nil, let instanceMember { members.append(instanceMember) }
    if !members.isEmpty { payload = JSONMember.add(members, to: payload) }
    guard payload.count <= Message.maximumPayloadBytes else {
      throw PayloadError(field: "payload", problem: "is over \(Message.maximumPayloadBytes) bytes")
    }
    return NewMessage(payload, message)
  }

  /// Reads a payload, which gets what it lacks first.
  private func read(_ payload: inout [UInt8], _ place: Int, _ text: Template?) throws(PayloadError) -> Message {
    if let text {
      payload = try JSONFilling.setting(text, in: payload)
      payload = withID(payload, place) ?? payload
      return try Message(payload: payload)
    }
    do throws(PayloadError) {
      return try Message(payload: payload)
    } catch {
      // Nearly all have one, so that it is worth no look before.
      guard let identified = withID(payload, place) else { throw error }
      payload = identified
      return try Message(payload: payload)
    }
  }

  /// The object with an id; nil when it needs none. What would be a load test's message with one gets none.
  private func withID(_ object: [UInt8], _ place: Int) -> [UInt8]? {
    guard let document = try? JSONDocument(parsing: object) else { return nil }
    let (id, count) = document.root.find("id")
    guard count <= 1, id.map({ $0.kind == .null || $0.string == "" }) ?? true,
      [WireField.number, WireField.occasion, WireField.charge].contains(where: {
        document.root[$0].map(\.kind) ?? .null != .null
      })
    else { return nil }
    return document.replacing([("id", .string(madeID("json", place)))])
  }

  private func madeID(_ source: String, _ place: Int?) -> String {
    "\(source)_\(now.nanoseconds / 1_000_000)" + (place.map { "_\($0)" } ?? "")
  }
}
