/// A queue of messages in order of arrival. Lanes are served strictly in the order of ``allCases``: a lane's
/// messages are taken only when every lane before it is empty.
public enum Lane: String, CaseIterable, Sendable {
  case urgent = "urgente"
  case standard = "whatsapp"
  case low = "baixa"

  /// The short name, as users of the queue and the label `fila` of the metrics know it.
  public var name: String { rawValue }
}
