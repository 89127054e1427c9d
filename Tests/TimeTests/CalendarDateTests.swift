import Testing

@testable import Time

@Suite struct CalendarDateTests {
  @Test(arguments: [
    ("2026-01-15T00:00:00Z", "15/01/2026"),
    ("2026-01-15T23:59:59.999-03:00", "15/01/2026"),
    ("2026-01-15T00:00:00+14:00", "15/01/2026"),
    ("2026-01-15", "15/01/2026"),
    ("2024-02-29T00:00:00Z", "29/02/2024"),
    ("0999-12-31", "31/12/0999"),
    // What databases and languages write behind a date.
    ("2026-01-15T00:00:00", "15/01/2026"), ("2026-01-15T00:00", "15/01/2026"), ("2026-01-15 00:00:00", "15/01/2026"),
    ("2026-01-15T00:00:00-0300", "15/01/2026"), ("2026-01-15 00:00:00+00", "15/01/2026"),
    ("2026-01-15T00:00-03:00[America/Sao_Paulo]", "15/01/2026"), ("2026-01-15 00:00:00 +0000 UTC", "15/01/2026"),
    ("9999-12-31", "31/12/9999"),
  ])
  func `takes the day as it is written, wherever it is read`(text: String, brazilian: String) {
    #expect(CalendarDate(rfc3339: text)?.brazilian == brazilian)
  }

  @Test(arguments: [
    "", "2026-02-29", "2026-01-15T", "2026-01-15Z", "15/01/2026", "2026-01-15 a", "2026-01-15T24:00", "2026-01-15T00",
    "2026-01-15T25:00:00Z", "2026-06-31", "2026-1-1", "2026-01-15/2026-01-20", "2026-01-155", "2026-01-15T00:00\0",
  ])
  func `refuses what is no day`(text: String) {
    #expect(CalendarDate(rfc3339: text) == nil)
  }

  @Test(arguments: [(1, 1), (1_600, 1), (2_000, 1), (9_000, 7)])
  func `counts every day once`(firstYear: Int, step: Int) throws {
    var expected = try #require(CalendarDate(year: firstYear, month: 1, day: 1)).daysSince1970
    var date = CalendarDate(daysSince1970: expected)
    while date.year < firstYear + 101 {
      let again = try #require(CalendarDate(year: date.year, month: date.month, day: date.day))
      guard again == date, again.daysSince1970 == expected else {
        Issue.record("\(date.iso) is counted as day \(again.daysSince1970), not \(expected)")
        return
      }
      expected += step
      date = CalendarDate(daysSince1970: expected)
    }
  }

  @Test(arguments: [
    (1, 1, 1, -719_162), (1969, 12, 31, -1), (1970, 1, 1, 0), (1972, 2, 29, 789), (1900, 3, 1, -25_508),
    (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (2026, 1, 15, 20_468), (9999, 12, 31, 2_932_896),
  ])
  func `counts days from 1970 on`(year: Int, month: Int, day: Int, days: Int) {
    #expect(CalendarDate(year: year, month: month, day: day)?.daysSince1970 == days)
    #expect(CalendarDate(daysSince1970: days) == CalendarDate(year: year, month: month, day: day))
  }

  @Test(arguments: [
    (10_000, 1, 1), (-1, 1, 1), (Int.max, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 2, 29), (2026, 1, 0),
  ])
  func `refuses numbers that are no day`(year: Int, month: Int, day: Int) {
    #expect(CalendarDate(year: year, month: month, day: day) == nil)
  }

  @Test func `counts the days between two`() throws {
    let first = try #require(CalendarDate(rfc3339: "2026-02-27"))
    let later = try #require(CalendarDate(rfc3339: "2026-03-01"))
    #expect(later.days(since: first) == 2)
    #expect(first.days(since: later) == -2)
    #expect(first < later)
  }
}
