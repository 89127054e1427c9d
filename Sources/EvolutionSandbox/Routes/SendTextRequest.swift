internal import JSON

/// The body of a `sendText`, checked as Evolution's schema checks it.
struct SendTextRequest {
  let number: String
  let text: String
  let delay: Duration

  /// What the schema finds wrong with a body, in its words; empty when nothing is.
  static func faults(of body: JSONView) -> [String] {
    guard body.kind == .object else { return ["instance is not of a type(s) object"] }
    var faults: [String] = []
    for name in ["number", "text"] {
      if let value = body[name], value.kind != .string { faults.append("\(name) is not of a type(s) string") }
    }
    if let delay = body["delay"], delay.integer == nil { faults.append("Enter a value in milliseconds") }
    if let preview = body["linkPreview"], preview.kind != .boolean {
      faults.append("linkPreview is not of a type(s) boolean")
    }
    for name in ["number", "text"] where body[name] == nil {
      faults.append("instance requires property \"\(name)\"")
    }
    return faults
  }

  /// Reads a body that has no faults.
  init?(_ body: JSONView) {
    guard let number = body["number"]?.string, let text = body["text"]?.string else { return nil }
    self.number = number
    self.text = text
    delay = .milliseconds(max(body["delay"]?.integer ?? 0, 0))
  }

  var isBlank: Bool { text.allSatisfy(\.isWhitespace) }
}
