import JSON
import Logging
import Operations
import Time

/// One record, and its two forms.
struct LogRecord: Sendable {
  let time: Timestamp
  let level: Logger.Level
  let message: String
  let metadata: Logger.Metadata

  /// A line for people: time, level, message, fields.
  var text: [UInt8] {
    let name = level.rawValue
    var line = "\(time.rfc3339) \(name)\(String(repeating: " ", count: max(0, 8 - name.count))) \(message)"
    for (key, value) in sorted { line += " \(key)=\(Self.quotedIfNeeded(value))" }
    // A line break in a value would let it forge a record of its own.
    return Array((line.onOneLine + "\n").utf8)
  }

  /// A line for machines: one JSON object.
  var json: [UInt8] {
    var members: [(name: String, value: JSONValue)] = [
      ("time", .string(time.rfc3339)), ("level", .string(level.rawValue)), ("message", .string(message)),
    ]
    for (key, value) in sorted { members.append((key, Self.machineValue(key, value))) }
    return Array((JSONValue.object(members).displayText + "\n").utf8)
  }

  private var sorted: [(key: String, value: String)] {
    metadata.map { ($0.key, "\($0.value)") }.sorted { $0.key < $1.key }
  }

  /// Counts and durations as numbers; an id of digits stays a text.
  private static func machineValue(_ key: String, _ value: String) -> JSONValue {
    key.hasSuffix("id") ? .string(value) : Int(value).map(JSONValue.integer) ?? .string(value)
  }

  private static func quotedIfNeeded(_ value: String) -> String {
    let isPlain =
      !value.isEmpty && value == value.onOneLine
      && !value.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "=" })
    return isPlain ? value : JSONValue.string(value).displayText
  }
}
