package import JSON

/// One thing that the doctor looked at.
package struct Finding: Sendable {
  /// How it stands.
  package enum Health: String, Sendable {
    case good = "ok"
    case doubtful = "warning"
    case bad = "error"
  }

  /// What was looked at.
  package let subject: String
  /// How it stands.
  package let health: Health
  /// What was seen.
  package let seen: String
  /// What to do about it.
  package let fix: String?

  /// A finding.
  package init(subject: String, health: Health, seen: String, fix: String? = nil) {
    self.subject = subject
    self.health = health
    self.seen = seen
    self.fix = fix
  }

  /// For programs.
  package var json: JSONValue {
    [
      "subject": .string(subject), "status": .string(health.rawValue), "seen": .string(seen),
      "fix": fix.map(JSONValue.string) ?? .null,
    ]
  }
}
