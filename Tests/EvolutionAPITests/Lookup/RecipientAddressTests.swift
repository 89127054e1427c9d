import Messaging
import Testing

@testable import EvolutionAPI

@Suite struct RecipientAddressTests {
  @Test(arguments: [
    ("5511988887777", ["5511988887777", "551188887777"]), ("5531971112222", ["5531971112222", "553171112222"]),
    ("553188887777", ["553188887777", "5531988887777"]), ("551160000001", ["551160000001", "5511960000001"]),
    ("551132223333", ["551132223333"]),
  ])
  func `a mobile number goes by two addresses, a landline by one`(digits: String, forms: [String]) throws {
    let number = try #require(PhoneNumber(digits))
    #expect(number.digits == digits)
    #expect(RecipientAddress.forms(of: number).map(\.text) == forms.map { "\($0)@s.whatsapp.net" })
  }

  @Test(arguments: [
    ("5511988887777@s.whatsapp.net", true), ("1203@g.us", true), ("123456@lid", false), ("", false),
  ])
  func `an address names its owner, or is a name of WhatsApp's`(text: String, names: Bool) {
    #expect(RecipientAddress(text).namesItsOwner == names)
  }
}
