/// Why an attempt at sending did not end in a receipt.
public struct SendFailure: Error, Equatable, CustomStringConvertible {
  /// The classes of failure; their names are those of the label `motivo`.
  public enum Kind: String, CaseIterable, Sendable {
    /// The number is not on WhatsApp.
    case unknownNumber = "numero_inexistente"
    /// Evolution refused the request itself.
    case invalidRequest = "requisicao_invalida"
    /// The API key is missing or wrong.
    case credential = "credencial"
    /// Evolution knows no such instance.
    case unknownInstance = "instancia_desconhecida"
    /// The instance is there but not connected.
    case instanceUnavailable = "instancia_indisponivel"
    /// Time ran out before anything was sent.
    case timedOut = "tempo_esgotado"
    /// WhatsApp or Evolution pushes back.
    case rateLimited = "limite"
    /// Evolution failed.
    case serverError = "servidor"
    /// Evolution could not be reached.
    case connectionFailed = "conexao"
    /// Evolution waits for its licence.
    case unlicensed = "licenca"
    /// WhatsApp has restricted the number or the account.
    case restricted = "bloqueio"
    /// The answer never came: the message may or may not have been sent.
    case uncertain = "incerto"

    /// Whether another attempt can't change the answer: what is wrong is the message itself.
    public var isPermanent: Bool { self == .unknownNumber || self == .invalidRequest }

    /// Whose fault it is where nothing more is known.
    public var usualScope: FaultScope {
      switch self {
      // Without more to go by, one message that a server fails on must not hold up all others.
      case .unknownNumber, .invalidRequest, .serverError: .message
      case .credential, .unknownInstance, .instanceUnavailable, .timedOut, .rateLimited, .restricted, .uncertain:
        .instance
      case .connectionFailed, .unlicensed: .host
      }
    }
  }

  /// The class that decides what becomes of the message.
  public let kind: Kind
  /// What was seen, without anybody's number, text or key.
  public let detail: String
  /// How long the other side asked to be left alone.
  public let retryAfter: Duration?
  /// Whose fault it is.
  public let scope: FaultScope

  /// A failure of a class, with what was seen.
  ///
  /// - Parameters:
  ///   - kind: the class.
  ///   - detail: what was seen, without anybody's number, text or key.
  ///   - retryAfter: how long the other side asked to be left alone.
  ///   - scope: whose fault it is; nil: that of the class, ``Kind/usualScope``.
  public init(_ kind: Kind, detail: String, retryAfter: Duration? = nil, scope: FaultScope? = nil) {
    self.kind = kind
    self.detail = detail
    self.retryAfter = retryAfter
    self.scope = scope ?? kind.usualScope
  }

  /// Whether it speaks of the host's health rather than of one instance or message.
  public var isHostFault: Bool { scope == .host }

  /// The class and what was seen.
  public var description: String { "\(kind.rawValue): \(detail)" }
}
