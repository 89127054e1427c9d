package import JSON
package import Messaging

/// What came of a file, or of one message.
package struct IntakeReport: Sendable {
  /// How many messages a dry run shows.
  package static let previews = 5

  let lane: Lane
  package let isDryRun: Bool
  /// What the file was taken for; nil when it was one message, or nothing is known.
  package var kind: FileKind?
  /// How many messages went in, or would have.
  package var messages = 0
  package var problems = ProblemTally()
  package var seen = SeenMessages()
  package var previews: [Preview] = []

  /// A report of nothing yet.
  package init(lane: Lane, isDryRun: Bool) {
    self.lane = lane
    self.isDryRun = isDryRun
  }

  /// Whether anything was refused.
  package var hasRefusals: Bool { problems.total > 0 }

  /// What is said at the end beside the outcome.
  package var remarks: [String] { problems.summary + [seen.warning].compactMap(\.self) }

  /// For people; of a file it tells also how many lines were refused.
  package func text(isFile: Bool) -> String {
    let refused = isFile ? ", \(counted(problems.total, "line")) refused" : ""
    guard isDryRun else { return "\(counted(messages, "message")) enqueued in \(lane.name)\(refused)" }
    return previews.flatMap(\.lines).map { $0 + "\n" }.joined()
      + "dry run: \(counted(messages, "message")) for \(lane.name)\(refused); nothing was enqueued"
  }

  /// For programs; of a file it tells more.
  package func json(isFile: Bool) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("lane", .string(lane.name)), ("enqueued", .integer(isDryRun ? 0 : messages)),
      ("refused", .integer(problems.total)),
    ]
    if isDryRun { members += [("dry_run", true), ("valid", .integer(messages))] }
    if isFile {
      members.append(("repeated", .integer(seen.repeated)))
      members.append(("problems", problems.json))
    }
    if let kind { members.append(("file", kind.json)) }
    if isDryRun { members.append(("preview", .array(previews.map(\.json)))) }
    return .object(members)
  }
}

extension FileKind {
  /// For programs.
  fileprivate var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("format", .string(format.rawValue)), ("encoding", .string(encoding.rawValue)),
    ]
    if let columns {
      let separator = columns.separator.map { JSONValue.string(String(Unicode.Scalar($0))) }
      let headings = MessageField.allCases.compactMap { field in
        columns.headings[field].map { (name: field.rawValue, value: JSONValue.string($0)) }
      }
      members += [("separator", separator ?? .null), ("columns", .object(headings))]
    }
    return .object(members)
  }
}
