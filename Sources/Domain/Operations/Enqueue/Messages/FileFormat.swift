/// The formats of files.
package enum FileFormat: String, CaseIterable, Sendable {
  /// One JSON object a line.
  case jsonl
  /// One array of JSON objects, or objects over many lines.
  case json
  case csv

  /// What a file is by what it begins with, and where that leaves it open, by its name.
  ///
  /// - Parameters:
  ///   - beginning: of its text, in UTF-8.
  ///   - name: the file's.
  /// - Returns: the format.
  static func detect(_ beginning: [UInt8], name: String) -> FileFormat {
    let name = name.lowercased()
    let hasLines = [".jsonl", ".ndjson"].contains { name.hasSuffix($0) }
    switch firstVisible(beginning) {
    case UInt8(ascii: "["): return .json
    case UInt8(ascii: "{"): return !hasLines && goesOn(beginning) ? .json : .jsonl
    default: return hasLines || name.hasSuffix(".json") ? .jsonl : .csv
    }
  }

  /// The first byte that is no white space.
  static func firstVisible(_ text: [UInt8]) -> UInt8? { text.first { !isBlank($0) } }

  /// Whether the object that a text begins with goes on behind its first line: programs break lines behind brackets,
  /// commas and colons. A line that was cut off elsewhere is a fault of that line alone.
  private static func goesOn(_ text: [UInt8]) -> Bool {
    let line = text.drop(while: isBlank).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard let last = line.last(where: { !isBlank($0) }) else { return false }
    return [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ","), UInt8(ascii: ":")].contains(last)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
