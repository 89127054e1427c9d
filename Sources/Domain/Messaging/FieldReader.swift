internal import JSON
internal import Time

/// Reads the members of an object strictly: what is there must have the right type, and `null` counts as not there.
struct FieldReader {
  private static let mustBeText = "must be a text"

  private let object: JSONView
  private let path: String

  init(root: JSONView) throws(PayloadError) {
    guard root.kind == .object else { throw PayloadError(field: "payload", problem: "must be a JSON object") }
    object = root
    path = ""
  }

  private init(object: JSONView, path: String) {
    self.object = object
    self.path = path
  }

  /// Whether there is a member that says anything: `""`, `[]` and `false` are what some languages write for nothing.
  func has(_ name: String) -> Bool { object[name].map { $0.kind != .null && !Self.isEmpty($0) } ?? false }

  private static func isEmpty(_ value: JSONView) -> Bool {
    switch value.kind {
    case .string: value.range.count == 2
    case .array: value.elements.isEmpty
    case .boolean: value.boolean == false
    case .null, .number, .object: false
    }
  }

  /// Whether every member that is there has one of these names.
  func holdsOnly(_ names: Set<String>) -> Bool {
    object.members.allSatisfy { $0.value.kind == .null || names.contains($0.name) }
  }

  func optionalString(_ name: String) throws(PayloadError) -> String? {
    try optional(name, Self.mustBeText) { $0.string }
  }

  func string(_ name: String) throws(PayloadError) -> String {
    guard let text = try optionalString(name) else { throw fault(name, "is missing") }
    return text
  }

  /// A text that is there, with something in it that can be seen; a number counts as the text that it is written as.
  func optionalText(_ name: String) throws(PayloadError) -> String? {
    guard has(name), let text = try textOrNumber(name), !text.isBlank else { return nil }
    return text
  }

  func count(_ name: String) throws(PayloadError) -> Int {
    let problem = "must be a whole number from 0 on"
    guard has(name), let text = try textOrNumber(name) else { return 0 }
    guard let count = Self.count(of: text) else { throw fault(name, problem) }
    guard count >= 0 else { throw fault(name, problem) }
    return count
  }

  /// A count in digits, or as a program writes it that takes it for one to reckon with: `1.0`.
  private static func count(of text: String) -> Int? {
    let digits = text.hasSuffix(".0") ? text.dropLast(2) : text[...]
    return digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int(digits) : nil
  }

  /// A time that the queue itself keeps, as milliseconds since 1970; nil when there is none.
  func milliseconds(_ name: String) -> Timestamp? {
    object[name]?.integer.flatMap { $0 > 0 ? Timestamp(milliseconds: $0) : nil }
  }

  /// A phone number, written as a text or, by producers that know no better, as a number.
  func number(_ name: String) throws(PayloadError) -> PhoneNumber {
    guard let text = try textOrNumber(name) else { throw fault(name, "is missing") }
    do throws(PhoneNumberError) {
      return try PhoneNumber(parsing: text)
    } catch {
      throw fault(name, error.description)
    }
  }

  /// A text; a number counts as the text that it is written as.
  func textOrNumber(_ name: String) throws(PayloadError) -> String? {
    try optional(name, Self.mustBeText) { view in
      view.kind == .number ? String(decoding: view.bytes, as: UTF8.self) : view.string
    }
  }

  /// An amount in reais, written as a number, or as a text that has only one reading: `149.90` or `149,90`, never
  /// `1.234`.
  func amount(_ name: String) throws(PayloadError) -> Double {
    let problem = "must be a number, such as 149.90"
    guard let amount = try optional(name, problem, { $0.double ?? $0.string.flatMap(Self.amount(of:)) }) else {
      throw fault(name, "is missing")
    }
    return amount
  }

  private static func amount(of text: String) -> Double? {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard (1...12).contains(parts[0].count), parts.count == 1 || (1...2).contains(parts[1].count),
      parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } })
    else { return nil }
    return Double(parts.joined(separator: "."))
  }

  /// A time; Go's zero time and an empty text count as not there.
  func time(_ name: String) throws(PayloadError) -> Timestamp? {
    guard let text = try optionalUTF8(name), !text.isEmpty, !Self.isUnset(text) else { return nil }
    guard let time = Timestamp(rfc3339: text) else { throw fault(name, "must be an RFC 3339 time") }
    return time
  }

  func date(_ name: String) throws(PayloadError) -> CalendarDate? {
    guard let text = try optionalUTF8(name), !text.isEmpty, !Self.isUnset(text) else { return nil }
    guard let date = CalendarDate(rfc3339: text), date.year >= 2000 else {
      throw fault(name, "must be a date from 2000 on, such as 2026-01-18")
    }
    return date
  }

  /// Whether a time is one of the first or the last days before it, which stand for "not set" in any time zone.
  private static func isUnset(_ utf8: ArraySlice<UInt8>) -> Bool {
    utf8.starts(with: "0001-01-01".utf8) || utf8.starts(with: "0000-".utf8)
  }

  func child(_ name: String) throws(PayloadError) -> FieldReader {
    guard let child = try optionalChild(name) else { throw fault(name, "is missing") }
    return child
  }

  func optionalChild(_ name: String) throws(PayloadError) -> FieldReader? {
    guard has(name) else { return nil }
    guard let view = try optional(name, "must be an object", { $0.kind == .object ? $0 : nil }) else { return nil }
    return FieldReader(object: view, path: path + name + ".")
  }

  func fault(_ name: String, _ problem: String) -> PayloadError { PayloadError(field: path + name, problem: problem) }

  private func optionalUTF8(_ name: String) throws(PayloadError) -> ArraySlice<UInt8>? {
    try optional(name, Self.mustBeText) { $0.utf8 }
  }

  private func optional<Value>(
    _ name: String, _ problem: String, _ read: (JSONView) -> Value?
  ) throws(PayloadError) -> Value? {
    let (view, count) = object.find(name)
    guard let view else { return nil }
    guard count == 1 else { throw fault(name, "is there more than once") }
    guard view.kind != .null else { return nil }
    guard let value = read(view) else { throw fault(name, problem) }
    return value
  }
}

extension String {
  /// Whether nothing can be seen in it.
  var isBlank: Bool { unicodeScalars.allSatisfy(\.isUnseen) }
}

extension Unicode.Scalar {
  /// White space, and control characters, of which nothing can be seen either.
  var isBlank: Bool {
    switch value {
    // Looking into Unicode's tables takes longer than all the rest, and nearly every text begins with a letter.
    case 0x21..<0x7F: false
    case 0...0xA0: true
    default: properties.isWhitespace
    }
  }

  /// Whether nothing can be seen where it stands: a blank, a mark of format, a letter without a shape.
  var isUnseen: Bool {
    if isBlank { return true }
    guard value > 0xA0 else { return false }
    return properties.generalCategory == .format || value == 0x2800 || value == 0x3164 || value == 0x115F
      || value == 0xFFA0
  }
}
