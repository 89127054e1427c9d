internal import JSON

/// A member that JSON objects get, over and over.
package struct JSONMember: Sendable {
  let name: String
  let value: JSONValue
  private let nameBytes: [UInt8]
  /// With a comma before it, for an object that has members.
  private let bytes: [UInt8]

  /// A member.
  init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
    nameBytes = Array(name.utf8)
    bytes = [UInt8(ascii: ",")] + JSONValue.object([(name, value)]).bytes.dropFirst().dropLast()
  }

  /// A valid object, not an empty one, with some members set.
  static func add(_ members: [JSONMember], to object: [UInt8]) -> [UInt8] {
    // Nearly always they are not there, and have only to be put at the end; an escape may hide their names.
    guard !contains(object, [UInt8(ascii: "\\"), UInt8(ascii: "u")]),
      !members.contains(where: { contains(object, $0.nameBytes) }),
      let end = object.lastIndex(of: UInt8(ascii: "}"))
    else {
      let document = try? JSONDocument(parsing: object)
      return document?.replacing(members.map { ($0.name, $0.value) }) ?? object
    }
    var result: [UInt8] = []
    result.reserveCapacity(object.count + members.reduce(0) { $0 + $1.bytes.count })
    result += object[..<end]
    for member in members { result += member.bytes }
    result += object[end...]
    return result
  }

  private static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first, bytes.count >= wanted.count else { return false }
    for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
      if bytes[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
    }
    return false
  }
}
