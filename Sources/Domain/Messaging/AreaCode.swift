/// The two digits that tell where in Brazil a number belongs.
public struct AreaCode: Hashable, Sendable {
  /// From 11 to 99.
  public let value: Int

  init(_ value: Int) { self.value = value }

  /// The area codes whose clocks are not São Paulo's. 97 holds the west of Amazonas, too, where America/Eirunepe is an
  /// hour behind: who lives there can't be told from the number.
  static let inOtherTimeZones: [AreaCode: String] = [
    AreaCode(65): "America/Cuiaba", AreaCode(66): "America/Cuiaba", AreaCode(67): "America/Campo_Grande",
    AreaCode(68): "America/Rio_Branco", AreaCode(69): "America/Porto_Velho", AreaCode(92): "America/Manaus",
    AreaCode(95): "America/Boa_Vista", AreaCode(97): "America/Manaus",
  ]

  static let usualTimeZone = "America/Sao_Paulo"

  /// The time zone of those who live there, by its name in the tz database.
  public var timeZone: String { Self.inOtherTimeZones[self] ?? Self.usualTimeZone }
}

extension PhoneNumber {
  /// The number's area code.
  public var areaCode: AreaCode {
    AreaCode(digits.utf8.dropFirst(2).prefix(2).reduce(0) { $0 * 10 + Int($1 & 0xF) })
  }
}
