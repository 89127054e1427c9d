public import Messaging
public import Time

/// The hours in which nobody is written to, by the clock where the recipient lives.
public struct QuietHours: Sendable {
  private let start: TimeOfDay
  private let end: TimeOfDay
  private let zones: RecipientTimeZones

  /// Reads `21:00-08:00`: from the first time on until just before the second, over midnight where that is earlier.
  ///
  /// - Parameters:
  ///   - text: both times.
  ///   - zones: where recipients live.
  /// - Throws: ``LimitTextError``.
  public init(parsing text: String, in zones: RecipientTimeZones) throws(LimitTextError) {
    let times = text.split(separator: "-", omittingEmptySubsequences: false).map { TimeOfDay($0) }
    guard times.count == 2, let start = times[0], let end = times[1] else {
      throw LimitTextError(description: "must be two times from 00:00 to 23:59, such as 21:00-08:00")
    }
    guard start != end else {
      throw LimitTextError(
        description: "has the same time twice, which could be none of the day or all of it; write 21:00-08:00")
    }
    self.start = start
    self.end = end
    self.zones = zones
  }

  /// When the quiet ends that a recipient has at a moment; nil when it is not quiet there.
  public func end(for number: PhoneNumber, at moment: Timestamp) -> Timestamp? {
    let clock = zones[number.areaCode]
    let time = clock.localTime(at: moment).time
    let isQuiet = start < end ? start <= time && time < end : start <= time || time < end
    return isQuiet ? clock.next(end, after: moment) : nil
  }
}
