internal import JSON

/// The body of a `sendText`, checked as Evolution's schema checks it.
struct SendTextRequest {
  let number: String
  let text: String
  let delay: Duration

  /// What the schema finds wrong with a body, in its words; empty when nothing is.
  static func faults(of body: JSONView) -> [String] {
    var check = SchemaCheck()
    check.member("number", of: body, is: .string, orSay: "Invalid format")
    check.member("text", of: body, is: .string)
    check.member("linkPreview", of: body, is: .boolean)
    if let delay = body["delay"], delay.integer == nil { check.fault("Enter a value in milliseconds") }
    check.require(["number", "text"], of: body)
    return check.faults
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
