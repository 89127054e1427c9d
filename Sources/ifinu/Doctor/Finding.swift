import JSON

/// One thing that the doctor looked at.
struct Finding: Sendable {
  /// How it stands.
  enum Health: String, Sendable {
    case good = "ok"
    case doubtful = "warning"
    case bad = "error"
  }

  let subject: String
  let health: Health
  /// What was seen.
  let seen: String
  /// What to do about it.
  var fix: String?

  /// For programs.
  var json: JSONValue {
    [
      "subject": .string(subject), "status": .string(health.rawValue), "seen": .string(seen),
      "fix": fix.map(JSONValue.string) ?? .null,
    ]
  }

  /// For people.
  func text(_ style: Style) -> String {
    let mark =
      switch health {
      case .good: style.good("ok     ")
      case .doubtful: style.doubtful("warning")
      case .bad: style.bad("error  ")
      }
    return "\(mark)  \(subject): \(seen)\n" + (fix.map { "         → \($0)\n" } ?? "")
  }
}
