internal import JSON

extension JSONView {
  /// The value apart from its document, to be kept or shown again.
  var value: JSONValue {
    switch kind {
    case .null: .null
    case .boolean: .boolean(boolean ?? false)
    case .number: integer.map { .integer($0) } ?? .number(double ?? 0)
    case .string: .string(string ?? "")
    case .array: .array(elements.map(\.value))
    case .object: .object(members.map { ($0.name, $0.value.value) })
    }
  }
}
