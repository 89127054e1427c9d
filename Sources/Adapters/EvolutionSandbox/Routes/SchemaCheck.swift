internal import JSON

/// What a schema finds wrong with a body, in the words of Evolution's validator.
struct SchemaCheck {
  /// What was found so far, in order.
  private(set) var faults: [String] = []
  private let prefix: String
  private let subject: String

  /// The check of a body, or of an object at a path within it.
  init(at path: String? = nil) {
    prefix = path.map { $0 + "." } ?? ""
    subject = path ?? "instance"
  }

  /// Notes a fault.
  mutating func fault(_ words: String) { faults.append(words) }

  /// A member, if it is there, has to be of a kind; otherwise the words given are said, or the validator's own.
  mutating func member(_ name: String, of object: JSONView, is kind: JSONView.Kind, orSay words: String? = nil) {
    guard let value = object[name], value.kind != kind else { return }
    fault(words ?? "\(prefix)\(name) is not of a type(s) \(kind)")
  }

  /// A member, if it is there, has to be a text out of some.
  mutating func member(_ name: String, of object: JSONView, isOneOf words: [String]) {
    guard let value = object[name] else { return }
    guard let text = value.string else { return fault("\(prefix)\(name) is not of a type(s) string") }
    if !words.contains(text) { fault("\(prefix)\(name) is not one of enum values: \(words.joined(separator: ","))") }
  }

  /// Members that have to be there.
  mutating func require(_ names: [String], of object: JSONView) {
    for name in names where object[name] == nil { fault("\(subject) requires property \"\(name)\"") }
  }
}
