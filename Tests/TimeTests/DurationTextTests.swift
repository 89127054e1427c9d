import Testing

@testable import Time

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("300ms", Duration.milliseconds(300)), ("30s", .seconds(30)), ("5m", .seconds(300)), ("2h", .seconds(7_200)),
    ("1h30m", .seconds(5_400)), ("30d", .seconds(2_592_000)), ("0s", .zero), ("1d2h3m4s5ms", .milliseconds(93_784_005)),
  ])
  func `what people write is read`(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
    #expect(DurationText.parse(DurationText.format(duration)) == duration)
  }

  @Test(arguments: [
    "", "30", "s", "-1s", "+1s", "1.5s", "30 s", " 30s", "30S", "1m1h", "1s1s", "1w", "9999999999999999999s", "١s",
    "1h 30m", "1000000001s",
  ])
  func `anything else is refused`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: [
    (Duration.microseconds(900), "0s"), (.seconds(3_600), "1h"), (.milliseconds(61_001), "1m1s1ms"), (.zero, "0s"),
  ])
  func `a duration is written in its largest units`(duration: Duration, text: String) {
    #expect(DurationText.format(duration) == text)
  }
}
