/// A Brazilian phone number in the form that WhatsApp takes: country code, area code and number, digits only.
public struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
  /// The digits, 12 or 13 of them, starting with 55.
  public let digits: String

  /// Reads a number as people in Brazil write it: punctuation is ignored, a trunk 0 and a carrier's prefix are
  /// dropped, the country code is added where it is missing.
  ///
  /// - Returns: nil when it is no plausible Brazilian number; nothing is ever made up to make it one.
  public init?(_ text: String) {
    guard let written = DigitRun(of: text) else { return nil }
    // Complete: whether there is such a number, WhatsApp knows best.
    if written.count == 13, written.prefix(2) == Self.brazil {
      digits = String(written.value)
      return
    }
    guard let national = Self.national(written), Self.isPlausible(national),
      !text.utf8.contains(UInt8(ascii: "+")) || written == national.after(countryCode: Self.brazil)
    else { return nil }
    digits = String(national.after(countryCode: Self.brazil).value)
  }

  /// The number with its middle hidden, `5511*****0001`: the only form that may be shown.
  public var description: String {
    digits.prefix(4) + String(repeating: "*", count: digits.count - 8) + digits.suffix(4)
  }

  private static let brazil = 55

  /// Area code and number: what is left without country code, trunk 0 and carrier.
  private static func national(_ written: DigitRun) -> DigitRun? {
    let hasTrunkZero = written.prefix(1) == 0
    let digits = hasTrunkZero ? written.dropFirst(1) : written
    let hasCountryCode = digits.prefix(2) == brazil
    switch digits.count {
    case 10, 11: return digits
    case 12 where hasCountryCode || hasTrunkZero: return digits.dropFirst(2)
    case 13 where hasCountryCode || hasTrunkZero || isCarrier(digits.prefix(2)): return digits.dropFirst(2)
    default: return nil
    }
  }

  /// Whether it is the prefix of a carrier for long distance. Only those that are in wide use count: without a trunk 0
  /// in front, other digits are rather another country's code.
  private static func isCarrier(_ prefix: Int) -> Bool {
    switch prefix {
    case 12, 14, 15, 21, 25, 31, 41, 43: true
    default: false
    }
  }

  private static func isPlausible(_ national: DigitRun) -> Bool {
    guard isAreaCode(national.prefix(2)) else { return false }
    let first = national.dropFirst(2).prefix(1)
    return national.count == 11 ? first == 9 : first >= 2
  }

  /// The area codes in use (Anatel, Plano Geral de Códigos Nacionais).
  private static func isAreaCode(_ code: Int) -> Bool {
    switch code {
    case 11...19, 21, 22, 24, 27, 28, 31...35, 37, 38, 41...49, 51, 53...55, 61...69, 71, 73...75, 77, 79, 81...89,
      91...99:
      true
    default: false
    }
  }
}

/// Decimal digits in a row, zeros in front included.
private struct DigitRun: Equatable {
  /// As many as fit in any number that is worth a look: two prefixes before 13 digits.
  private static let maximumCount = 16

  let value: Int
  let count: Int

  /// The digits of a number as people write it; nil when something in it is no part of a number.
  init?(of text: String) {
    var (value, count) = (0, 0)
    for scalar in text.unicodeScalars {
      if let digit = Self.digit(scalar) {
        guard count < Self.maximumCount else { return nil }
        value = value * 10 + digit
        count += 1
      } else if !Self.isPunctuation(scalar) {
        return nil
      }
    }
    self.init(value: value, count: count)
  }

  private static func digit(_ scalar: Unicode.Scalar) -> Int? {
    ("0"..."9").contains(scalar) ? Int(scalar.value - Unicode.Scalar("0").value) : nil
  }

  /// What people, address books and word processors put between the digits: blanks, brackets, dashes of any length,
  /// marks of the direction of writing.
  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "(", ")", "-", ".", "+", "/", "\t", "\n", "\r": true
    case "\u{A0}", "\u{2007}", "\u{202F}", "\u{FEFF}", "\u{2010}"..."\u{2015}", "\u{2212}": true
    case "\u{200B}"..."\u{200F}", "\u{202A}"..."\u{202E}", "\u{2060}"..."\u{2069}": true
    default: false
    }
  }

  private init(value: Int, count: Int) {
    self.value = value
    self.count = count
  }

  /// The number that the first digits make; of fewer than that, what all of them make.
  func prefix(_ length: Int) -> Int { value / Self.power(count - length) }

  func dropFirst(_ length: Int) -> DigitRun {
    DigitRun(value: value % Self.power(count - length), count: max(0, count - length))
  }

  func after(countryCode: Int) -> DigitRun {
    DigitRun(value: countryCode * Self.power(count) + value, count: count + 2)
  }

  private static func power(_ exponent: Int) -> Int {
    var power = 1
    for _ in 0..<max(0, exponent) { power *= 10 }
    return power
  }
}
