extension PhoneNumber {
  /// The digits by which the same number may be known, the longer first: a mobile of before the ninth digit has one form
  /// with the 9 and one without, and WhatsApp may name either. A landline, and a mobile of which the rest without its 9
  /// would be a landline's, has only its own.
  public var ninthDigitForms: [String] {
    let national = digits.utf8.dropFirst(4)
    let subscriber = national.count == 9 ? national.dropFirst() : national
    guard let first = subscriber.first, (UInt8(ascii: "6")...UInt8(ascii: "9")).contains(first) else { return [digits] }
    let (prefix, rest) = (digits.prefix(4), digits.suffix(8))
    return ["\(prefix)9\(rest)", "\(prefix)\(rest)"]
  }
}
