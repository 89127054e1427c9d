import Messaging
import TestSupport
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
    // A mobile of before the ninth digit stays as it is.
    ("1188887777", "551188887777"),
    ("551168887777", "551168887777"),
    // A trunk 0, also behind the country code.
    ("011988887777", "5511988887777"),
    ("01138887777", "551138887777"),
    ("055991234567", "5555991234567"),
    ("55 011 3762-4039", "551137624039"),
    ("+55 (0)11 98888-7777", "5511988887777"),
    ("+55 011 98888-7777", "5511988887777"),
    ("55 (0xx11) 3762-4039", "551137624039"),
    ("(0xx11) 98888-7777", "5511988887777"),
    ("0XX21 3762 4039", "552137624039"),
    // A carrier behind it.
    ("01511988887777", "5511988887777"),
    ("0211138887777", "551138887777"),
    ("0 41 (11) 98888-7777", "5511988887777"),
    ("55 0 15 11 98888-7777", "5511988887777"),
    ("0 55 11 98888-7777", "5511988887777"),
    // A call that the called pays for.
    ("90 15 11 98888-7777", "5511988887777"),
    ("90 11 3888-7777", "551138887777"),
    // The international prefix.
    ("0055 19 4670-6306", "551946706306"),
    ("005511988887777", "5511988887777"),
    ("0055 011 98888-7777", "5511988887777"),
    ("0055 11 9888-8777", "551198888777"),
    ("00 15 55 11 98888-7777", "5511988887777"),
    // Punctuation.
    ("+55 (11) 98888-7777", "5511988887777"),
    ("+55 11 3888.7777", "551138887777"),
    ("(11) 98888-7777", "5511988887777"),
    ("[11] 98888-7777", "5511988887777"),
    ("11/98888-7777", "5511988887777"),
    ("0 15 (11) 98888/7777", "5511988887777"),
    ("11 98888-7777/", "5511988887777"),
    ("55 32 2112-3435", "553221123435"),
    ("+55 32 2112 34 35", "553221123435"),
    ("  11 98888 7777  ", "5511988887777"),
    ("11 98888-7777.", "5511988887777"),
    ("11\u{A0}98888\u{2011}7777\r\n", "5511988887777"),
    ("11\u{2009}98888\u{2013}7777", "5511988887777"),
    ("11\u{202F}98888\u{2014}7777", "5511988887777"),
    ("11\u{3000}98888\u{FF0D}7777", "5511988887777"),
    ("\u{202A}+55 11 98888\u{2013}7777\u{202C}\t", "5511988887777"),
    ("\u{FEFF}11988887777\u{200B}", "5511988887777"),
    ("11·98888·7777", "5511988887777"),
    ("１１９８８８８７７７７", "5511988887777"),
    ("（11）98888−7777", "5511988887777"),
    // What programs put around it.
    ("5511988887777@s.whatsapp.net", "5511988887777"),
    ("551138887777@c.us", "551138887777"),
    ("5511988887777:12@s.whatsapp.net", "5511988887777"),
    ("tel:+55-11-98888-7777", "5511988887777"),
    ("whatsapp:+5511988887777", "5511988887777"),
    ("TEL: 11 98888-7777", "5511988887777"),
    ("Cel.: (11) 98888-7777", "5511988887777"),
    ("WhatsApp 11 98888-7777", "5511988887777"),
    ("https://wa.me/5511988887777", "5511988887777"),
    ("wa.me/5511988887777", "5511988887777"),
    ("https://api.whatsapp.com/send?phone=5511988887777", "5511988887777"),
    ("=\"11988887777\"", "5511988887777"),
    ("'11988887777", "5511988887777"),
    ("\"11 98888-7777\"", "5511988887777"),
    ("11988887777.0", "5511988887777"),
    ("1188887777.0", "551188887777"),
    ("5511988887777,00", "5511988887777"),
  ])
  func `reads a number as people and programs write it`(written: String, digits: String) {
    #expect(PhoneNumber(written)?.digits == digits)
  }

  @Test(arguments: [
    ("", PhoneNumberError.missing), (" ", .missing), ("+", .missing), ("-", .missing),
    // Too short and too long.
    ("0", .implausible), ("55", .implausible), ("988887777", .noAreaCode), ("38887777", .noAreaCode),
    ("119888877", .noAreaCode), ("55119888877", .implausible), ("55119888877777", .implausible),
    ("000005511988887777", .foreign), ("5555119888877777", .implausible),
    // No such area code, in whatever length.
    ("20988887777", .implausible), ("23988887777", .implausible), ("5520988887777", .implausible),
    ("552038887777", .implausible), ("+55 26 98888-7777", .implausible), ("10988887777", .implausible),
    ("90988887777", .implausible), ("5510988887777", .implausible), ("5500988887777", .implausible),
    // No such number in an area.
    ("11888887777", .implausible), ("5511888887777", .implausible), ("1108887777", .implausible),
    ("1118887777", .implausible), ("551118887777", .implausible),
    // A carrier stands behind a trunk 0, and nowhere else.
    ("1511988887777", .implausible), ("4131988887777", .implausible),
    // Another country's.
    ("+1 212 555 1234", .foreign), ("12125551234", .implausible), ("+351 912 345 678", .foreign),
    ("00351912345678", .foreign), ("351912345678", .implausible), ("+49 1590 1234567", .foreign),
    ("+86 139 1234 5678", .foreign), ("8613912345678", .implausible), ("+5491123456789", .foreign),
    ("5491123456789", .implausible), ("+44 7911 123456", .foreign), ("+11 98888-7777", .foreign),
    ("+1511988887777", .foreign), ("11988887777@c.us", .foreign), ("wa.me/11988887777", .foreign),
    // With the country code, an area code is missing: 55 is not taken for one.
    ("+55 99123-4567", .implausible), ("+55 3222-1111", .implausible),
    // Two numbers in one.
    ("11 98888-7777 / 11 97777-6666", .implausible), ("55 3221-1234/35", .ambiguous),
    ("55 3221-1234 35", .ambiguous), ("55 98933-4567 12", .ambiguous), ("11 3762-4039/4040", .ambiguous),
    // Not a person's.
    ("120363041234567890@g.us", .group), ("5511988887777-1577836800@g.us", .group),
    ("123456789012345@lid", .notANumber),
    ("120363041234567890@newsletter", .notANumber), ("status@broadcast", .notANumber),
    ("0800 123 4567", .service), ("0800-12-3456", .service), ("0300 789 1234", .service), ("4004-1234", .service),
    ("55 0800 123 4567", .service), ("190", .service),
    ("119.876.543-21", .taxID),
    // The spreadsheet has rounded it.
    ("5.51199E+12", .exponent), ("5,51199E+12", .exponent), ("1.198889e10", .exponent), ("1e10", .exponent),
    // Not a number at all.
    ("onze 98888-7777", .implausible), ("11988887777a", .implausible), ("11 98888-7777 📞", .implausible),
    ("📱", .implausible), ("11988887777\0", .implausible), ("null", .implausible), ("11,988887777", .implausible),
    ("-11988887777x", .implausible), ("(0x11) 98888-7777", .implausible), ("11 98888-7777 x12", .implausible),
    ("ramal 11 98888-7777", .implausible), ("ana@empresa.com.br", .implausible),
    ("tel:11988887777;ext=12", .implausible),
    ("11+98888-7777", .implausible), ("02.111.987/6543-21", .taxID),
  ])
  func `refuses what is nobody's number, and says why`(written: String, reason: PhoneNumberError) {
    #expect(throws: reason) { try PhoneNumber(parsing: written) }
    #expect(PhoneNumber(written) == nil)
  }

  @Test func `refuses a megabyte of whatever`() {
    for text in ["1", "(", "@", "=\"", "tel:", "\u{200B}", "0x", "e1"] {
      #expect(PhoneNumber(String(repeating: text, count: 1 << 20)) == nil)
    }
  }

  @Test(arguments: [("5511988880001", "5511*****0001"), ("551138880001", "5511****0001")])
  func `shows itself with its middle hidden`(digits: String, shown: String) throws {
    let number = try #require(PhoneNumber(digits))
    #expect("\(number)" == shown)
    #expect(String(describing: number) == shown)
  }

  @Test func `knows the area codes in use, and no others`() {
    let inUse = [
      11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 31, 32, 33, 34, 35, 37, 38, 41, 42, 43, 44, 45, 46, 47,
      48, 49, 51, 53, 54, 55, 61, 62, 63, 64, 65, 66, 67, 68, 69, 71, 73, 74, 75, 77, 79, 81, 82, 83, 84, 85, 86, 87,
      88, 89, 91, 92, 93, 94, 95, 96, 97, 98, 99,
    ]
    #expect((10...99).filter { PhoneNumber("\($0)988887777") != nil } == inUse)
    #expect((10...99).filter { PhoneNumber("55\($0)988887777") != nil } == inUse)
    #expect((10...99).filter { PhoneNumber("55\($0)38887777") != nil } == inUse)
  }

  /// Whatever is written around them, digits are never made up, and only prefixes are left out.
  @Test func `what it reads ends with the last eight digits that were written`() {
    var random = SeededRandom(seed: 11)
    let prefixes = ["", "+55", "55", "0", "015", "021", "0055", "55 0", "+55 0", "0xx"]
    for _ in 0..<20_000 {
      let digits = (0..<Int.random(in: 8...11, using: &random)).map { _ in Int.random(in: 0...9, using: &random) }
      let written = (prefixes.randomElement(using: &random) ?? "") + digits.map(String.init).joined()
      guard let number = PhoneNumber(written) else { continue }
      #expect(number.digits.hasPrefix("55"))
      #expect(number.digits.suffix(8).elementsEqual(digits.suffix(8).map { Character(String($0)) }))
    }
  }
}
