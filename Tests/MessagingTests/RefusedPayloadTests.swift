import TestSupport
import Testing

@testable import Messaging

@Suite struct RefusedPayloadTests {
  @Test(arguments: [
    // The document.
    ("", "payload"), (" ", "payload"), ("{", "payload"), (#"{"id":"a""#, "payload"), ("null", "payload"),
    ("[]", "payload"), (#""id""#, "payload"), ("17", "payload"), (#"{"id":"a"} x"#, "payload"),
    ("{'id':'a'}", "payload"), (#"{"id":"\ud800"}"#, "payload"), ("\u{FEFF}", "payload"),
    (#""{\"id\":\"a\"}""#, "payload"),
    // The id.
    ("{}", "id"), (#"{"id":null}"#, "id"), (#"{"id":""}"#, "id"), (#"{"id":["a"]}"#, "id"),
    (#"{"id":{}}"#, "id"), (#"{"id":true}"#, "id"), (#"{"ID":"a"}"#, "id"), (#"{"id":"a","id":"a"}"#, "id"),
    (#"{"id":null,"id":"a"}"#, "id"), (#"{"id":"a","\u0069d":"b"}"#, "id"),
    // The instance.
    (#"{"id":"a","instancia":"x\ny"}"#, "instancia"), (#"{"id":"a","instancia":7}"#, "instancia"),
    (#"{"id":"a","instancia":"x\u0085"}"#, "instancia"),
    (#"{"id":"a","instancia":"x","instancia":"y"}"#, "instancia"),
    (#"{"id":"a","instancia":null,"instancia":"y"}"#, "instancia"),
    // What the queue keeps there.
    (#"{"id":"a","tentativas":-1}"#, "tentativas"), (#"{"id":"a","tentativas":"-1"}"#, "tentativas"),
    (#"{"id":"a","tentativas":1.5}"#, "tentativas"), (#"{"id":"a","tentativas":1e3}"#, "tentativas"),
    (#"{"id":"a","tentativas":99999999999999999999}"#, "tentativas"),
    (#"{"id":"a","tentativas":1,"tentativas":2}"#, "tentativas"),
    (#"{"id":"a","adiamentos":-1}"#, "adiamentos"), (#"{"id":"a","adiamentos":true}"#, "adiamentos"),
    (#"{"id":"a","proxima_tentativa":"logo"}"#, "proxima_tentativa"),
    (#"{"id":"a","proxima_tentativa":1768478400}"#, "proxima_tentativa"),
    (#"{"id":"a","tentativas":"x"}"#, "tentativas"), (#"{"id":"a","tentativas":" 1"}"#, "tentativas"),
    (#"{"id":"a","proxima_tentativa":"2026-02-30T00:00:00Z"}"#, "proxima_tentativa"),
    // A plain message.
    (#"{"id":"a","texto":"oi"}"#, "telefone"), (#"{"id":"a","telefone":null,"texto":"oi"}"#, "telefone"),
    (#"{"id":"a","telefone":123,"texto":"oi"}"#, "telefone"),
    (#"{"id":"a","telefone":1.1988887777e10,"texto":"oi"}"#, "telefone"),
    (#"{"id":"a","telefone":-11988887777.5,"texto":"oi"}"#, "telefone"),
    (#"{"id":"a","telefone":"123","texto":"oi"}"#, "telefone"), (#"{"id":"a","telefone":"","texto":"oi"}"#, "telefone"),
    (#"{"id":"a","telefone":"11988887777","telefone":"21988887777","texto":"oi"}"#, "telefone"),
    (#"{"id":"a","telefone":"11988887777"}"#, "texto"), (#"{"id":"a","telefone":"11988887777","texto":null}"#, "texto"),
    (#"{"id":"a","telefone":"11988887777","texto":""}"#, "texto"),
    (#"{"id":"a","telefone":"11988887777","texto":" \n\t "}"#, "texto"),
    (#"{"id":"a","telefone":"11988887777","texto":"\u200b\u2060\ufeff\u2800\u3164"}"#, "texto"),
    (#"{"id":"a","telefone":"11988887777","texto":5}"#, "texto"),
    (#"{"id":"a","telefone":"11988887777","texto":["oi"]}"#, "texto"),
    (#"{"id":"a","desconhecido":1}"#, "telefone"),
    // A charge.
    (#"{"id":"a","cobranca":{}}"#, "tipo_notificacao"),
    (#"{"id":"a","tipo_notificacao":"natal","cobranca":{}}"#, "tipo_notificacao"),
    (#"{"id":"a","tipo_notificacao":"Lembrete","cobranca":{}}"#, "tipo_notificacao"),
    (#"{"id":"a","tipo_notificacao":1,"cobranca":{}}"#, "tipo_notificacao"),
    (#"{"id":"a","tipo_notificacao":null,"cobranca":{}}"#, "tipo_notificacao"),
    (#"{"id":"a","tipo_notificacao":"lembrete"}"#, "cobranca"),
    (#"{"id":"a","tipo_notificacao":"lembrete","cobranca":null}"#, "cobranca"),
    (#"{"id":"a","tipo_notificacao":"lembrete","cobranca":[]}"#, "cobranca"),
    (#"{"id":"a","tipo_notificacao":"lembrete","cobranca":{}}"#, "cobranca.cliente"),
    (#"{"id":"a","tipo_notificacao":"lembrete","cobranca":{"cliente":"Maria"}}"#, "cobranca.cliente"),
  ])
  func `names the field that is wrong`(payload: String, field: String) {
    #expect(fault(of: Array(payload.utf8))?.field == field)
  }

  @Test(arguments: [
    "null", #""""#, #"" ""#, #""00000000-0000-0000-0000-000000000000""#, #""0""#, #""-""#, "0", "{}",
    #"" 00000000-0000-0000-0000-000000000000 ""#, #""{00000000-0000-0000-0000-000000000000}""#, #""{ }""#,
    #""\u00a0\u0000""#,
  ])
  func `never takes a charge that belongs to no tenant`(usuarioId: String) {
    #expect(fault(of: Documents.charge(usuarioId: usuarioId))?.field == "cobranca.usuarioId")
  }

  @Test(arguments: [
    "null", #""1.499""#, #""1.234,56""#, #""R$ 10""#, #""""#, #""-1""#, #""1e3""#, #"".5""#, "-1", "-0.01", "1e12",
    "1e999", "true", "{}",
  ])
  func `refuses an amount that is none`(valor: String) {
    #expect(fault(of: Documents.charge(valor: valor))?.field == "cobranca.valor")
  }

  @Test(arguments: [
    "null", #""0001-01-01T00:00:00Z""#, #""18/01/2026""#, "20260118", #""2026-02-30T00:00:00Z""#, #""0001-01-01""#,
    #""0001-01-01 00:00:00Z""#, #""0000-12-31T20:53:32-03:06""#, #""1970-01-01""#, #""""#,
  ])
  func `refuses a reminder without the day`(vencimento: String) {
    #expect(fault(of: Documents.charge(vencimento: vencimento))?.field == "cobranca.dataVencimento")
  }

  @Test(arguments: [
    ("{}", "cobranca.cliente.telefone"), (#"{"telefone":null}"#, "cobranca.cliente.telefone"),
    (#"{"telefone":"+1 212 555 1234"}"#, "cobranca.cliente.telefone"),
    (#"{"telefone":"11988887777","nome":{}}"#, "cobranca.cliente.nome"),
    (#"{"telefone":"11988887777","nome":"a","nome":"b"}"#, "cobranca.cliente.nome"),
  ])
  func `names the customer's field that is wrong`(cliente: String, field: String) {
    #expect(fault(of: Documents.charge(cliente: cliente))?.field == field)
  }

  @Test func `refuses ids and texts beyond their limits`() {
    #expect(fault(of: Documents.plain(id: String(repeating: "a", count: 257)))?.field == "id")
    #expect(fault(of: Documents.plain(id: String(repeating: "ç", count: 128) + "a"))?.field == "id")
    #expect(fault(of: Documents.plain(texto: String(repeating: "a", count: 65_537)))?.field == "texto")
    #expect(fault(of: Documents.plain(texto: String(repeating: "😀", count: 65_537)))?.field == "texto")
  }

  @Test func `lives through garbage`() {
    let garbage: [[UInt8]] = [
      Array(repeating: UInt8(ascii: "["), count: 100_000),
      Array(repeating: UInt8(ascii: "{"), count: 100_000),
      Array(#"{"id":"a","x":"#.utf8) + Array(repeating: UInt8(ascii: "["), count: 100_000),
      [0xFF, 0xFE, 0x00], Array(#"{"id":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8),
      Documents.plain(texto: String(repeating: "a", count: 5_000_000)), Array(Documents.plain().dropLast(3)),
      [UInt8](repeating: 0, count: 1_000),
    ]
    for payload in garbage { #expect(fault(of: payload)?.field == "payload") }
  }

  @Test func `shows nobody's number, text or key in an error`() throws {
    let secret = "5521977776666x"
    for payload in [
      #"{"id":"a","telefone":"\#(secret)","texto":"oi"}"#, #"{"id":"a","instancia":"\#(secret)\n"}"#,
      #"{"id":"a","tipo_notificacao":"\#(secret)","cobranca":{}}"#, #"{"id":"a","proxima_tentativa":"\#(secret)"}"#,
      #"{"id":"a","telefone":"\#(secret)"#, #"{"id":"a" "\#(secret)":1}"#,
    ] {
      let error = try #require(fault(of: Array(payload.utf8)))
      #expect(!error.description.contains("77776"))
    }
  }

  @Test func `never crashes on mutations of good documents`() {
    var random = SeededRandom(seed: 7)
    let good = [Documents.charge(), Documents.plain(#""instancia":"loja","tentativas":2"#), Array(#"{"id":"t"}"#.utf8)]
    for round in 0..<6_000 {
      var payload = good[round % good.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<payload.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: payload[place] = UInt8.random(in: 0...255, using: &random)
        case 1: payload.remove(at: place)
        default: payload.insert(payload[Int.random(in: 0..<payload.count, using: &random)], at: place)
        }
      }
      if let message = try? Message(payload: payload) { #expect(!message.id.isEmpty) }
    }
  }

  private func fault(of payload: [UInt8]) -> PayloadError? {
    do throws(PayloadError) {
      _ = try Message(payload: payload)
      return nil
    } catch {
      return error
    }
  }
}
