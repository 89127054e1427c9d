import Foundation
import TestSupport
import Testing
import Time

@testable import Platform

/// The system's own tables, against what Python's zoneinfo makes of them.
@Suite struct TimeZoneDatabaseTests {
  @Test(arguments: [
    ("America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03T23:59:59", -10800),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04T01:00:00", -7200),
    ("America/Sao_Paulo", "2019-02-17T01:59:59Z", "2019-02-16T23:59:59", -7200),
    ("America/Sao_Paulo", "2019-02-17T02:00:00Z", "2019-02-16T23:00:00", -10800),
    ("America/Sao_Paulo", "2026-01-15T12:00:00Z", "2026-01-15T09:00:00", -10800),
    ("America/Sao_Paulo", "2200-01-15T02:59:59Z", "2200-01-14T23:59:59", -10800),
    ("America/Sao_Paulo", "1900-01-01T00:00:00Z", "1899-12-31T20:53:32", -11188),
    ("America/Manaus", "1994-01-15T12:00:00Z", "1994-01-15T09:00:00", -10800),
    ("America/Manaus", "2026-01-15T12:00:00Z", "2026-01-15T08:00:00", -14400),
    ("America/Rio_Branco", "2008-06-24T04:59:59Z", "2008-06-23T23:59:59", -18000),
    ("America/Rio_Branco", "2008-06-24T05:00:00Z", "2008-06-24T01:00:00", -14400),
    ("America/Rio_Branco", "2013-11-10T03:59:59Z", "2013-11-09T23:59:59", -14400),
    ("America/Rio_Branco", "2013-11-10T04:00:00Z", "2013-11-09T23:00:00", -18000),
    ("America/Cuiaba", "2018-12-01T00:00:00Z", "2018-11-30T21:00:00", -10800),
    ("America/Cuiaba", "2026-12-01T00:00:00Z", "2026-11-30T20:00:00", -14400),
    ("America/New_York", "2026-03-08T06:59:59Z", "2026-03-08T01:59:59", -18000),
    ("America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T03:00:00", -14400),
    ("America/New_York", "2099-03-08T06:59:59Z", "2099-03-08T01:59:59", -18000),
    ("America/New_York", "2099-03-08T07:00:00Z", "2099-03-08T03:00:00", -14400),
    ("America/New_York", "2099-11-01T05:59:59Z", "2099-11-01T01:59:59", -14400),
    ("America/New_York", "2099-11-01T06:00:00Z", "2099-11-01T01:00:00", -18000),
    ("Asia/Kolkata", "2026-01-15T18:30:00Z", "2026-01-16T00:00:00", 19800),
    ("Asia/Kathmandu", "2026-01-15T18:15:00Z", "2026-01-16T00:00:00", 20700),
    ("America/Santiago", "2050-04-03T02:59:59Z", "2050-04-02T23:59:59", -10800),
    ("America/Santiago", "2050-04-03T03:00:00Z", "2050-04-02T23:00:00", -14400),
    ("America/Santiago", "2050-09-04T03:59:59Z", "2050-09-03T23:59:59", -14400),
    ("America/Santiago", "2050-09-04T04:00:00Z", "2050-09-04T01:00:00", -10800),
    ("Australia/Sydney", "2060-01-01T00:00:00Z", "2060-01-01T11:00:00", 39600),
    ("Australia/Sydney", "2060-07-01T00:00:00Z", "2060-07-01T10:00:00", 36000),
    ("Europe/Dublin", "2070-07-01T00:00:00Z", "2070-07-01T01:00:00", 3600),
    ("UTC", "2026-01-15T12:00:00Z", "2026-01-15T12:00:00", 0),
    ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59", -36000),
    ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00", 50400),
    ("Etc/GMT+3", "2026-01-15T12:00:00Z", "2026-01-15T09:00:00", -10800),
  ])
  func `tells what calendar and clock show`(zone: String, moment: String, local: String, offset: Int) throws {
    let rules = try TimeZoneDatabase(folder: "").rules(named: zone)
    let time = try #require(Timestamp(rfc3339: moment))
    #expect(rules.offset(at: time) == offset)
    let found = rules.localTime(at: time)
    #expect("\(found.date.iso)T\(found.time)".padding(toLength: 19, withPad: ":00", startingAt: 0) == local)
    // Half a second later the clock shows the same, also before 1970.
    #expect(rules.localTime(at: time.advanced(by: .milliseconds(500))) == found)
  }

  @Test(arguments: [
    ("America/Sao_Paulo", "2026-01-15", "09:00", "2026-01-15T12:00:00Z"),
    // Passed over by the clock: from 00:00 to 01:00.
    ("America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04", "01:00", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03", "23:59", "2018-11-04T02:59:00Z"),
    // Shown twice: from 23:00 to 24:00.
    ("America/Sao_Paulo", "2019-02-16", "22:59", "2019-02-17T00:59:00Z"),
    ("America/Sao_Paulo", "2019-02-16", "23:00", "2019-02-17T01:00:00Z"),
    ("America/Sao_Paulo", "2019-02-16", "23:30", "2019-02-17T01:30:00Z"),
    ("America/Sao_Paulo", "2019-02-17", "00:00", "2019-02-17T03:00:00Z"),
    ("America/New_York", "2099-03-08", "02:30", "2099-03-08T07:00:00Z"),
    ("America/New_York", "2099-11-01", "01:30", "2099-11-01T05:30:00Z"),
    ("America/New_York", "2099-11-01", "02:00", "2099-11-01T07:00:00Z"),
    ("Asia/Kolkata", "2026-01-16", "00:00", "2026-01-15T18:30:00Z"),
    // The day that Samoa left out.
    ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31", "00:01", "2011-12-30T10:01:00Z"),
  ])
  func `finds the moment of a local time`(zone: String, day: String, clock: String, moment: String) throws {
    let rules = try TimeZoneDatabase(folder: "").rules(named: zone)
    let local = LocalTime(date: try #require(CalendarDate(rfc3339: day)), time: try #require(TimeOfDay(clock)))
    #expect(rules.moment(of: local).rfc3339 == moment)
  }

  @Test(arguments: [
    ("America/Sao_Paulo", "2026-01-15T12:00:00Z", "2026-01-15T03:00:00Z", "2026-01-16T03:00:00Z"),
    ("America/Sao_Paulo", "2026-01-15T02:59:59.999Z", "2026-01-14T03:00:00Z", "2026-01-15T03:00:00Z"),
    ("America/Sao_Paulo", "2026-01-15T03:00:00Z", "2026-01-15T03:00:00Z", "2026-01-16T03:00:00Z"),
    // A day that begins at 01:00, and one of 25 hours.
    ("America/Sao_Paulo", "2018-11-04T10:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2019-02-17T02:30:00Z", "2019-02-16T02:00:00Z", "2019-02-17T03:00:00Z"),
    ("America/Manaus", "2026-01-15T03:30:00Z", "2026-01-14T04:00:00Z", "2026-01-15T04:00:00Z"),
    ("America/Rio_Branco", "2026-01-15T04:30:00Z", "2026-01-14T05:00:00Z", "2026-01-15T05:00:00Z"),
    ("America/New_York", "2099-03-08T12:00:00Z", "2099-03-08T05:00:00Z", "2099-03-09T04:00:00Z"),
    ("Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
    // The clock went back over midnight: the new day began before it, and begins again.
    ("America/Goose_Bay", "2010-11-07T03:00:30Z", "2010-11-07T03:00:00Z", "2010-11-08T04:00:00Z"),
    ("America/Goose_Bay", "2010-11-07T03:30:00Z", "2010-11-06T03:00:00Z", "2010-11-07T04:00:00Z"),
  ])
  func `finds where days begin`(zone: String, moment: String, start: String, next: String) throws {
    let rules = try TimeZoneDatabase(folder: "").rules(named: zone)
    let time = try #require(Timestamp(rfc3339: moment))
    #expect(rules.startOfDay(at: time).rfc3339 == start)
    #expect(rules.startOfNextDay(after: time).rfc3339 == next)
  }

  @Test(arguments: [
    ("America/Sao_Paulo", "08:00", "2026-01-15T10:59:59Z", "2026-01-15T11:00:00Z"),
    ("America/Sao_Paulo", "08:00", "2026-01-15T11:00:00Z", "2026-01-16T11:00:00Z"),
    ("America/Sao_Paulo", "00:30", "2018-11-04T02:00:00Z", "2018-11-04T03:00:00Z"),
    ("America/New_York", "01:30", "2099-11-01T05:30:00Z", "2099-11-02T06:30:00Z"),
  ])
  func `finds when a clock shows a time next`(zone: String, clock: String, moment: String, next: String) throws {
    let rules = try TimeZoneDatabase(folder: "").rules(named: zone)
    let found = rules.next(try #require(TimeOfDay(clock)), after: try #require(Timestamp(rfc3339: moment)))
    #expect(found.rfc3339 == next)
  }

  @Test(arguments: ["America/Sao_Paulo", "America/New_York", "UTC"])
  func `the ends of time are told as well as they can be`(zone: String) throws {
    let rules = try TimeZoneDatabase(folder: "").rules(named: zone)
    let last = try #require(CalendarDate(year: 9999, month: 12, day: 31))
    #expect(rules.moment(of: LocalTime(date: last, time: .midnight)) == Timestamp(nanoseconds: .max))
    #expect(rules.startOfNextDay(after: Timestamp(nanoseconds: .max)) == Timestamp(nanoseconds: .max))
    let first = try #require(CalendarDate(year: 0, month: 1, day: 1))
    #expect(rules.startOfDay(first) == Timestamp(nanoseconds: .min))
    #expect(rules.startOfDay(at: Timestamp(nanoseconds: .min)) == Timestamp(nanoseconds: .min))
  }

  @Test func `reads every file of the system's database`() throws {
    let folder = URL(filePath: "/usr/share/zoneinfo")
    let names = try String(contentsOf: folder.appending(path: "tzdata.zi"), encoding: .utf8).split(separator: "\n")
      .compactMap { line in
        let words = line.split(separator: " ")
        return words.first == "Z" ? String(words[1]) : words.first == "L" ? String(words[2]) : nil
      }
    #expect(names.count > 400)
    for name in names { _ = try TimeZoneDatabase(folder: "").rules(named: name) }
  }

  @Test(arguments: [
    "", "/", "/etc/localtime", "/usr/share/zoneinfo/UTC", "..", "../zoneinfo/UTC", "America/../UTC", "America//Manaus",
    "America/", "UTC\0", "America/São_Paulo", "UTC ", "zone.tab", String(repeating: "A", count: 256),
  ])
  func `refuses what can be no name`(name: String) {
    #expect(throws: TimeZoneError.invalidName) { try TimeZoneDatabase(folder: "").rules(named: name) }
  }

  @Test(arguments: ["America/Nowhere", "Nowhere", "America", "UTC/Sao_Paulo", "america/sao_paulo"])
  func `refuses what is no zone`(name: String) {
    #expect(throws: TimeZoneError.unknown) { try TimeZoneDatabase(folder: "").rules(named: name) }
  }

  @Test func `says when there is no database, or a file that is none of its`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID().uuidString)")
    #expect(throws: TimeZoneError.noDatabase(folder: folder.path)) {
      try TimeZoneDatabase(folder: folder.path).rules(named: "UTC")
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("hello".utf8).write(to: folder.appending(path: "UTC"))
    #expect(throws: TimeZoneError.damaged("it is no TZif file")) {
      try TimeZoneDatabase(folder: folder.path).rules(named: "UTC")
    }
    try Data(repeating: 0, count: 70_000).write(to: folder.appending(path: "Large"))
    #expect(throws: TimeZoneError.self) { try TimeZoneDatabase(folder: folder.path).rules(named: "Large") }
  }
}
