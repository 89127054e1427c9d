import Delivery
import Testing

@Suite struct PhoneNumberTests {
  @Test(arguments: [
    // Complete already.
    ("5511988887777", "5511988887777"),
    ("5531988887777", "5531988887777"),
    ("551138887777", "551138887777"),
    ("5555991234567", "5555991234567"),
    // The country code is missing.
    ("11988887777", "5511988887777"),
    ("1138887777", "551138887777"),
    ("55991234567", "5555991234567"),
    ("5532221111", "555532221111"),
    // A trunk 0 comes first.
    ("011988887777", "5511988887777"),
    ("01138887777", "551138887777"),
    ("055991234567", "5555991234567"),
    // A carrier's prefix, with the trunk 0 and without.
    ("01511988887777", "5511988887777"),
    ("0211138887777", "551138887777"),
    ("1511988887777", "5511988887777"),
    ("2121988887777", "5521988887777"),
    ("4131988887777", "5531988887777"),
    // Punctuation.
    ("+55 (11) 98888-7777", "5511988887777"),
    ("+55 11 3888.7777", "551138887777"),
    ("(11) 98888-7777", "5511988887777"),
    ("0 15 (11) 98888/7777", "5511988887777"),
    ("  11 98888 7777  ", "5511988887777"),
  ])
  func `reads a number as people write it`(written: String, digits: String) {
    #expect(PhoneNumber(written)?.digits == digits)
  }

  @Test(arguments: [
    "", " ", "+", "-", "0", "55",
    // Too short and too long.
    "988887777", "38887777", "119888877", "55119888877", "55119888877777", "000005511988887777",
    "00551198888777", "005511988887777",
    // No such area code.
    "20988887777", "23988887777", "10988887777", "00988887777", "5526988887777", "5501988887777", "90988887777",
    // No such number in an area.
    "11888887777", "1108887777", "1118887777", "5511888887777", "551118887777",
    // Another country's.
    "+1 212 555 1234", "12125551234", "+351 912 345 678", "351912345678", "+49 1590 1234567", "+86 139 1234 5678",
    "8613912345678", "+5491123456789", "5491123456789", "+44 7911 123456", "447911123456", "+11 98888-7777",
    "+1511988887777",
    // With the country code, an area code is missing: 55 is not taken for one.
    "+55 99123-4567", "+55 3222-1111", "+55 011 98888-7777",
    // Not a number at all.
    "onze 98888-7777", "11988887777a", "(0xx11) 98888-7777", "11 98888-7777 📞", "📱", "１１９８８８８７７７７",
    "11988887777\0", "11\n988887777", "5511988887777@s.whatsapp.net", "null", "11,988887777", "1e10", "-11988887777x",
  ])
  func `refuses what is no plausible Brazilian number`(written: String) {
    #expect(PhoneNumber(written) == nil)
  }

  @Test func `refuses a megabyte of digits`() {
    #expect(PhoneNumber(String(repeating: "1", count: 1 << 20)) == nil)
    #expect(PhoneNumber(String(repeating: "(", count: 1 << 20)) == nil)
  }

  @Test(arguments: [("5511988880001", "5511*****0001"), ("551138880001", "5511****0001")])
  func `shows itself with its middle hidden`(digits: String, shown: String) throws {
    let number = try #require(PhoneNumber(digits))
    #expect("\(number)" == shown)
    #expect(String(describing: number) == shown)
  }

  @Test func `knows the area codes in use, and no others`() {
    let inUse = (10...99).filter { PhoneNumber("\($0)988887777") != nil }
    #expect(
      inUse == [
        11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 31, 32, 33, 34, 35, 37, 38, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 51, 53, 54, 55, 61, 62, 63, 64, 65, 66, 67, 68, 69, 71, 73, 74, 75, 77, 79, 81, 82, 83, 84, 85, 86, 87,
        88, 89, 91, 92, 93, 94, 95, 96, 97, 98, 99,
      ])
  }
}
