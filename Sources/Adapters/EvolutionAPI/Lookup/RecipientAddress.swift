internal import Messaging

/// A WhatsApp address, `5511988887777@s.whatsapp.net`.
struct RecipientAddress: Hashable, Sendable {
  private static let domain = "@s.whatsapp.net"

  /// The address as the server writes it.
  let text: String

  init(_ text: String) { self.text = text }

  /// Whether it says whose it is: others, `…@lid`, are WhatsApp's own names for people.
  var namesItsOwner: Bool { !text.hasSuffix("@lid") && !text.isEmpty }

  /// The addresses that a number may go by. WhatsApp knows many a Brazilian mobile number without its ninth digit.
  static func forms(of number: PhoneNumber) -> [RecipientAddress] {
    let digits = number.digits
    let (prefix, line) = (digits.prefix(4), digits.dropFirst(4))
    let other: String? =
      switch (line.count, line.first) {
      case (9, "9"): String(prefix + line.dropFirst())
      case (8, "6"), (8, "7"), (8, "8"), (8, "9"): "\(prefix)9\(line)"
      default: nil
      }
    return [digits, other].compactMap { $0 }.map { RecipientAddress($0 + domain) }
  }
}
