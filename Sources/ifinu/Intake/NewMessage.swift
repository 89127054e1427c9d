import Delivery
import JSON

/// Makes payloads for the lanes, each known to be one that the worker will take.
enum NewMessage {
  /// A payload from a JSON line: checked, and told when it was made and where it goes out if it does not say so.
  static func payload(
    fromJSON line: [UInt8], instance: String? = nil, now: Timestamp
  ) -> Result<[UInt8], PayloadError> {
    do throws(PayloadError) {
      let message = try Message(payload: line)
      var members: [(name: String, value: JSONValue)] = []
      if message.createdAt == nil { members.append(("criado_em", .string(now.rfc3339))) }
      if message.instance == nil, let instance { members.append(("instancia", .string(instance))) }
      guard !members.isEmpty, let document = try? JSONDocument(parsing: line) else { return .success(line) }
      return .success(document.replacing(members))
    } catch {
      return .failure(error)
    }
  }

  /// A payload from a CSV record: columns `telefone` and `texto`, perhaps `id` and `instancia`.
  static func payload(
    columns: [String], fields: [String], line: Int, instance: String? = nil, now: Timestamp
  ) -> Result<[UInt8], PayloadError> {
    guard fields.count == columns.count else {
      let problem = "has \(fields.count) fields, and the headings are \(columns.count)"
      return .failure(PayloadError(field: "payload", problem: problem))
    }
    let values = Dictionary(zip(columns, fields)) { first, _ in first }
    var members: [(name: String, value: JSONValue)] = [
      ("id", .string(Self.id(values["id"]) ?? "csv_\(now.nanoseconds / 1_000_000)_\(line)"))
    ]
    for name in ["instancia", "telefone", "texto"] {
      if let value = values[name], !value.isEmpty { members.append((name, .string(value))) }
    }
    // Without a text it would pass for a load test's message, which needs neither number nor text.
    guard values["texto"]?.isEmpty == false || values["telefone"]?.isEmpty == false else {
      return .failure(PayloadError(field: "telefone", problem: "is missing"))
    }
    return payload(fromJSON: JSONValue.object(members).bytes, instance: instance, now: now)
  }

  private static func id(_ cell: String?) -> String? { cell?.isEmpty == false ? cell : nil }

  /// A payload for one number and text.
  static func payload(
    number: String, text: String, instance: String?, now: Timestamp
  ) -> Result<[UInt8], PayloadError> {
    var members: [(name: String, value: JSONValue)] = [("id", .string("manual_\(now.nanoseconds / 1_000_000)"))]
    if let instance { members.append(("instancia", .string(instance))) }
    members.append(("telefone", .string(number)))
    members.append(("texto", .string(text)))
    return payload(fromJSON: JSONValue.object(members).bytes, now: now)
  }

  /// A load test's payload.
  static func loadTest(_ number: Int, run: String, now: Timestamp) -> [UInt8] {
    JSONValue.object([
      ("id", .string("test_\(run)_\(number)")), ("criado_em", .string(now.rfc3339)),
    ]).bytes
  }
}
