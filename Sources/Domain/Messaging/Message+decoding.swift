internal import JSON
internal import Time

extension Message {
  /// The largest payload that is read.
  public static let maximumPayloadBytes = 1 << 20
  /// The largest payload that the queue holds: what it keeps in a document of its own must not make it too large.
  public static let maximumQueuedBytes = maximumPayloadBytes + 1024
  /// The longest text that is sent, in Unicode scalars.
  public static let maximumTextLength = 65_536
  /// The longest id.
  public static let maximumIDBytes = 256

  /// The members that the queue itself keeps in a document, so that they don't make it another kind of document.
  private static let bookkeeping: Set<String> = [
    "id", WireField.instance, WireField.attempts, WireField.deferrals, WireField.dueAt, WireField.createdAt,
    WireField.uncertainSince,
  ]

  /// Reads one of the three documents that the worker understands: a charge's notification, a plain message, a load
  /// test's message.
  ///
  /// - Throws: ``PayloadError`` with the field that is wrong.
  public init(payload: [UInt8]) throws(PayloadError) {
    guard payload.count <= Self.maximumQueuedBytes else { throw Self.tooLarge }
    let document: JSONDocument
    do {
      document = try JSONDocument(parsing: payload)
    } catch {
      throw PayloadError(field: "payload", problem: "is not valid JSON: \(error)")
    }
    if let inner = document.root.utf8, inner.first == UInt8(ascii: "{") {
      throw PayloadError(field: "payload", problem: "is a JSON object within a JSON text: it was encoded twice")
    }
    let fields = try FieldReader(root: document.root)
    id = try Self.id(fields)
    instance = try Self.instance(fields)
    attempts = try fields.count(WireField.attempts)
    deferrals = try fields.count(WireField.deferrals)
    uncertainSince = fields.milliseconds(WireField.uncertainSince)
    guard payload.count <= Self.maximumPayloadBytes || attempts + deferrals > 0 || uncertainSince != nil else {
      throw Self.tooLarge
    }
    dueAt = try fields.time(WireField.dueAt)
    // It only feeds a histogram, so that a wrong one is no reason not to send.
    createdAt = (try? fields.time(WireField.createdAt)) ?? nil
    content = try Self.content(fields)
  }

  private static let tooLarge = PayloadError(field: "payload", problem: "is over \(maximumPayloadBytes) bytes")

  private static func content(_ fields: FieldReader) throws(PayloadError) -> Content {
    if fields.has(WireField.charge) || fields.has(WireField.occasion) {
      return .charge(try ChargeNotification(fields))
    }
    if !fields.has(WireField.number), fields.holdsOnly(bookkeeping) { return .loadTest }
    let number = try fields.number(WireField.number)
    let text = try fields.string(WireField.text)
    guard !text.isBlank else { throw fields.fault(WireField.text, "is empty") }
    guard text.utf8.count <= maximumTextLength || text.unicodeScalars.count <= maximumTextLength else {
      throw fields.fault(WireField.text, "is over \(maximumTextLength) characters")
    }
    return .plain(number: number, text: text)
  }

  private static func id(_ fields: FieldReader) throws(PayloadError) -> String {
    guard let id = try fields.textOrNumber("id") else { throw fields.fault("id", "is missing") }
    guard !id.isEmpty else { throw fields.fault("id", "is empty") }
    guard id.utf8.count <= maximumIDBytes else { throw fields.fault("id", "is over \(maximumIDBytes) bytes") }
    return id
  }

  private static func instance(_ fields: FieldReader) throws(PayloadError) -> InstanceName? {
    guard let name = try fields.optionalString(WireField.instance), !name.isEmpty else { return nil }
    guard let instance = InstanceName(name) else {
      throw fields.fault(
        WireField.instance, "must be 1 to \(InstanceName.maximumBytes) bytes without control characters")
    }
    return instance
  }
}

extension ChargeNotification {
  init(_ fields: FieldReader) throws(PayloadError) {
    let name = try fields.string(WireField.occasion)
    guard let occasion = Occasion(rawValue: name) else {
      let known = Occasion.allCases.map(\.rawValue).joined(separator: ", ")
      throw fields.fault(WireField.occasion, "must be one of \(known)")
    }
    let charge = try fields.child(WireField.charge)
    let customer = try charge.child("cliente")
    self.occasion = occasion
    tenant = try Self.tenant(charge)
    number = try customer.number(WireField.number)
    self.customer = try customer.optionalText("nome")
    cents = try Self.cents(charge)
    summary = try charge.optionalText("descricao")
    let isPaid = occasion == .paymentConfirmed
    dueDate = isPaid ? nil : try Self.dueDate(charge)
    paymentLink = isPaid ? nil : try charge.optionalText("asaasPaymentUrl")
    company = try charge.optionalChild("usuario")?.optionalText("nomeEmpresa")
  }

  /// A charge without a tenant must never be sent: it would go out on somebody else's number.
  private static func tenant(_ charge: FieldReader) throws(PayloadError) -> TenantID {
    guard let text = try charge.optionalText("usuarioId") else { throw charge.fault("usuarioId", "is missing") }
    guard let tenant = TenantID(text) else {
      throw charge.fault("usuarioId", "is all zeros: the charge belongs to no tenant")
    }
    return tenant
  }

  private static func dueDate(_ charge: FieldReader) throws(PayloadError) -> CalendarDate {
    guard let date = try charge.date("dataVencimento") else { throw charge.fault("dataVencimento", "is missing") }
    return date
  }

  private static func cents(_ charge: FieldReader) throws(PayloadError) -> Int {
    let amount = try charge.amount("valor")
    guard amount >= 0, amount < 1e12 else { throw charge.fault("valor", "must be from 0 to 999999999999.99 reais") }
    return Int((amount * 100).rounded())
  }
}
