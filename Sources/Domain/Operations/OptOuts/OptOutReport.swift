package import JSON

/// What came of a file of numbers that were to be added.
package struct OptOutReport: Sendable {
  /// How many numbers were added.
  package private(set) var added = 0
  /// How many were there already, or came more than once.
  package private(set) var present = 0
  package var problems = ProblemTally()

  /// A report of nothing yet.
  package init() {}

  /// Notes that of some numbers so many were not there before.
  package mutating func note(_ added: Int, of count: Int) {
    self.added += added
    present += count - added
  }

  /// Whether anything was refused.
  package var hasRefusals: Bool { problems.total > 0 }

  /// What is said at the end beside the outcome.
  package var remarks: [String] { problems.summary }

  /// For people.
  package var text: String {
    "\(counted(added, "number")) added, \(present) already there, \(counted(problems.total, "line")) refused"
  }

  /// For programs.
  package var json: JSONValue {
    [
      "added": .integer(added), "present": .integer(present), "refused": .integer(problems.total),
      "problems": problems.json,
    ]
  }
}
