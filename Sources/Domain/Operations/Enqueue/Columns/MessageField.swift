/// What a message is made of, by the names of a payload's members.
package enum MessageField: String, CaseIterable, Sendable {
  case number = "telefone"
  case text = "texto"
  case id
  case instance = "instancia"

  /// How people and programs head such a column, as ``ColumnNames/folded(_:)`` has it.
  var headings: Set<String> {
    switch self {
    case .number: Self.numberHeadings
    case .text:
      [
        "texto", "mensagem", "msg", "message", "text", "messagetext", "textodamensagem", "textomensagem",
        "mensagemdetexto", "mensagemwhatsapp", "textowhatsapp",
      ]
    case .id: ["id", "codigo", "cod", "code", "identificador", "identifier", "messageid", "idmensagem", "iddamensagem"]
    case .instance:
      ["instancia", "instance", "instancename", "nomedainstancia", "instanciawhatsapp", "whatsappinstance"]
    }
  }

  /// Headings that may be of something else, and count only where none of ``headings`` is there: of a house, of an order.
  var vagueHeadings: Set<String> { self == .number ? ["numero", "number"] : [] }

  private static let numberHeadings: Set<String> = {
    let phones = ["telefone", "fone", "tel", "celular", "cel", "whatsapp", "phone", "mobile"]
    let suffixes = ["", "1", "comddd", "whatsapp", "celular", "movel", "decontato", "contato", "docliente", "cliente"]
    var headings = Set(phones.flatMap { phone in suffixes.map { phone + $0 } })
    let prefixes = ["ddd", "cliente", "numero", "numerode", "numerodo"]
    headings.formUnion(phones.flatMap { phone in prefixes.map { $0 + phone } })
    return headings.union([
      "whats", "zap", "wpp", "movel", "numerocomddd", "dddenumero", "phonenumber", "phone1value", "mobilephone",
      "mobilenumber", "mobilephonenumber", "cell", "cellphone", "cellnumber", "cellphonenumber", "whatsappnumber",
      "whatsappphone", "whatsappphonenumber", "telephone", "telephonenumber", "msisdn", "contactphone", "customerphone",
    ])
  }()

  /// Whether a heading is one of this field's, perhaps with a remark in brackets: `Telefone (com DDD)`.
  func isHeaded(by heading: String) -> Bool { headings.contains(Self.bare(heading)) }

  /// Whether a heading may be one of this field's.
  func isVaguelyHeaded(by heading: String) -> Bool { vagueHeadings.contains(Self.bare(heading)) }

  private static func bare(_ heading: String) -> String {
    let name = heading.prefix { $0 != "(" && $0 != "[" }
    return ColumnNames.folded(name.isEmpty ? heading : String(name))
  }
}

/// A column that a person has named for a field: `telefone=Contato`.
package struct ColumnChoice: Equatable, Sendable {
  package let field: MessageField
  let heading: String

  /// A choice as it is written on the command line.
  ///
  /// - Returns: nil when there is no such field, or no heading.
  package init?(_ text: String) {
    guard let sign = text.firstIndex(of: "="),
      let field = MessageField(rawValue: ColumnNames.folded(String(text[..<sign])))
    else { return nil }
    let heading = Cell.trimmed(String(text[text.index(after: sign)...]))
    guard !heading.isEmpty else { return nil }
    self.field = field
    self.heading = heading
  }
}
