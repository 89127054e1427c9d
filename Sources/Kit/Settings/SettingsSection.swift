internal import Time

/// Settings that belong together, declared and read by one module. A program's roles are put together from sections.
package protocol SettingsSection: Sendable {
  /// The section's title in help and documentation.
  static var title: String { get }
  /// The settings, in the order in which they are shown.
  static var settings: [Setting] { get }

  /// Reads the settings.
  ///
  /// - Throws: ``SettingError`` for the first that is wrong.
  init(_ values: SettingValues) throws(SettingError)
}

extension SettingsSection {
  /// The section's settings as a table in Markdown: variable, flag, default, range, meaning.
  package static var markdown: String {
    let rows = settings.map { setting in
      let meaning = setting.help + (setting.isSecret ? "; secret" : "")
      let cells = [
        "`\(setting.name)`", "`--\(setting.flag)`", setting.defaultValue.map { "`\($0)`" } ?? "–",
        setting.range, meaning.replacing("|", with: "\\|"),
      ]
      return "| \(cells.joined(separator: " | ")) |"
    }
    return (["| variable | flag | default | range | meaning |", "|---|---|---|---|---|"] + rows).map { $0 + "\n" }
      .joined()
  }
}
extension Setting {
  /// The accepted values for the documentation.
  var range: String {
    let values: String? =
      switch kind {
      case .text: nil
      case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
      case .number(let range): "\(shortest(range.lowerBound)) to \(shortest(range.upperBound))"
      case .duration(let range):
        "`\(DurationText.format(range.lowerBound))` to `\(DurationText.format(range.upperBound))`"
      case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
      }
    return [values, accepts].compactMap(\.self).joined(separator: "; ")
  }
}
