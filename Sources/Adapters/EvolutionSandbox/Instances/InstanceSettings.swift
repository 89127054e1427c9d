internal import JSON

/// The settings of an instance, which the sandbox keeps and does not act on.
struct InstanceSettings: Sendable {
  /// The switches, in Evolution's order.
  static let switches = ["rejectCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus", "syncFullHistory"]
  private static let texts = ["msgCall", "wavoipToken"]

  private var isOn: Set<String> = []
  private var texts: [String: String] = [:]

  /// All off.
  init() {}

  /// Reads them from a body; what is missing is off or empty.
  init(_ body: JSONView) {
    isOn = Set(Self.switches.filter { body[$0]?.boolean == true })
    for name in Self.texts { texts[name] = body[name]?.string }
  }

  /// What the schema finds wrong with them in a body.
  static func check(_ body: JSONView, _ check: inout SchemaCheck) {
    for name in switches { check.member(name, of: body, is: .boolean) }
    for name in texts { check.member(name, of: body, is: .string) }
  }

  /// The settings as Evolution shows them.
  var json: JSONValue {
    func isSet(_ name: String) -> (String, JSONValue) { (name, .boolean(isOn.contains(name))) }
    func text(_ name: String) -> (String, JSONValue) { (name, .string(texts[name] ?? "")) }
    return .object([
      isSet("rejectCall"), text("msgCall"), isSet("groupsIgnore"), isSet("alwaysOnline"), isSet("readMessages"),
      isSet("readStatus"), isSet("syncFullHistory"), text("wavoipToken"),
    ])
  }
}
