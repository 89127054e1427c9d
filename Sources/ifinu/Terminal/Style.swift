import Platform

/// Colours for people at a terminal; none for programs, nor where `NO_COLOR` is set (no-color.org).
struct Style: Sendable {
  private let isOn: Bool

  /// The style for a stream.
  init(_ stream: StandardStream, environment: [String: String] = ProcessEnvironment.variables) {
    self.init(isTerminal: stream.isTerminal, environment: environment)
  }

  /// The style for a stream that is a terminal or not.
  init(isTerminal: Bool, environment: [String: String]) {
    isOn = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  func good(_ text: String) -> String { paint(text, "32") }
  func bad(_ text: String) -> String { paint(text, "31") }
  func doubtful(_ text: String) -> String { paint(text, "33") }
  func strong(_ text: String) -> String { paint(text, "1") }

  private func paint(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
