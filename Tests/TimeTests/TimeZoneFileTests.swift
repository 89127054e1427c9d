import Testing

@testable import Time

/// Files made by hand, whole and damaged.
@Suite struct TimeZoneFileTests {
  @Test func `reads the block with 64-bit times, and the footer`() throws {
    let file = try TimeZoneFile(parsing: Self.file())
    #expect(
      file.changes == [OffsetChange(at: -5_000_000_000, offset: -10_800), OffsetChange(at: 1_000, offset: -7_200)])
    #expect(file.initialOffset == -11_188)
    #expect(file.footer == RecurringOffsets(posix: "<-03>3"))
    #expect(try TimeZoneFile(parsing: Self.file(footer: "")).footer == nil)
  }

  @Test func `a damaged file is refused, wherever it ends`() {
    let whole = Self.file()
    for length in whole.indices {
      #expect(throws: TimeZoneError.self) { try TimeZoneFile(parsing: Array(whole[..<length])) }
    }
  }

  @Test func `no byte that is changed makes it crash`() {
    let whole = Self.file()
    for position in whole.indices {
      for byte: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
        var bytes = whole
        bytes[position] = byte
        guard let rules = try? TimeZoneRules(parsing: bytes) else { continue }
        for moment: Int64 in [.min, -1, 0, 1_000_000_000_000, .max] {
          _ = rules.startOfNextDay(after: Timestamp(nanoseconds: moment))
        }
      }
    }
  }

  @Test(
    arguments: [
      (file(magic: "TZiv"), "no TZif file"), (file(version: 0), "version 1"), (file(types: [0, 3]), "a type"),
      (file(times: [1_000, 1_000]), "order"), (file(offsets: [-11_188, -10_800, 100_000]), "100000 seconds"),
      (file(leapSeconds: 1), "leap seconds"), (file(offsets: []), "no types"), (file(footer: "EST5EDT"), "footer"),
      (Array("TZif".utf8), "too early"), ([], "no TZif file"),
    ] as [([UInt8], String)])
  func `says what is wrong`(file: [UInt8], what: String) throws {
    let error = #expect(throws: TimeZoneError.self) { try TimeZoneFile(parsing: file) }
    #expect(error?.description.contains(what) == true, "\(error?.description ?? "")")
  }

  @Test func `without a footer the last offset goes on`() throws {
    let rules = try TimeZoneRules(parsing: Self.file(footer: ""))
    #expect(rules.offset(at: Timestamp(nanoseconds: .max)) == -7_200)
    #expect(rules.offset(at: Timestamp(nanoseconds: 999_999_999_999)) == -10_800)
    #expect(rules.offset(at: Timestamp(nanoseconds: .min)) == -11_188)
  }

  private static func file(
    magic: String = "TZif", version: UInt8 = UInt8(ascii: "2"), times: [Int] = [-5_000_000_000, 1_000],
    types: [UInt8] = [1, 2], offsets: [Int] = [-11_188, -10_800, -7_200], leapSeconds: Int = 0,
    footer: String = "<-03>3"
  ) -> [UInt8] {
    func header(_ counts: [Int]) -> [UInt8] {
      Array(magic.utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts.flatMap { bigEndian($0, 4) }
    }
    // The block with 32-bit times, which is passed over: one time, one type, four letters.
    let narrow = header([0, 0, 0, 1, 1, 4]) + [UInt8](repeating: 0x7E, count: 4 + 1 + 6 + 4)
    let wide = header([0, 0, leapSeconds, times.count, offsets.count, 4])
    return narrow + wide + times.flatMap { bigEndian($0, 8) } + types
      + offsets.flatMap { bigEndian($0, 4) + [0, 0] } + Array("-03\0".utf8)
      + [UInt8](repeating: 0, count: 12 * leapSeconds) + Array("\n\(footer)\n".utf8)
  }

  private static func bigEndian(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
