internal import JSON
package import Messaging

/// What is wrong with the lines of a file: the first by line, all by count, in bounded memory.
package struct ProblemTally: Sendable {
  /// One kind of problem.
  struct Problem: Equatable, Sendable {
    let text: String
    fileprivate(set) var count: Int
    /// The first lines that have it.
    fileprivate(set) var lines: [Int]
  }

  /// The field of a problem that a file has as a whole.
  static let wholeFile = "file"
  /// How many lines are told one by one.
  static let shownLines = 20
  private static let maximumKinds = 50

  /// How many lines have problems.
  private(set) var total = 0
  private var places: [String: Int] = [:]
  private var kinds: [Problem] = []

  /// Notes a line's problem.
  ///
  /// - Returns: what is to be said of it; nil when enough was said.
  package mutating func add(_ error: PayloadError, at line: Int) -> String? {
    total += 1
    var text = "\(error.field): \(Self.withoutPlace(error.problem))"
    if places[text] == nil, kinds.count >= Self.maximumKinds { text = "other problems" }
    let place = places[text] ?? kinds.count
    if place == kinds.count {
      places[text] = place
      kinds.append(Problem(text: text, count: 0, lines: []))
    }
    kinds[place].count += 1
    if kinds[place].lines.count < Self.shownLines { kinds[place].lines.append(line) }
    guard total <= Self.shownLines else { return nil }
    return error.field == Self.wholeFile
      ? "the file \(error.problem.onOneLine)" : "line \(line): \(error.description.onOneLine)"
  }

  /// The problems, the most frequent first.
  var problems: [Problem] {
    kinds.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
  }

  /// What is to be said at the end; empty when every line was told.
  var summary: [String] {
    guard total > Self.shownLines else { return [] }
    return ["\(counted(total - Self.shownLines, "more line")) refused; of all \(total):"]
      + problems.map { problem in
        let lines = problem.lines.prefix(3).map { "\($0)" }.joined(separator: ", ")
        let more = problem.count > 3 ? ", …" : ""
        return "  \(problem.count) × \(problem.text.onOneLine) (line \(lines)\(more))"
      }
  }

  /// For programs.
  var json: JSONValue {
    .array(
      problems.map { problem in
        [
          "problem": .string(problem.text), "count": .integer(problem.count),
          "lines": .array(problem.lines.map(JSONValue.integer)),
        ]
      })
  }

  /// Where in a line the fault is does not make it another.
  private static func withoutPlace(_ problem: String) -> String {
    let words = problem.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 3, words.suffix(3).first == "at", words[words.count - 2] == "byte" else { return problem }
    return words.dropLast(3).joined(separator: " ")
  }
}
