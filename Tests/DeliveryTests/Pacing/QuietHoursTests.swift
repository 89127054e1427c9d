import Messaging
import Platform
import Testing
import Time

@testable import Delivery

@Suite struct QuietHoursTests {
  private let zones: RecipientTimeZones

  init() throws {
    zones = try RecipientTimeZones { name throws(TimeZoneError) in try TimeZoneDatabase().rules(named: name) }
  }

  @Test(
    arguments: [
      ("21:00-08:00", "11", "2026-01-15T23:59:59Z", nil),
      ("21:00-08:00", "11", "2026-01-16T00:00:00Z", "2026-01-16T11:00:00Z"),
      ("21:00-08:00", "11", "2026-01-16T10:59:59.9Z", "2026-01-16T11:00:00Z"),
      ("21:00-08:00", "11", "2026-01-16T11:00:00Z", nil),
      // The same moment elsewhere.
      ("21:00-08:00", "92", "2026-01-16T00:00:00Z", nil),
      ("21:00-08:00", "92", "2026-01-16T11:00:00Z", "2026-01-16T12:00:00Z"),
      ("21:00-08:00", "68", "2026-01-16T01:59:59Z", nil),
      ("21:00-08:00", "68", "2026-01-16T12:30:00Z", "2026-01-16T13:00:00Z"),
      // Within one day.
      ("12:00-14:00", "11", "2026-01-15T14:59:59Z", nil),
      ("12:00-14:00", "11", "2026-01-15T15:00:00Z", "2026-01-15T17:00:00Z"),
      ("12:00-14:00", "11", "2026-01-15T17:00:00Z", nil),
      ("0:00-8:00", "11", "2026-01-15T03:00:00Z", "2026-01-15T11:00:00Z"),
      ("22:00-00:00", "11", "2026-01-15T01:00:00Z", "2026-01-15T03:00:00Z"),
      ("22:00-00:00", "11", "2026-01-15T03:00:00Z", nil),
      // Over the night in which the clock was put forward, and that in which it was put back.
      ("21:00-08:00", "11", "2018-11-04T01:00:00Z", "2018-11-04T10:00:00Z"),
      ("21:00-08:00", "11", "2019-02-17T01:00:00Z", "2019-02-17T11:00:00Z"),
      // An end that the clock was put past.
      ("21:00-00:30", "11", "2018-11-04T01:00:00Z", "2018-11-04T03:00:00Z"),
      ("21:00-00:30", "11", "2018-11-04T03:00:00Z", nil),
    ] as [(String, String, String, String?)])
  func `says when the quiet ends where the recipient lives`(
    text: String, code: String, moment: String, end: String?
  ) throws {
    let hours = try QuietHours(parsing: text, in: zones)
    let number = try PhoneNumber(parsing: "\(code) 98888-7777")
    let found = hours.end(for: number, at: try #require(Timestamp(rfc3339: moment)))
    #expect(found?.rfc3339 == end)
  }

  @Test(arguments: ["21:00-08:00", "12:00-14:00", "23:30-00:30", "00:00-23:59"], ["11", "68", "92"])
  func `at its end it is never quiet any more`(text: String, code: String) throws {
    let hours = try QuietHours(parsing: text, in: zones)
    let number = try PhoneNumber(parsing: "\(code) 98888-7777")
    // Through years with daylight saving time and without, at odd steps.
    var moment = try #require(Timestamp(rfc3339: "2017-09-01T00:00:00Z"))
    let last = try #require(Timestamp(rfc3339: "2020-03-01T00:00:00Z"))
    while moment < last {
      if let end = hours.end(for: number, at: moment) {
        #expect(end > moment && hours.end(for: number, at: end) == nil, "\(moment.rfc3339)")
      }
      moment = moment.advanced(by: .seconds(84_190))
    }
  }

  @Test(arguments: [
    ("", "two times"), ("21:00", "two times"), ("21-8", "two times"), ("21:00–08:00", "two times"),
    ("21:00-24:00", "two times"), ("21:00-08:00-09:00", "two times"), ("21:00 - 08:00", "two times"),
    ("08:00-08:00", "same time"), ("8:00-08:00", "same time"),
  ])
  func `says what is wrong`(text: String, what: String) throws {
    let error = #expect(throws: LimitTextError.self) { try QuietHours(parsing: text, in: zones) }
    #expect(error?.description.contains(what) == true)
  }
}
