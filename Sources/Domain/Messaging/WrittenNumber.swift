/// A phone number as it was written, taken apart into its digits and what else counts: whether it begins with a country
/// code.
struct WrittenNumber {
  /// The digits in order; none of them was made up.
  private(set) var digits = DigitRun()
  /// Whether the digits begin with a country code for sure: behind a `+`, or in an address at WhatsApp.
  private(set) var isInternational = false
  /// Behind how many digits something stood that was no digit.
  private(set) var gaps = DigitCounts()
  /// Behind how many digits a slash stood: it may begin another number, or another ending of this one.
  private(set) var slashes = DigitCounts()

  /// Takes a text apart. Around the digits may stand: blanks, brackets, dashes and dots of any kind, slashes, marks of
  /// the direction of writing, `xx` for a carrier behind a trunk 0, quotes and `="…"` as spreadsheets write texts, a word
  /// such as `cel:`, the schemes of URIs, and WhatsApp's suffixes of persons.
  ///
  /// - Throws: ``PhoneNumberError`` for what is no person's number by the way it is written.
  init(_ text: String) throws(PhoneNumberError) {
    var scanner = Scanner()
    // Nearly all numbers are digits and little else, and need none of the rest.
    if scanner.scanPlainly(text) {
      self = scanner.number
      return
    }
    let core = try NumberWrapping.unwrapped(text)
    scanner = Scanner()
    if NumberWrapping.isTaxID(core.text) { throw .taxID }
    try scanner.scan(core.text)
    self = scanner.number
    isInternational = isInternational || core.isInternational
  }

  private init() {}

  /// Goes through a text once.
  private struct Scanner {
    private(set) var number = WrittenNumber()
    /// Whether the second letter of a carrier's placeholder is missing: `0xx11`.
    private var isWithinPlaceholder = false

    /// Reads what is a few digits and plain punctuation alone; false when there is anything else in it.
    mutating func scanPlainly(_ text: String) -> Bool {
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          guard let longer = number.digits.appending(Int(byte - UInt8(ascii: "0"))) else { return false }
          number.digits = longer
        case UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "-"): noteGap()
        case UInt8(ascii: "+"):
          guard number.digits.count == 0 else { return false }
          number.isInternational = true
        default: return false
        }
      }
      return true
    }

    mutating func scan(_ text: Substring) throws(PhoneNumberError) {
      for scalar in text.unicodeScalars {
        if isWithinPlaceholder {
          guard scalar == "x" || scalar == "X" else { throw .implausible }
          isWithinPlaceholder = false
        } else if let digit = Self.digit(scalar) {
          try append(digit)
        } else if scalar == "x" || scalar == "X" {
          guard endsInTrunkZero else { throw .implausible }
          isWithinPlaceholder = true
        } else if scalar == "+" || scalar == "\u{FF0B}" {
          try notePlus()
        } else if scalar == "/" || scalar == "\u{FF0F}" {
          noteGap()
          number.slashes.insert(number.digits.count)
        } else {
          guard Self.isPunctuation(scalar) else { throw .implausible }
          noteGap()
        }
      }
      if isWithinPlaceholder { throw .implausible }
    }

    /// Whether the digits so far are a trunk 0, behind the country code or not.
    private var endsInTrunkZero: Bool {
      number.digits == DigitRun(value: 0, count: 1) || number.digits == DigitRun(value: 550, count: 3)
    }

    private mutating func append(_ digit: Int) throws(PhoneNumberError) {
      guard let longer = number.digits.appending(digit) else { throw .implausible }
      number.digits = longer
    }

    private mutating func noteGap() { number.gaps.insert(number.digits.count) }

    private mutating func notePlus() throws(PhoneNumberError) {
      guard number.digits.count == 0 else { throw .implausible }
      number.isInternational = true
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
      if scalar.isASCII { return ("0"..."9").contains(scalar) ? Int(scalar.value - Unicode.Scalar("0").value) : nil }
      guard scalar.properties.numericType == .decimal else { return nil }
      return scalar.properties.numericValue.flatMap { Int(exactly: $0) }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar {
      case " ", "\t", "\n", "\r", "(", ")", "[", "]", "-", ".": true
      // Dots in the middle of the line, the full-width full stop, the minus sign.
      case "\u{B7}", "\u{2022}", "\u{2024}", "\u{FF0E}", "\u{2212}": true
      case _ where scalar.isASCII: false
      default:
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .dashPunctuation, .format, .lineSeparator, .paragraphSeparator: true
        case .openPunctuation, .closePunctuation: true
        default: false
        }
      }
    }
  }
}

/// A set of small numbers of digits.
struct DigitCounts {
  private var bits: UInt32 = 0

  mutating func insert(_ count: Int) { bits |= 1 << UInt32(count) }

  func contains(_ count: Int) -> Bool { bits & (1 << UInt32(count)) != 0 }
}
