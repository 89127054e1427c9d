public import Time

/// The time zones in which recipients live, by their area codes.
public struct RecipientTimeZones: Sendable {
  private let usual: TimeZoneRules
  private let others: [AreaCode: TimeZoneRules]

  /// Looks the time zones up.
  ///
  /// - Parameter rules: the rules of a time zone by its name in the tz database; asked for each name once.
  /// - Throws: what `rules` throws.
  public init<Failure: Error>(_ rules: (String) throws(Failure) -> TimeZoneRules) throws(Failure) {
    usual = try rules(AreaCode.usualTimeZone)
    var known: [String: TimeZoneRules] = [:]
    var others: [AreaCode: TimeZoneRules] = [:]
    for (code, name) in AreaCode.inOtherTimeZones {
      let found = if let before = known[name] { before } else { try rules(name) }
      known[name] = found
      others[code] = found
    }
    self.others = others
  }

  /// The rules of the clocks where a number belongs.
  public subscript(code: AreaCode) -> TimeZoneRules { others[code] ?? usual }
}
