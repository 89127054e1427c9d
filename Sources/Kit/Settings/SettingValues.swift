internal import Platform
package import Time

/// The settings' texts, each from the first place that has one: the flag, the variable, the file that the variable
/// names, the default.
package struct SettingValues: Sendable {
  /// Where a value came from.
  package enum Source: String, Sendable {
    case flag, environment, file
    case builtIn = "default"
  }

  /// Every setting that the program has, in the order in which they are shown.
  package let settings: [Setting]
  private let values: [Setting: (text: String, source: Source)]
  /// The variables that Kubernetes or Docker set for services of this program's name, which are no settings.
  package let ofServices: [String]

  /// Reads the environment and the flags.
  ///
  /// - Parameters:
  ///   - settings: every setting that the program has, in whatever role.
  ///   - flags: what was given on the command line.
  ///   - environment: the process's variables.
  ///   - defaults: defaults of this command that differ from the program's.
  /// - Throws: ``SettingError`` for a variable that nothing reads, and for a file that can't be read.
  package init(
    of settings: [Setting], flags: [Setting: String], environment: [String: String], defaults: [Setting: String] = [:]
  ) throws(SettingError) {
    self.settings = settings
    ofServices = try Self.refuseUnknown(environment, settings)
    var values: [Setting: (text: String, source: Source)] = [:]
    for setting in settings {
      if let text = flags[setting] {
        values[setting] = (text, .flag)
      } else if let text = environment[setting.name], !text.isEmpty {
        values[setting] = (text, .environment)
      } else if let variable = setting.fileVariable, let path = environment[variable], !path.isEmpty {
        values[setting] = (try Self.contents(of: path, named: variable), .file)
      } else if let text = defaults[setting] ?? setting.defaultValue {
        values[setting] = (text, .builtIn)
      }
    }
    self.values = values
    for setting in settings {
      guard let text = values[setting]?.text, let first = text.first, let last = text.last else { continue }
      if text.count > 1, first == last, first == "\"" || first == "'" {
        throw refusal(
          setting, "has quotes around its value, which belong to it where no shell reads them: leave them out")
      }
      guard !first.isWhitespace, !last.isWhitespace else {
        throw refusal(setting, "begins or ends with a blank or a line's end: take it away")
      }
    }
  }

  /// The text and where it came from; nil when the setting has no value.
  package subscript(setting: Setting) -> (text: String, source: Source)? { values[setting] }

  /// Every setting that has a value, as text: what another process needs to work with the same.
  package var texts: [Setting: String] { values.mapValues(\.text) }

  /// The text of a setting; nil when it has no value.
  package func text(_ setting: Setting) -> String? { values[setting]?.text }

  /// The value of a setting that takes whole numbers.
  package func integer(_ setting: Setting) throws(SettingError) -> Int {
    guard case .integer(let range) = setting.kind, let value = text(setting).flatMap({ Int($0) }),
      range.contains(value)
    else { throw refusal(setting) }
    return value
  }

  /// The value of a setting that takes numbers.
  package func number(_ setting: Setting) throws(SettingError) -> Double {
    guard case .number(let range) = setting.kind, let value = text(setting).flatMap({ Double($0) }),
      range.contains(value)
    else { throw refusal(setting) }
    return value
  }

  /// The value of a setting that takes durations.
  package func duration(_ setting: Setting) throws(SettingError) -> Duration {
    guard case .duration(let range) = setting.kind, let value = text(setting).flatMap(DurationText.parse),
      range.contains(value)
    else { throw refusal(setting) }
    return value
  }

  /// The value of a setting that takes one of some words.
  package func choice<Choice: RawRepresentable<String>>(
    _ setting: Setting, as type: Choice.Type = Choice.self
  ) throws(SettingError) -> Choice {
    guard let value = text(setting).flatMap(Choice.init(rawValue:)) else { throw refusal(setting) }
    return value
  }

  /// The rules of the time zone that a setting names, from the system's tz database.
  package func timeZone(_ setting: Setting) throws(SettingError) -> TimeZoneRules {
    let name = text(setting) ?? ""
    do throws(TimeZoneError) {
      return try TimeZoneDatabase().rules(named: name)
    } catch {
      switch error {
      case .invalidName, .unknown: throw refusal(setting, error.description)
      case .noDatabase, .unreadable, .damaged: throw Self.lack(of: name, for: setting, error)
      }
    }
  }

  /// The rules of a time zone that a setting needs.
  package func timeZone(named name: String, for setting: Setting) throws(SettingError) -> TimeZoneRules {
    do throws(TimeZoneError) {
      return try TimeZoneDatabase().rules(named: name)
    } catch {
      throw Self.lack(of: name, for: setting, error)
    }
  }

  private static func lack(of zone: String, for setting: Setting, _ error: TimeZoneError) -> SettingError {
    SettingError(setting, "needs the time zone \(zone), which \(error)")
  }

  /// Says what a setting takes, and what it was given unless that is a secret.
  package func refusal(_ setting: Setting, _ problem: String? = nil) -> SettingError {
    let given = setting.isSecret ? nil : text(setting).map { ", not \"\($0)\"" }
    return SettingError(setting, (problem ?? "must be \(setting.kind.words)") + (given ?? ""))
  }

  /// Refuses variables that nothing reads.
  ///
  /// - Returns: those that tell of services and not of settings.
  private static func refuseUnknown(
    _ environment: [String: String], _ settings: [Setting]
  ) throws(SettingError) -> [String] {
    let known = settings.flatMap { [$0.name, $0.fileVariable].compactMap(\.self) }
    let prefixes = Set(settings.compactMap { $0.name.split(separator: "_").first.map { $0 + "_" } })
    var ofServices: [String] = []
    for name in environment.keys.sorted() where prefixes.contains(where: name.hasPrefix) && !known.contains(name) {
      if ServiceVariable.isOne(name, environment[name] ?? "") {
        ofServices.append(name)
        continue
      }
      let nearest = known.min { distance(from: name, to: $0) < distance(from: name, to: $1) } ?? ""
      throw SettingError("\(name) is not a setting; did you mean \(nearest)?")
    }
    return ofServices
  }

  /// How far a name is from one that was probably meant: first by the words that the other one lacks, then by letters.
  private static func distance(from name: String, to known: String) -> (Int, Int) {
    let lacking = Set(name.split(separator: "_")).subtracting(known.split(separator: "_")).count
    return (lacking, EditDistance.between(name, known))
  }

  private static func contents(of path: String, named variable: String) throws(SettingError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try SmallFile.contents(of: path, limit: 1 << 16)
    } catch {
      throw SettingError("\(variable) names a file that can't be read (\(error)); name one that can")
    }
    let text = String(String(decoding: bytes, as: UTF8.self).reversed().drop(while: \.isWhitespace).reversed())
    guard !text.isEmpty else { throw SettingError("\(variable) names an empty file; write the value into it") }
    return text
  }
}
