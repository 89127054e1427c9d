internal import Delivery
import FoundationEssentials
package import JSON
internal import Messaging
internal import Time

extension DeadLetter {
  /// The dead letter for programs.
  package func json(withPayload: Bool) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("id", .string(id)), ("message_id", messageID.map(JSONValue.string) ?? .null),
      ("instance", instance.map(JSONValue.string) ?? .null),
      ("died_at", .string(diedAt.rfc3339)), ("lane", .string(lane.name)), ("reason", .string(reason)),
      ("field", field.map(JSONValue.string) ?? .null), ("error", .string(error)), ("attempts", .integer(attempts)),
    ]
    if withPayload {
      members.append(("payload", .string(payloadText)))
      if String(validating: payload, as: UTF8.self) == nil {
        members.append(("payload_base64", .string(Data(payload).base64EncodedString())))
      }
    }
    return .object(members)
  }

  /// The payload as text; what is not UTF-8 in it is replaced.
  package var payloadText: String { String(decoding: payload, as: UTF8.self) }
}
