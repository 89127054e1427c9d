/// A message that the sandbox has taken, as if it had been sent to WhatsApp.
package struct ReceivedMessage: Sendable {
  /// The key's id, by which an answer and a status are told to belong together.
  package let id: String
  /// The instance that it was sent on.
  package let instance: String
  /// That instance's id: another one of the same name has another.
  package let instanceID: String
  /// The recipient as it was asked for.
  package let number: String
  /// The recipient as WhatsApp knows it, which may lack the ninth digit.
  package let remoteJid: String
  /// What was written.
  package let text: String
  /// When it came, in seconds since 1970.
  package let receivedAt: Double
  /// How far it gets on its way to its reader.
  package let acknowledgement: Acknowledgement

  /// The recipient with the middle hidden: `5511*****0001`.
  package var maskedNumber: String {
    guard number.count > 8 else { return String(repeating: "*", count: number.count) }
    return number.prefix(4) + String(repeating: "*", count: number.count - 8) + number.suffix(4)
  }
}

extension ReceivedMessage: CustomStringConvertible {
  /// The message on one line, its recipient masked.
  package var description: String {
    "\(instance) → \(maskedNumber): \(text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ "))"
  }
}
