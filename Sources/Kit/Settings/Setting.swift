internal import Time

/// A variable of the environment and the flag of the same name: what it takes, its default, and what it is for.
///
/// Each module declares the settings that it reads, as static members of an extension.
package struct Setting: Hashable, Sendable {
  /// The values that a setting takes.
  package enum Kind: Sendable {
    case text
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case duration(ClosedRange<Duration>)
    case choice([String])
  }

  /// The variable's name, `PROGRAM_WORDS`.
  package let name: String
  /// The values that it takes.
  package let kind: Kind
  /// The default, as it would be written in the environment; nil when there is none.
  package let defaultValue: String?
  /// What it is for.
  package let help: String
  /// What it takes beyond its kind, in words for the documentation.
  package let accepts: String?
  /// Whether it may be read from a file that the variable with `_FILE` at its end names.
  package let isSecret: Bool
  private let masked: (@Sendable (String) -> String)?

  /// A setting.
  ///
  /// - Parameters:
  ///   - name: the variable's name, `PROGRAM_WORDS`.
  ///   - kind: the values that it takes.
  ///   - defaultValue: as it would be written in the environment.
  ///   - help: what it is for.
  ///   - accepts: what it takes beyond its kind, for the documentation.
  ///   - isSecret: whether its value is never shown.
  ///   - masked: how a value is shown that nobody should read whole.
  package init(
    _ name: String, _ kind: Kind = .text, default defaultValue: String? = nil, _ help: String, accepts: String? = nil,
    isSecret: Bool = false, masked: (@Sendable (String) -> String)? = nil
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.help = help
    self.accepts = accepts
    self.isSecret = isSecret
    let hidden: @Sendable (String) -> String = { _ in "***" }
    self.masked = masked ?? (isSecret ? hidden : nil)
  }

  /// The flag's name without its dashes.
  package var flag: String {
    name.split(separator: "_").dropFirst().map { $0.lowercased() }.joined(separator: "-")
  }

  /// The variable that names a file to read the value from; only secrets have one.
  package var fileVariable: String? { isSecret ? name + "_FILE" : nil }

  /// A value as it may be shown.
  package func shown(_ value: String) -> String { masked?(value) ?? value }

  /// Whether both are the same variable.
  package static func == (left: Setting, right: Setting) -> Bool { left.name == right.name }

  /// Hashes the name.
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Setting.Kind {
  /// The accepted values in words.
  package var words: String {
    switch self {
    case .text: "a text"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(shortest(range.lowerBound)) to \(shortest(range.upperBound))"
    case .duration(let range):
      "a duration such as 300ms, 30s, 5m, 1h30m or 30d, from \(DurationText.format(range.lowerBound)) to "
        + DurationText.format(range.upperBound)
    case .choice(let names): names.joined(separator: " or ")
    }
  }
}

/// A number without a point where it has no fraction.
func shortest(_ number: Double) -> String { number == number.rounded() ? String(Int(number)) : String(number) }

/// A setting that a program can't work with: one line that names the variable and the fix.
package struct SettingError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, and the fix. A secret's value is never shown.
  package let description: String

  /// An error in these words.
  package init(_ description: String) { self.description = description }

  /// An error about a setting.
  package init(_ setting: Setting, _ problem: String) { description = "\(setting.name) (--\(setting.flag)) \(problem)" }
}
