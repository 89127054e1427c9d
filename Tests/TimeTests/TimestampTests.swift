import TestSupport
import Testing
import Time

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0),
    ("1970-01-01T00:00:00.000000001Z", 1),
    ("1969-12-31T23:59:59.999999999Z", -1),
    ("2026-01-15T12:00:00Z", 1_768_478_400_000_000_000),
    ("2026-01-15T12:00:00z", 1_768_478_400_000_000_000),
    ("2026-01-15t12:00:00Z", 1_768_478_400_000_000_000),
    ("2026-01-15 12:00:00Z", 1_768_478_400_000_000_000),
    ("2026-01-15T09:00:00-03:00", 1_768_478_400_000_000_000),
    ("2026-01-15T09:00:00.5-03:00", 1_768_478_400_500_000_000),
    ("2026-01-15T17:30:00+05:30", 1_768_478_400_000_000_000),
    ("2026-01-15T12:00:00+00:00", 1_768_478_400_000_000_000),
    ("2026-01-15T12:00:00-00:00", 1_768_478_400_000_000_000),
    ("2026-01-14T21:00:00-15:00", 1_768_478_400_000_000_000),
    ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
    ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
    // A leap second is its minute's last.
    ("2016-12-31T23:59:60Z", 1_483_228_799_000_000_000),
    ("1678-01-01T00:00:00Z", -9_214_560_000_000_000_000),
    ("2261-12-31T23:59:59.999999999Z", 9_214_646_399_999_999_999), ("2262-01-01T00:00:00Z", .max),
    ("9999-12-31T23:59:59+14:00", .max),
  ])
  func `reads RFC 3339`(text: String, nanoseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.nanoseconds == nanoseconds)
  }

  @Test(
    arguments: zip(
      0...12, [0, 1, 12, 123, 1234, 12345, 123_456, 1_234_567, 12_345_678] + Array(repeating: 123_456_789, count: 4)))
  func `reads a fraction of any number of digits, to the nanosecond`(digits: Int, value: Int64) {
    let fraction = digits == 0 ? "" : "." + "123456789012".prefix(digits)
    let scale = (0..<(9 - min(digits, 9))).reduce(Int64(1)) { scale, _ in scale * 10 }
    #expect(Timestamp(rfc3339: "1970-01-01T00:00:01\(fraction)Z")?.nanoseconds == 1_000_000_000 + value * scale)
  }

  @Test(arguments: [
    "", "2026", "2026-01-15", "2026-01-15T12:00:00", "2026-01-15T12:00Z", "2026-01-15T12:00:00.Z",
    "2026-01-15T12:00:00,5Z", "2026-01-15T12:00:00 Z", "2026-01-15T12:00:00Zx", " 2026-01-15T12:00:00Z",
    "2026-1-15T12:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
    "2026-01-32T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z", "2026-01-15T24:00:00Z", "2026-01-15T12:60:00Z", "2026-01-15T12:00:61Z",
    "2026-01-15T12:00:00+24:00", "2026-01-15T12:00:00+03:60", "2026-01-15T12:00:00+0300", "2026-01-15T12:00:00-3:00",
    "2026-01-15T12:00:00--03:00", "-2026-01-15T12:00:00Z", "20260115T120000Z", "amanhã", "١٩٧٠-٠١-٠١T00:00:00Z",
    "0001-01-01T00:00:00Z", "1677-12-31T23:59:59Z", "99999-01-01T00:00:00Z",
  ])
  func `refuses every other text`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
    (1_768_478_400_500_000_000, "2026-01-15T12:00:00.5Z"), (1_768_478_400_012_000_000, "2026-01-15T12:00:00.012Z"),
    (951_782_399_000_000_000, "2000-02-28T23:59:59Z"),
  ])
  func `writes RFC 3339 in UTC with the digits that it needs`(nanoseconds: Int64, text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
  }

  @Test func `reads what it wrote, over six centuries`() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<20_000 {
      let time = Timestamp(
        nanoseconds: Int64.random(in: -9_214_560_000_000_000_000...9_214_646_399_999_999_999, using: &random))
      #expect(Timestamp(rfc3339: time.rfc3339) == time)
    }
  }

  @Test(arguments: [
    ("0001-01-01T00:00:00Z", true), ("0001-01-01T00:00:00.000Z", true), ("0001-01-01T00:00:00-03:06", true),
    ("0001-01-01T00:00:01Z", false), ("1970-01-01T00:00:00Z", false), ("", false),
  ])
  func `knows Go's zero time`(text: String, isUnset: Bool) {
    #expect(Timestamp.isUnset(text.utf8) == isUnset)
  }

  @Test func `tells distances, however far apart two moments are`() {
    let first = Timestamp(nanoseconds: .min)
    let last = Timestamp(nanoseconds: .max)
    #expect(last.since(first) == .nanoseconds(Int64.max) - .nanoseconds(Int64.min))
    #expect(first.since(last) == .nanoseconds(Int64.min) - .nanoseconds(Int64.max))
    #expect(Timestamp(milliseconds: 1_500).since(Timestamp(milliseconds: 2_000)) == .milliseconds(-500))
    #expect(Timestamp(milliseconds: 1_500) < Timestamp(milliseconds: 2_000))
  }

  @Test func `moves on, and stops at the end of time`() {
    #expect(Timestamp(milliseconds: 1_000).advanced(by: .milliseconds(-1_500)) == Timestamp(milliseconds: -500))
    #expect(Timestamp(milliseconds: 1_000).advanced(by: .nanoseconds(1)).nanoseconds == 1_000_000_001)
    #expect(Timestamp(milliseconds: 0).advanced(by: .seconds(Int64.max)).nanoseconds == .max)
    #expect(Timestamp(milliseconds: 0).advanced(by: .seconds(Int64.min)).nanoseconds == .min)
    #expect(Timestamp(milliseconds: 1).seconds == 0.001)
  }
}
