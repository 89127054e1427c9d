import Testing

@testable import Delivery

@Suite struct CalendarDateTests {
  @Test(arguments: [
    ("2026-01-15T00:00:00Z", "15/01/2026"),
    ("2026-01-15T23:59:59.999-03:00", "15/01/2026"),
    ("2026-01-15T00:00:00+14:00", "15/01/2026"),
    ("2026-01-15", "15/01/2026"),
    ("2024-02-29T00:00:00Z", "29/02/2024"),
    ("0999-12-31", "31/12/0999"),
    ("9999-12-31", "31/12/9999"),
  ])
  func `takes the day as it is written, wherever it is read`(text: String, brazilian: String) {
    #expect(CalendarDate(rfc3339: text)?.brazilian == brazilian)
  }

  @Test(arguments: [
    "", "2026-02-29", "2026-01-15T", "2026-01-15T00:00:00", "2026-01-15Z", "15/01/2026", "2026-01-15T00:00:00Z ",
    "2026-01-15T25:00:00Z", "2026-06-31", "2026-1-1",
  ])
  func `refuses what is no day`(text: String) {
    #expect(CalendarDate(rfc3339: text) == nil)
  }

  @Test func `counts every day from year 1 to 9999 once`() throws {
    var expected = try #require(CalendarDate(year: 1, month: 1, day: 1)).daysSince1970
    #expect(expected == -719_162)
    var date = CalendarDate(daysSince1970: expected)
    while date.year <= 9_999 {
      let again = try #require(CalendarDate(year: date.year, month: date.month, day: date.day))
      guard again == date, again.daysSince1970 == expected else {
        Issue.record("\(date.iso) is counted as day \(again.daysSince1970), not \(expected)")
        return
      }
      expected += 1
      date = CalendarDate(daysSince1970: expected)
    }
    #expect(date.iso == "10000-01-01")
  }
}
