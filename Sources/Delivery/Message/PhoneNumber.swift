/// A Brazilian phone number in the form that WhatsApp takes: country code, area code and number, digits only.
public struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
  /// The digits, 12 or 13 of them, starting with 55.
  public let digits: String

  /// Reads a number as people in Brazil write it: punctuation is ignored, a trunk 0 and a carrier's prefix are
  /// dropped, the country code is added where it is missing.
  ///
  /// - Returns: nil when it is no plausible Brazilian number; nothing is ever made up to make it one.
  public init?(_ text: String) {
    guard let written = Self.digits(of: text), let national = Self.national(written), Self.isPlausible(national),
      !text.utf8.contains(UInt8(ascii: "+")) || written.count == national.count + 2 && written.starts(with: "55".utf8)
    else { return nil }
    digits = "55" + String(decoding: national, as: UTF8.self)
  }

  /// The number with its middle hidden, `5511*****0001`: the only form that may be shown.
  public var description: String {
    digits.prefix(4) + String(repeating: "*", count: digits.count - 8) + digits.suffix(4)
  }

  private static func digits(of text: String) -> [UInt8]? {
    var digits: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
      case UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "+"), UInt8(ascii: "/"):
        continue
      default: return nil
      }
      guard digits.count <= 16 else { return nil }
    }
    return digits
  }

  /// Area code and number: what is left without country code, trunk 0 and carrier.
  private static func national(_ written: [UInt8]) -> [UInt8]? {
    let hasTrunkZero = written.first == UInt8(ascii: "0")
    let digits = hasTrunkZero ? Array(written.dropFirst()) : written
    let hasCountryCode = digits.starts(with: "55".utf8)
    switch digits.count {
    case 10, 11: return digits
    case 12 where hasCountryCode: return Array(digits.dropFirst(2))
    case 12 where hasTrunkZero: return Array(digits.dropFirst(2))
    case 13 where hasCountryCode || hasTrunkZero || isCarrier(digits): return Array(digits.dropFirst(2))
    default: return nil
    }
  }

  /// Whether it begins with the prefix of a carrier for long distance. Only those that are in wide use count: without
  /// a trunk 0 in front, other digits are rather another country's code.
  private static func isCarrier(_ digits: [UInt8]) -> Bool {
    ["12", "14", "15", "21", "25", "31", "41", "43"].contains { digits.starts(with: $0.utf8) }
  }

  private static func isPlausible(_ national: [UInt8]) -> Bool {
    let area = Int(national[0] - UInt8(ascii: "0")) * 10 + Int(national[1] - UInt8(ascii: "0"))
    guard areaCodes.contains(area) else { return false }
    let first = national[2]
    return national.count == 11
      ? first == UInt8(ascii: "9")
      : (UInt8(ascii: "2")...UInt8(ascii: "9")).contains(first)
  }

  /// The area codes in use (Anatel, Plano Geral de Códigos Nacionais).
  private static let areaCodes: Set<Int> = Set(11...19).union([21, 22, 24, 27, 28]).union([31, 32, 33, 34, 35, 37, 38])
    .union(41...49).union([51, 53, 54, 55]).union(61...69).union([71, 73, 74, 75, 77, 79]).union(81...89).union(91...99)
}
