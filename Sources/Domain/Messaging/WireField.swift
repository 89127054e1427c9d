/// The members of a message's document, as producers and the queue write them.
public enum WireField {
  /// The producer's name for the message.
  public static let id = "id"
  /// The WhatsApp instance that it goes out on.
  public static let instance = "instancia"
  /// The recipient's number.
  public static let number = "telefone"
  /// What is said.
  public static let text = "texto"
  /// The occasion of a charge's notification.
  public static let occasion = "tipo_notificacao"
  /// The charge.
  public static let charge = "cobranca"
  /// When it was enqueued.
  public static let createdAt = "criado_em"
  /// Attempts at sending it so far.
  public static let attempts = "tentativas"
  /// How often it was pushed back so far.
  public static let deferrals = "adiamentos"
  /// When it is due.
  public static let dueAt = "proxima_tentativa"
  /// Since when nobody knows whether it was sent, in milliseconds since 1970; 0 for never.
  public static let uncertainSince = "incerta_desde"
  /// What ``dueAt`` holds when no time is set: Go's zero time.
  public static let unsetTime = "0001-01-01T00:00:00Z"
}
