/// What programs put around a phone number.
enum NumberWrapping {
  private static let labels: Set<String> = [
    "tel", "tels", "fone", WireField.number, "cel", "celular", "whatsapp", "whats", "wpp", "zap", "phone", "mobile",
    "contato",
  ]
  /// Addresses that open a chat: what follows is a whole number, country code included.
  private static let links = ["wa.me/", "api.whatsapp.com/send?phone=", "whatsapp://send?phone="]

  /// The number without what is around it.
  ///
  /// - Throws: ``PhoneNumberError`` for identifiers that are no person's number, and for numbers that a spreadsheet has
  ///   rounded.
  static func unwrapped(_ text: String) throws(PhoneNumberError) -> (text: Substring, isInternational: Bool) {
    var core = unquoted(trimmed(text[...]))
    var isInternational = false
    if let at = core.lastIndex(of: "@") {
      try check(suffix: core[core.index(after: at)...])
      // `5511988887777:12@…` names one of a person's devices.
      core = core[..<at]
      core = core[..<(core.firstIndex(of: ":") ?? core.endIndex)]
      isInternational = true
    } else if let link = linked(core) {
      (core, isInternational) = (link, true)
    } else {
      core = unlabelled(core)
    }
    if isExponent(core) { throw .exponent }
    return (withoutZeroFraction(core), isInternational)
  }

  /// Whether a text has the shape of a Brazilian taxpayer's number, a person's CPF or a company's CNPJ, whose digits may
  /// pass for a phone's.
  static func isTaxID(_ text: Substring) -> Bool {
    guard text.utf8.count == 14 || text.utf8.count == 18 else { return false }
    let shape = text.utf8.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) ? UInt8(ascii: "0") : $0 }
    return ["000.000.000-00", "00.000.000/0000-00"].contains { shape.elementsEqual($0.utf8) }
  }

  private static func check(suffix: Substring) throws(PhoneNumberError) {
    switch suffix.lowercased() {
    case "s.whatsapp.net", "c.us": return
    case "g.us": throw .group
    case "lid", "hosted.lid", "newsletter", "broadcast": throw .notANumber
    default: throw .implausible
    }
  }

  /// Without quotes around it, and `="…"`, `'…` by which spreadsheets keep a text a text.
  private static func unquoted(_ text: Substring) -> Substring {
    var core = text
    if core.hasPrefix("=\"") { core = core.dropFirst() }
    if core.count >= 2, let quote = core.first, quote == core.last, quote == "\"" || quote == "'" {
      return trimmed(core.dropFirst().dropLast())
    }
    return core.first == "'" ? trimmed(core.dropFirst()) : core
  }

  private static func linked(_ text: Substring) -> Substring? {
    let lower = text.lowercased()
    var start = lower.startIndex
    for scheme in ["https://", "http://"] where lower.hasPrefix(scheme) {
      start = lower.index(lower.startIndex, offsetBy: scheme.count)
    }
    guard let link = links.first(where: { lower[start...].hasPrefix($0) }) else { return nil }
    return text.dropFirst(lower.distance(from: lower.startIndex, to: start) + link.count)
  }

  /// Without a word in front that says what it is: `Cel.: 11 …`, `tel:+55…`, `whatsapp:+55…`.
  private static func unlabelled(_ text: Substring) -> Substring {
    let word = text.prefix { $0.isASCII && $0.isLetter }
    guard !word.isEmpty, labels.contains(word.lowercased()) else { return text }
    return text[word.endIndex...].drop { $0 == "." || $0 == ":" || $0 == " " }
  }

  /// `5.51199E+12`, `5,51199e12`.
  private static func isExponent(_ text: Substring) -> Bool {
    let mantissa = text.prefix { ($0.isASCII && $0.isNumber) || $0 == "." || $0 == "," }
    let rest = text[mantissa.endIndex...]
    guard !mantissa.isEmpty, let letter = rest.first, letter == "e" || letter == "E" else { return false }
    let exponent = rest.dropFirst().drop { $0 == "+" || $0 == "-" }
    return !exponent.isEmpty && exponent.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// Without the `.0` of a program that took the number for one to reckon with: its zeros are no digits of the number.
  private static func withoutZeroFraction(_ text: Substring) -> Substring {
    guard let point = text.lastIndex(where: { $0 == "." || $0 == "," }) else { return text }
    let (whole, fraction) = (text[..<point], text[point...].dropFirst())
    guard (1...2).contains(fraction.count), fraction.allSatisfy({ $0 == "0" }), whole.count >= 10,
      whole.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return text }
    return whole
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var core = text.drop(while: isInvisible)
    while let last = core.last, isInvisible(last) { core.removeLast() }
    return core
  }

  private static func isInvisible(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0.properties.generalCategory == .format }
  }
}
