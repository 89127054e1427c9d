/// A Brazilian phone number in the form that WhatsApp takes: country code, area code and number, digits only.
public struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
  /// The digits, 12 or 13 of them, starting with 55.
  public let digits: String

  /// Reads a number in any of the ways in which people, address books, spreadsheets and programs write one: see
  /// ``WrittenNumber`` for what may stand around the digits, ``BrazilianNumbering`` for what may stand before area code
  /// and number.
  ///
  /// - Throws: ``PhoneNumberError`` when it has no reading, or more than one: a message to a stranger is worse than none.
  public init(parsing text: String) throws(PhoneNumberError) {
    let written = try WrittenNumber(text)
    digits = String(try BrazilianNumbering.international(written).value)
  }

  /// The same; nil where there is no single reading.
  public init?(_ text: String) {
    guard let number = try? PhoneNumber(parsing: text) else { return nil }
    self = number
  }

  /// The number with its middle hidden, `5511*****0001`: the only form that may be shown.
  public var description: String {
    digits.prefix(4) + String(repeating: "*", count: digits.count - 8) + digits.suffix(4)
  }
}

/// Why a text is not a phone number, with the fix where there is one; it never quotes the text.
public enum PhoneNumberError: String, Error, CaseIterable, CustomStringConvertible {
  /// No digits.
  case missing = "is empty"
  /// None of the readings gives a number that can exist.
  case implausible = "is no plausible Brazilian number; write area code and number, 11 98888-7777"
  /// Eight or nine digits.
  case noAreaCode = "has no area code; write area code and number, 11 98888-7777"
  /// A reading would have to guess.
  case ambiguous = "can be read in more than one way; write +55, area code and number"
  /// `+1`, `00351`, or an address at WhatsApp that does not begin with 55.
  case foreign = "is another country's number; only Brazilian ones are sent to"
  /// `5.51199E+12`: the last digits are lost.
  case exponent = "is in exponent form and has lost its digits; format the column as text in the spreadsheet"
  /// 0800, 0300, 4004, 190 and their like.
  case service = "is a service number, which is not on WhatsApp"
  /// `…@g.us`.
  case group = "is a group, not a person's number"
  /// `…@lid`, `…@newsletter`, `…@broadcast`.
  case notANumber = "is an identifier of WhatsApp's that holds no phone number"
  /// `119.876.543-21`: the digits might pass for a mobile number.
  case taxID = "is written like a CPF or CNPJ, not like a phone number"

  /// What is wrong, for the end of a sentence that names the field.
  public var description: String { rawValue }
}
