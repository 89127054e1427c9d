/// The documents that producers write, with the parts that a test wants otherwise.
package enum Documents {
  /// A charge's notification; each part is JSON as written.
  package static func charge(
    id: String = #""lembrete_c1_1768467600""#, tipo: String = #""lembrete""#,
    usuarioId: String = #""7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f""#, valor: String = "149.9",
    vencimento: String = #""2026-01-18T00:00:00Z""#, cliente: String? = nil, more: String = ""
  ) -> [UInt8] {
    let cliente = cliente ?? #"{"id":"9","nome":"Maria da Silva","telefone":"(11) 98888-7777","email":null}"#
    let cobranca =
      #"{"id":"c1","clienteId":"9","usuarioId":\#(usuarioId),"valor":\#(valor),"status":"PENDENTE","#
      + #""dataVencimento":\#(vencimento),"descricao":"Mensalidade","asaasPaymentUrl":"https://asaas.com/i/1","#
      + #""cliente":\#(cliente),"usuario":{"nomeEmpresa":"Padaria"}}"#
    return Array(
      (#"{"id":\#(id),"tipo_notificacao":\#(tipo),"cobranca":\#(cobranca),"tentativas":0,"#
        + #""proxima_tentativa":"0001-01-01T00:00:00Z","criado_em":"2026-01-15T09:00:00.123456789-03:00"\#(more)}"#)
        .utf8)
  }

  /// A plain message, with members added as they are written.
  package static func plain(_ more: String = "") -> [UInt8] {
    let text = #"{"id":"m1","telefone":"11988887777","texto":"Ol\u00e1 ção \ud83d\ude00\n\"fim\"""#
    return Array((text + (more.isEmpty ? "" : ",") + more + "}").utf8)
  }

  /// A plain message with an id.
  package static func plain(id: String) -> [UInt8] {
    Array(#"{"id":"\#(id)","telefone":"11988887777","texto":"oi"}"#.utf8)
  }

  /// A plain message with a text that needs no escapes.
  package static func plain(texto: String) -> [UInt8] {
    Array(#"{"id":"m1","telefone":"11988887777","texto":"\#(texto)"}"#.utf8)
  }
}
