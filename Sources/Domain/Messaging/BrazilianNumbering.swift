/// Brazil's numbering plan: which digits in front of area code and number belong to neither, and which numbers can
/// exist.
enum BrazilianNumbering {
  private static let brazil = 55
  private static let trunk = DigitRun(value: 0, count: 1)
  private static let international = DigitRun(value: 0, count: 2)
  private static let collectCall = DigitRun(value: 90, count: 2)
  private static let countryCode = DigitRun(value: brazil, count: 2)

  /// The one number that some digits can be read as, country code included.
  ///
  /// - Throws: ``PhoneNumberError`` when there is none, or more than one.
  static func international(_ written: WrittenNumber) throws(PhoneNumberError) -> DigitRun {
    let digits = written.digits
    if mayEndBefore(written) { throw .ambiguous }
    // Nearly every number comes in one of these two forms, neither of which has a second reading.
    if digits.count == 13 || digits.count == 12, digits.starts(with: countryCode), isPlausible(digits.dropFirst(2)) {
      return digits
    }
    if !written.isInternational, digits.count == 11 || digits.count == 10, isPlausible(digits) {
      return digits.after(countryCode: brazil)
    }
    var found: DigitRun?
    for national in nationalForms(digits, written.isInternational) where isPlausible(national) {
      guard found == nil || found == national else { throw .ambiguous }
      found = national
    }
    guard let found else { throw fault(of: written) }
    return found.after(countryCode: brazil)
  }

  /// Whether a whole number ends before the last digits, so that these may be another ending or an extension:
  /// `3762-4039/4040` behind an area code, and `55 3221-1234 35`, where 55 would be the area code, too.
  private static func mayEndBefore(_ written: WrittenNumber) -> Bool {
    let digits = written.digits
    if !written.isInternational, digits.count == 12 || digits.count == 13, written.gaps.contains(digits.count - 2),
      digits.starts(with: countryCode), isPlausible(digits.dropLast(2))
    {
      return true
    }
    return (8..<max(8, digits.count)).contains { count in
      written.slashes.contains(count)
        && nationalForms(digits.dropLast(digits.count - count), written.isInternational).contains(where: isPlausible)
    }
  }

  /// Everything that might be area code and number.
  private static func nationalForms(_ digits: DigitRun, _ isInternational: Bool) -> [DigitRun] {
    var forms: [DigitRun] = []
    if digits.starts(with: countryCode) { forms += withoutTrunk(digits.dropFirst(2)) }
    guard !isInternational else { return forms }
    forms += withoutTrunk(digits)
    if digits.starts(with: collectCall) { forms += withoutCarrier(digits.dropFirst(2)) }
    if digits.starts(with: international) {
      let dialled = digits.dropFirst(2)
      let behindCarrier = dialled.dropFirst(2)
      if dialled.starts(with: countryCode) { forms += withoutTrunk(dialled.dropFirst(2)) }
      if isCarrier(dialled.prefix(2)), behindCarrier.starts(with: countryCode) {
        forms.append(behindCarrier.dropFirst(2))
      }
    }
    return forms
  }

  /// The digits as they are, without a trunk 0, and without the carrier that may follow it.
  private static func withoutTrunk(_ digits: DigitRun) -> [DigitRun] {
    digits.starts(with: trunk) ? withoutCarrier(digits.dropFirst(1)) : [digits]
  }

  private static func withoutCarrier(_ digits: DigitRun) -> [DigitRun] {
    isCarrier(digits.prefix(2)) ? [digits, digits.dropFirst(2)] : [digits]
  }

  private static func fault(of written: WrittenNumber) -> PhoneNumberError {
    let digits = written.digits
    guard digits.count > 0 else { return .missing }
    let national = digits.starts(with: countryCode) && digits.count > 9 ? digits.dropFirst(2) : digits
    if isService(national) { return .service }
    if written.isInternational { return digits.starts(with: countryCode) ? .implausible : .foreign }
    if digits.starts(with: international), !digits.dropFirst(2).starts(with: countryCode) { return .foreign }
    return digits.count == 8 || digits.count == 9 ? .noAreaCode : .implausible
  }

  /// An area code, and 9 digits that begin with 9 or 8 that begin with 2 to 9: landlines from 2 to 5, and mobiles from 6
  /// on of before the ninth digit.
  private static func isPlausible(_ national: DigitRun) -> Bool {
    guard national.count == 10 || national.count == 11, isAreaCode(national.prefix(2)) else { return false }
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

  /// The carriers' codes that are dialled for long distance, as libphonenumber's metadata for Brazil have them.
  private static func isCarrier(_ code: Int) -> Bool {
    switch code {
    case 12, 14, 15, 21...23, 25, 31, 41, 43, 55, 65, 99: true
    default: false
    }
  }

  /// 0800, 0300, 0500, 0900 with 6 or 7 digits behind, 4004 and 3003 with 4, and the three digits of public services.
  private static func isService(_ digits: DigitRun) -> Bool {
    switch digits.count {
    case 3: digits.value >= 100
    case 8: [3003, 4003, 4004, 4020, 4062].contains(digits.prefix(4))
    case 9, 10, 11: digits.starts(with: trunk) && [300, 500, 800, 900].contains(digits.dropFirst(1).prefix(3))
    default: false
    }
  }
}
