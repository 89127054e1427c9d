package import Settings
internal import Time

/// How many dead letters are kept, and for how long.
public struct DeadLetterBound: Sendable, Equatable {
  /// The most that are kept: beyond, no message is given out that might become one.
  public let count: Int
  /// The greatest age; what is older falls off.
  public let age: Duration

  /// A bound by count and age.
  public init(count: Int = 100_000, age: Duration = .seconds(30 * 86_400)) {
    self.count = count
    self.age = age
  }
}

extension Setting {
  /// `IFINU_DLQ_MAX`
  package static let dlqMax = Setting(
    "IFINU_DLQ_MAX", .integer(1...100_000_000), default: "\(DeadLetterBound().count)",
    "dead letters that are kept; with a full store no message is taken, and none is deleted")
  /// `IFINU_DLQ_MAX_AGE`
  package static let dlqMaxAge = Setting(
    "IFINU_DLQ_MAX_AGE", .duration(.seconds(1)...(.seconds(3650 * 86_400))),
    default: DurationText.format(DeadLetterBound().age), "how long they are kept; older ones are deleted")
}

extension DeadLetterBound: SettingsSection {
  /// The section's title.
  package static let title = "Dead letters"
  /// The section's settings.
  package static let settings: [Setting] = [.dlqMax, .dlqMaxAge]

  /// Reads the settings.
  package init(_ values: SettingValues) throws(SettingError) {
    self.init(count: try values.integer(.dlqMax), age: try values.duration(.dlqMaxAge))
  }
}
