import Testing

@testable import Time

@Suite struct TimeOfDayTests {
  @Test(arguments: [("00:00", 0), ("9:30", 34_200), ("09:30", 34_200), ("23:59", 86_340)])
  func `reads hours and minutes`(text: String, seconds: Int) {
    #expect(TimeOfDay(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "24:00", "9", "9:3", "12:60", "+9:30", "09:30:00", "9h30", " 9:30", "٠٩:٣٠", ":30", "123:00"])
  func `refuses any other text`(text: String) {
    #expect(TimeOfDay(text) == nil)
  }

  @Test func `writes seconds only where there are some`() {
    #expect(TimeOfDay(hour: 9, minute: 5)?.description == "09:05")
    #expect(TimeOfDay(hour: 9, minute: 5, second: 7)?.description == "09:05:07")
  }
}
