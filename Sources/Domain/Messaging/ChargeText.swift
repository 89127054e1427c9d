internal import Time

/// The texts that customers read, in Portuguese, with WhatsApp's markup.
public enum ChargeText {
  /// The text of a charge's notification.
  public static func text(for notification: ChargeNotification) -> String {
    let name = notification.customer.flatMap(inline).map { ", *\($0)*" } ?? ""
    var paragraphs = ["Olá\(name)!", body(notification)]
    if notification.occasion != .paymentConfirmed {
      if let link = notification.paymentLink { paragraphs.append("Para pagar, acesse: \(link)") }
      paragraphs.append("Se você já pagou, por favor desconsidere esta mensagem.")
    }
    if let company = notification.company.flatMap(inline) { paragraphs.append("_\(company)_") }
    return paragraphs.joined(separator: "\n\n")
  }

  private static func body(_ notification: ChargeNotification) -> String {
    let amount = "*\(reais(cents: notification.cents))*"
    let purpose = notification.summary.flatMap(inline).map { " referente a *\($0)*" } ?? ""
    let day = notification.dueDate.map(\.brazilian) ?? ""
    return switch notification.occasion {
    case .reminder: "Passando para lembrar que a sua cobrança de \(amount)\(purpose) vence em *\(day)*."
    case .dueToday: "A sua cobrança de \(amount)\(purpose) vence *hoje, \(day)*."
    case .paymentConfirmed: "Recebemos o seu pagamento de \(amount)\(purpose). Muito obrigado!"
    }
  }

  /// An amount as Brazilians write it, `R$ 1.234,56`.
  static func reais(cents: Int) -> String {
    var whole = String(cents / 100)
    var groups: [String] = []
    while whole.count > 3 {
      groups.insert(String(whole.suffix(3)), at: 0)
      whole.removeLast(3)
    }
    return "R$ \(([whole] + groups).joined(separator: ".")),\(zeroPadded(cents % 100, 2))"
  }

  /// What makes WhatsApp show a text bold, slanted, struck out or with even spacing.
  private static let markup: [Unicode.Scalar] = ["*", "_", "~", "`"]

  /// A text from somebody's data for the inside of marked-up text: one line, and nothing that ends the markup, which
  /// is why it begins and ends with no blank either.
  ///
  /// - Returns: nil when nothing is left of it.
  private static func inline(_ text: String) -> String? {
    var line = String.UnicodeScalarView()
    var isBlankDue = false
    for scalar in text.unicodeScalars where !markup.contains(scalar) {
      if scalar.isBlank {
        isBlankDue = !line.isEmpty
        continue
      }
      if isBlankDue { line.append(" ") }
      isBlankDue = false
      line.append(scalar)
    }
    return line.isEmpty ? nil : String(line)
  }
}
