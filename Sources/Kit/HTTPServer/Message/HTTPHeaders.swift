/// The header fields of a request, found by name whatever their case.
package struct HTTPHeaders: Sendable {
  private var fields: [(name: String, value: String)] = []

  /// No fields.
  package init() {}

  mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }

  /// The value of a field, repeated ones joined by commas; nil when it is not there.
  package subscript(name: String) -> String? {
    var found: String?
    for field in fields where field.name.equalsIgnoringCase(name) {
      found = found.map { "\($0), \(field.value)" } ?? field.value
    }
    return found
  }
}

extension String {
  /// Whether two texts are equal but for the case of ASCII letters.
  fileprivate func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
  }
}

extension UInt8 {
  fileprivate var lowercasedASCII: UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
  }
}
