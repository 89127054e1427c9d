/// Looks at one thing that a worker needs.
package protocol Examination: Sendable {
  /// What was found; nothing is sent and nothing is changed.
  func findings() async -> [Finding]
}

/// Looks at everything that a worker needs.
package struct Doctor: Sendable {
  private let examinations: [any Examination]

  /// A doctor that runs these examinations.
  package init(_ examinations: [any Examination]) { self.examinations = examinations }

  /// What was found, in the order in which it is worth mending.
  package func examine() async -> [Finding] {
    var findings = [Finding(subject: "configuration", health: .good, seen: "every setting is understood")]
    for examination in examinations { findings += await examination.findings() }
    return findings
  }
}
