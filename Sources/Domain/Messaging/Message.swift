public import Time

/// A message as its producer asked for it, decoded from the queue.
public struct Message: Sendable, Equatable {
  /// What is to be said, and to whom.
  public enum Content: Sendable, Equatable {
    /// A charge's notification: the text is ours to write. Apart, so that every message on its way is not as large as one.
    indirect case charge(ChargeNotification)
    /// A text for a number.
    case plain(number: PhoneNumber, text: String)
    /// A load test's message, for whatever number tests go to.
    case loadTest
  }

  /// The producer's name for it.
  public let id: String
  /// What is to be said, and to whom.
  public let content: Content
  /// The WhatsApp instance that it names.
  public let instance: InstanceName?
  /// Attempts at sending it so far.
  public let attempts: Int
  /// How often it was pushed back so far, which takes no attempt.
  public let deferrals: Int
  /// When it was enqueued, where it says so.
  public let createdAt: Timestamp?
  /// When it is due, where a time was set.
  public let dueAt: Timestamp?

  /// When it began to be sent, where nobody knows whether it was.
  public let uncertainSince: Timestamp?

  /// The tenant whose message it is, where it belongs to one.
  public var tenant: TenantID? {
    if case .charge(let notification) = content { notification.tenant } else { nil }
  }

  /// When its waiting began: at its due time, or else when it was enqueued.
  public var waitingSince: Timestamp? { dueAt ?? createdAt }
}

/// A charge's notification, with what its text needs.
public struct ChargeNotification: Sendable, Equatable {
  /// The occasions on which a customer is written to.
  public enum Occasion: String, CaseIterable, Sendable {
    /// Some days before the charge is due.
    case reminder = "lembrete"
    /// On the day when it is due.
    case dueToday = "vencimento"
    /// When it has been paid.
    case paymentConfirmed = "pagamento"
  }

  /// The occasion.
  public let occasion: Occasion
  /// The tenant whose charge it is.
  public let tenant: TenantID
  /// The customer's number.
  public let number: PhoneNumber
  /// The customer's name.
  public let customer: String?
  /// The amount in hundredths of a real.
  public let cents: Int
  /// The day when it is due; nil where the text does not say it.
  public let dueDate: CalendarDate?
  /// What is charged for.
  public let summary: String?
  /// Where it can be paid; nil where the text does not say it.
  public let paymentLink: String?
  /// The tenant's name, as signature.
  public let company: String?
}

/// What is wrong with a payload: the field's path, and the fix.
public struct PayloadError: Error, Equatable, CustomStringConvertible {
  /// The path of the field, `cobranca.cliente.telefone`; `payload` when it is the document itself.
  public let field: String
  /// What is wrong, without the value.
  public let problem: String

  /// An error about a field.
  public init(field: String, problem: String) {
    self.field = field
    self.problem = problem
  }

  /// The field and what is wrong.
  public var description: String { "\(field): \(problem)" }
}
