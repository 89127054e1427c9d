import Testing

@testable import Time

@Suite struct RecurringOffsetsTests {
  /// Offsets as Python's zoneinfo gives them for the zones with these footers.
  @Test(arguments: [
    ("<-03>3", "2200-01-15T02:59:59Z", -10_800), ("IST-5:30", "2200-01-15T00:00:00Z", 19_800),
    ("EST5EDT,M3.2.0,M11.1.0", "2099-03-08T06:59:59Z", -18_000),
    ("EST5EDT,M3.2.0,M11.1.0", "2099-03-08T07:00:00Z", -14_400),
    ("EST5EDT,M3.2.0,M11.1.0", "2099-11-01T05:59:59Z", -14_400),
    ("EST5EDT,M3.2.0,M11.1.0", "2099-11-01T06:00:00Z", -18_000),
    ("EST5EDT,M3.2.0,M11.1.0", "2099-12-31T23:59:59Z", -18_000),
    // Southern: over New Year.
    ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", "2050-04-03T02:59:59Z", -10_800),
    ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", "2050-04-03T03:00:00Z", -14_400),
    ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", "2050-09-04T04:00:00Z", -10_800),
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2060-01-01T00:00:00Z", 39_600),
    // Ireland's standard time is the summer's.
    ("IST-1GMT0,M10.5.0,M3.5.0/1", "2070-07-01T00:00:00Z", 3_600),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", "2070-01-01T00:00:00Z", 0),
    // Times beyond the day, before it and after it.
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2040-03-25T00:59:59Z", -7_200),
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2040-03-25T01:00:00Z", -3_600),
    ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2100-03-26T23:59:59Z", 7_200),
    ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2100-03-27T00:00:00Z", 10_800),
    // All the year, as RFC 9636 writes it.
    ("EST5EDT,0/0,J365/25", "2100-01-01T05:00:00Z", -14_400), ("EST5EDT,0/0,J365/25", "2100-07-01T00:00:00Z", -14_400),
    ("EST5EDT,0/0,J365/25", "2100-12-31T23:59:59Z", -14_400),
    // Day 60 of a leap year is February 29 or March 1.
    ("AAA0BBB,J60/0,J300/0", "2024-02-29T12:00:00Z", 0), ("AAA0BBB,J60/0,J300/0", "2024-03-01T00:00:00Z", 3_600),
    ("AAA0BBB,59/0,300/0", "2024-02-29T00:00:00Z", 3_600), ("AAA0BBB,59/0,300/0", "2023-03-01T00:00:00Z", 3_600),
  ])
  func `tells the offset of any year`(text: String, moment: String, offset: Int) throws {
    let rules = try #require(RecurringOffsets(posix: text))
    let time = try #require(Timestamp(rfc3339: moment))
    #expect(rules.offset(at: Int(time.nanoseconds / 1_000_000_000)) == offset)
  }

  @Test func `tells the next change`() throws {
    let rules = try #require(RecurringOffsets(posix: "EST5EDT,M3.2.0,M11.1.0"))
    let spring = try #require(Timestamp(rfc3339: "2099-03-08T07:00:00Z")).nanoseconds / 1_000_000_000
    let autumn = try #require(Timestamp(rfc3339: "2099-11-01T06:00:00Z")).nanoseconds / 1_000_000_000
    #expect(rules.nextChange(after: Int(spring) - 1) == OffsetChange(at: Int(spring), offset: -14_400))
    #expect(rules.nextChange(after: Int(spring)) == OffsetChange(at: Int(autumn), offset: -18_000))
    #expect(RecurringOffsets(posix: "<-03>3")?.nextChange(after: 0) == nil)
  }

  @Test(arguments: [
    "", "EST", "ES5", "5", "<>3", "<-03", "EST25", "EST5:60", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
    "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,J0,J365",
    "EST5EDT,366,1", "EST5EDT,M3.2.0,M11.1.0,", "EST5 ", "EST5EDT4M3.2.0,M11.1.0", "EST99999999999999999999", "EST+-5",
    "São5",
  ])
  func `refuses what is no such string`(text: String) {
    #expect(RecurringOffsets(posix: text) == nil)
  }
}
