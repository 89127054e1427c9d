import Testing

@testable import Messaging

@Suite struct AreaCodeTests {
  @Test(arguments: [
    ("11 98888-7777", 11, "America/Sao_Paulo"), ("65 98888-7777", 65, "America/Cuiaba"),
    ("66 98888-7777", 66, "America/Cuiaba"), ("67 98888-7777", 67, "America/Campo_Grande"),
    ("68 98888-7777", 68, "America/Rio_Branco"), ("69 98888-7777", 69, "America/Porto_Velho"),
    ("92 98888-7777", 92, "America/Manaus"), ("97 98888-7777", 97, "America/Manaus"),
    ("95 98888-7777", 95, "America/Boa_Vista"), ("96 98888-7777", 96, "America/Sao_Paulo"),
    ("91 3333-4444", 91, "America/Sao_Paulo"), ("55 98888-7777", 55, "America/Sao_Paulo"),
    ("64 98888-7777", 64, "America/Sao_Paulo"), ("71 98888-7777", 71, "America/Sao_Paulo"),
  ])
  func `tells the area code and where its clocks are`(text: String, code: Int, zone: String) throws {
    let number = try PhoneNumber(parsing: text)
    #expect(number.areaCode.value == code)
    #expect(number.areaCode.timeZone == zone)
  }

  @Test(arguments: [
    ("5511988887777", ["5511988887777", "551188887777"]), ("551188887777", ["5511988887777", "551188887777"]),
    ("5591968887777", ["5591968887777", "559168887777"]), ("556266887777", ["5562966887777", "556266887777"]),
    // Landlines.
    ("551133334444", ["551133334444"]), ("551153334444", ["551153334444"]),
    // Without its 9 this would be somebody's landline.
    ("5511933334444", ["5511933334444"]), ("5511912345678", ["5511912345678"]),
    // An area code of 55.
    ("5555988887777", ["5555988887777", "555588887777"]),
  ])
  func `a mobile has a form with the ninth digit and one without`(digits: String, forms: [String]) throws {
    #expect(try PhoneNumber(parsing: digits).ninthDigitForms == forms)
  }
}
