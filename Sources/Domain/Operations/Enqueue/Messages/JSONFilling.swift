internal import JSON
internal import Messaging

/// Gives JSON objects a text that is filled in from their own members.
enum JSONFilling {
  /// The object with the text.
  ///
  /// - Throws: `PayloadError` when it has a text already, or lacks what is to be filled in.
  static func setting(_ text: Template, in object: [UInt8]) throws(PayloadError) -> [UInt8] {
    let document: JSONDocument
    do {
      document = try JSONDocument(parsing: object)
    } catch {
      throw PayloadError(field: "payload", problem: "is not valid JSON: \(error)")
    }
    guard document.root.kind == .object else { throw PayloadError(field: "payload", problem: "must be a JSON object") }
    for name in [WireField.text, WireField.occasion, WireField.charge]
    where document.root[name].map(\.kind) ?? .null != .null {
      throw PayloadError(field: name, problem: "is there, and --text gives the text: leave one out")
    }
    let members = document.root.members
    let bound = try text.bound(to: ColumnNames(members.map(\.name)))
    let filled = try bound.filled { place in
      let value = members[place].value
      return value.kind == .number ? String(decoding: value.bytes, as: UTF8.self) : value.string
    }
    return document.replacing([(WireField.text, .string(filled))])
  }
}
