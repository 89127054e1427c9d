internal import JSON

/// A number as Evolution turns it into a WhatsApp address.
struct Recipient {
  /// The lengths of numbers with their country code, and of Brazilian ones, which start with 55.
  private static let plausibleLengths = 10...15
  private static let brazilianLengths = 12...13

  /// The address, `5511988887777@s.whatsapp.net`.
  let jid: String
  /// Whether the address is on WhatsApp. In the sandbox that is every plausible number that does not end in 0000.
  let exists: Bool

  init(number: String, ninthDigit: NinthDigit = .usual) {
    guard !number.contains("@") else {
      jid = number
      exists = Self.isOnWhatsApp(String(number.prefix { $0 != "@" }))
      return
    }
    let digits = number.filter(\.isDigit)
    jid = Self.stored(digits, ninthDigit) + "@s.whatsapp.net"
    exists = Self.isOnWhatsApp(digits)
  }

  /// What Evolution says of it, and of the number that was asked for.
  func json(asked number: String) -> JSONValue {
    ["jid": .string(jid), "exists": .boolean(exists), "number": .string(number)]
  }

  /// Drops the ninth digit of a Brazilian number; usually only where WhatsApp knows the line by eight: in the area codes
  /// from 31 on, when the digit after the ninth is 7 or more.
  private static func stored(_ digits: String, _ ninthDigit: NinthDigit) -> String {
    let figures = Array(digits)
    guard ninthDigit != .kept, figures.count == 13, digits.hasPrefix("55"),
      let areaCode = Int(String(figures[2...3])), let next = figures[5].wholeNumberValue,
      ninthDigit == .dropped || areaCode >= 31 && next >= 7
    else { return digits }
    return String(figures[..<4] + figures[5...])
  }

  private static func isOnWhatsApp(_ digits: String) -> Bool {
    let lengths = digits.hasPrefix("55") ? brazilianLengths : plausibleLengths
    return lengths.contains(digits.count) && !digits.hasSuffix("0000") && digits.allSatisfy(\.isDigit)
  }
}

extension Character {
  fileprivate var isDigit: Bool { isASCII && isNumber }
}
