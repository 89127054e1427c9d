import Delivery
import HTTPClient
import Testing

@testable import EvolutionAPI

@Suite
struct AnswerClassifierTests {
  /// An answer and what it must amount to.
  struct Row: Sendable, CustomTestStringConvertible {
    let status: Int
    let body: String
    let kind: SendFailure.Kind
    let scope: FaultScope

    init(_ status: Int, _ body: String, _ kind: SendFailure.Kind, _ scope: FaultScope? = nil) {
      (self.status, self.body, self.kind, self.scope) = (status, body, kind, scope ?? kind.usualScope)
    }

    /// An answer in Evolution's envelope, with this as its `response.message`.
    static func envelope(_ status: Int, _ message: String, _ kind: SendFailure.Kind) -> Row {
      Row(status, #"{"status":\#(status),"error":"Any","response":{"message":\#(message)}}"#, kind)
    }

    var testDescription: String { "\(status) \(body.prefix(60))" }
  }

  static let refusals: [Row] = [
    .envelope(400, #"[{"jid":"5511@s.whatsapp.net","exists":false,"number":"5511"}]"#, .unknownNumber),
    .envelope(400, #"[[{"jid":"5511@s.whatsapp.net","exists":false,"number":"5511"}]]"#, .unknownNumber),
    .envelope(400, #"{"exists":false,"number":"5511"}"#, .unknownNumber),
    .envelope(400, #"[{"exists":true},{"exists":null},{"exists":"false"}]"#, .invalidRequest),
    Row(400, #"{"status":400,"message":[{"exists":false,"number":"5511"}]}"#, .unknownNumber),
    Row(
      400, #"{"status":400,"response":{"message":[["instance requires property \"textMessage\""]]}}"#, .serverError,
      .host),
    .envelope(400, #"[["instance.number does not match pattern"]]"#, .invalidRequest),
    .envelope(400, #"["Text is required"]"#, .invalidRequest),
    .envelope(400, #"["Error: Connection Closed"]"#, .instanceUnavailable),
    .envelope(400, #"["Error: Timed Out"]"#, .timedOut),
    .envelope(400, #"["[object Object]"]"#, .invalidRequest),
    .envelope(500, #""Connection Closed""#, .instanceUnavailable),
    .envelope(500, #""Timed Out""#, .timedOut),
    .envelope(500, #""Cannot read properties of undefined (reading 'textMessage')""#, .instanceUnavailable),
    .envelope(500, #"["Cannot read properties of undefined (reading 'onWhatsApp')"]"#, .instanceUnavailable),
    .envelope(500, #"[["Cannot read properties of undefined (reading 'find')"]]"#, .instanceUnavailable),
    .envelope(500, #""Cannot read properties of undefined (reading 'other')""#, .serverError),
    .envelope(500, #"["Error: rate-overlimit"]"#, .rateLimited),
    .envelope(400, #"["Error: rate-overlimit"]"#, .rateLimited),
    .envelope(404, #"["The \"vendas\" instance does not exist"]"#, .unknownInstance),
    Row(
      404, #"{"status":404,"error":"Not Found","response":{"message":["Cannot POST /x/message/sendText/vendas"]}}"#,
      .serverError, .host),
    // A server at the wrong path, and others that answer in Evolution's place.
    Row(404, "<pre>Cannot POST /message/sendText/vendas</pre>", .serverError, .host),
    Row(403, "<html><title>Attention Required! | Cloudflare</title>restricted</html>", .serverError, .host),
    Row(403, "error code: 1020", .serverError, .host),
    Row(403, #"{"message":"Forbidden"}"#, .serverError, .host),
    Row(401, "<html>401 Authorization Required</html>", .serverError, .host),
    Row(401, #"{"message":"No API key found in request"}"#, .serverError, .host),
    Row(400, "<html>The plain HTTP request was sent to HTTPS port</html>", .serverError, .host),
    Row(400, "", .serverError, .host),
    Row(422, "<html></html>", .serverError, .host),
    Row(521, "<html>Web server is down</html>", .serverError, .host),
    Row(522, "", .uncertain, .host),
    Row(526, "", .serverError, .host),
    Row(530, "error code: 1016", .serverError, .host),
    Row(
      401, #"{"status":401,"error":"Unauthorized","response":{"message":"Unauthorized"}}"#, .credential, .instance),
    .envelope(403, #""Forbidden""#, .credential),
    .envelope(403, #"["This account is restricted"]"#, .restricted),
    .envelope(403, #"["Number Banned"]"#, .restricted),
    .envelope(422, "[]", .invalidRequest),
    Row(413, "request entity too large", .invalidRequest),
    .envelope(429, #""Too many""#, .rateLimited),
    .envelope(429, #""rate-overlimit""#, .rateLimited),
    Row(429, #"{"message":"rate-overlimit"}"#, .rateLimited, .instance),
    Row(429, "", .rateLimited, .host),
    Row(429, "<html>slow down</html>", .rateLimited, .host),
    Row(429, #"{"message":"API rate limit exceeded"}"#, .rateLimited, .host),
    .envelope(408, #""Timed Out""#, .uncertain),
    Row(408, "", .uncertain, .host),
    .envelope(507, #""x""#, .serverError),
    Row(418, "", .serverError, .host),
    Row(301, "", .serverError, .host),
    Row(404, "<html>nginx</html>", .serverError, .host),
    Row(405, "", .serverError, .host),
    Row(500, "<h1>Connection Closed</h1>", .instanceUnavailable),
    Row(500, "", .serverError, .host),
    Row(500, "<h1>Internal Server Error</h1>", .serverError, .host),
    Row(501, "", .serverError, .host),
    Row(502, "<html>Bad Gateway</html>", .uncertain, .host),
    Row(503, "", .serverError, .host),
    Row(503, #"{"error":"service not activated","code":"LICENSE_REQUIRED"}"#, .unlicensed, .host),
    Row(504, "", .uncertain, .host),
    Row(524, "", .uncertain, .host),
    Row(500, #"{"message":"Connection Closed"}"#, .instanceUnavailable),
    Row(500, #"{"error":"Connection Closed"}"#, .instanceUnavailable),
    // What is echoed of the message decides nothing.
    Row(400, #"{"response":{"message":["bad"]},"data":{"text":"Connection Closed"}}"#, .invalidRequest),
    .envelope(400, #"[{"text":"rate-overlimit"}]"#, .invalidRequest),
    Row(500, #"{"input":{"text":"prisma.message.create"}}"#, .serverError, .host),
    Row(500, "<pre>prisma.message.create</pre>", .serverError, .host),
    Row(404, "<pre>instance does not exist</pre>", .serverError, .host),
    .envelope(
      400, #"["PrismaClientKnownRequestError: \nInvalid `this.prismaRepository.contact.findMany()`"]"#, .uncertain),
    // Gateways that speak JSON.
    Row(403, #"{"timestamp":"x","status":403,"error":"Forbidden","path":"/"}"#, .serverError, .host),
    Row(400, #"{"timestamp":"x","status":400,"error":"Bad Request","path":"/"}"#, .serverError, .host),
    Row(401, #"{"code":401,"message":"UNAUTHENTICATED"}"#, .serverError, .host),
    Row(403, #"{"status":403,"error":"Your IP is banned"}"#, .serverError, .host),
    // Proxies that had passed the request on before they answered 503.
    Row(503, "<h1>Error 503 Backend fetch failed</h1><p>Guru Meditation:</p>", .uncertain, .host),
    Row(503, "upstream connect error. reset reason: connection termination", .uncertain, .host),
    Row(503, "<title>Application Error</title>", .uncertain, .host),
    Row(503, "upstream connect error. reset reason: connection failure", .serverError, .host),
    Row(503, "no healthy upstream", .serverError, .host),
  ]

  static let unproven: [Row] = [
    Row(201, "{}", .uncertain, .host),
    Row(200, #"{"status":200,"message":"Welcome","version":"2.3.7"}"#, .uncertain, .host),
    Row(201, #"{"key":{}}"#, .uncertain),
    Row(201, #"{"key":{"id":""}}"#, .uncertain),
    Row(201, #"{"key":{"id":7}}"#, .uncertain),
    Row(201, #"{"key":{"id":"3EB0"#, .uncertain, .host),
    Row(201, "[]", .uncertain, .host),
    Row(200, "<html>Welcome</html>", .serverError, .host),
    Row(200, "OK", .serverError, .host),
    Row(202, " \u{FEFF}\n<!DOCTYPE html><title>Manuten\u{E7}\u{E3}o</title>", .serverError, .host),
    Row(200, "{\"key\":", .uncertain, .host),
    Row(201, "<html>Welcome</html>", .uncertain, .host),
    Row(200, " \n", .uncertain, .host),
    Row(200, "", .uncertain, .host),
    Row(204, "", .uncertain, .host),
    Row(201, #"{"error":true,"message":"x"}"#, .uncertain),
    Row(201, "{\"key\":{\"id\":\"\u{FFFD}\"}".replacing("\u{FFFD}", with: "\\ud800"), .uncertain, .host),
  ]

  static let meta: [Row] = [
    (130_429, .rateLimited), (131_056, .rateLimited), (4, .rateLimited), (80_007, .rateLimited), (2, .serverError),
    (131_057, .serverError), (131_026, .unknownNumber), (131_047, .invalidRequest), (132_001, .invalidRequest),
    (131_051, .invalidRequest), (100, .invalidRequest), (131_048, .restricted), (131_031, .restricted),
    (368, .restricted), (190, .restricted), (999_999, .serverError),
  ].flatMap { (code: Int, kind: SendFailure.Kind) in
    let error = #"{"message":"(#\#(code)) x","type":"OAuthException","code":\#(code),"fbtrace_id":"A"}"#
    let quoted = #"{"message":"x","code":"\#(code)"}"#
    return [Row(201, error, kind), Row(201, quoted, kind), Row(200, #"{"error":\#(error)}"#, kind)]
  }

  @Test(arguments: refusals + unproven + meta)
  func `an answer that is no receipt has its class`(row: Row) {
    let failure = #expect(throws: SendFailure.self) { try Self.receipt(row.status, row.body) }
    #expect(failure?.kind == row.kind)
    #expect(failure?.scope == row.scope)
    #expect(failure?.detail.contains("\(row.status)") == true)
  }

  @Test(arguments: [
    (201, #"{"key":{"remoteJid":"x","fromMe":true,"id":"3EB0"},"status":"PENDING"}"#, "3EB0"),
    (200, #"{"key":{"id":"A"},"code":4,"message":"x"}"#, "A"),
    (201, "", nil),
    (201, "\u{FEFF}{\"key\":{\"id\":\"B\"}}", "B"),
    (400, #"{"response":{"message":["Error: \nInvalid `this.prismaRepository.prisma.message.create()` call"]}}"#, nil),
    (500, #"{"response":{"message":"prisma.message.create"}}"#, nil),
    (
      400, #"{"response":{"message":["PrismaClientError: Invalid `this.prismaRepository.message.create()` in x"]}}"#,
      nil
    ),
    (201, #"{"pushName":"Lu \ud83d","key":{"id":"S1"}}"#, "S1"),
    (201, #"{"pushName":"\ud83d\ude00 \udc00\\ud800","key":{"id":"S2"}}"#, "S2"),
  ])
  func `an answer that proves acceptance is a receipt`(status: Int, body: String, id: String?) throws {
    #expect(try Self.receipt(status, body) == SendReceipt(providerID: id))
  }

  @Test(arguments: [400, 401, 403, 404, 429, 500, 502, 503, 201])
  func `a failure never quotes the answer`(status: Int) {
    let body = #"{"response":{"message":["5511999990001 said segredo-123"]}}"#
    for body in [body, "5511999990001 said segredo-123"] {
      let failure = #expect(throws: SendFailure.self) { try Self.receipt(status, body) }
      #expect(failure?.description.contains("5511") == false)
      #expect(failure?.description.contains("segredo") == false)
    }
  }

  @Test func `an answer with bytes that are no UTF-8 in somebody's name is a receipt`() throws {
    let body = Array(#"{"pushName":"Jo"#.utf8) + [0xE3] + Array(#"o","key":{"id":"L1"}}"#.utf8)
    #expect(try AnswerClassifier.receipt(TransferAnswer(status: 201, body: body)).providerID == "L1")
  }

  @Test func `a wait is passed on, a day at most`() {
    for (asked, passed) in [(30, 30), (7200, 7200), (90_000, 86_400)] {
      let answer = TransferAnswer(status: 503, body: [], retryAfter: .seconds(asked))
      let failure = #expect(throws: SendFailure.self) { try AnswerClassifier.receipt(answer) }
      #expect(failure?.retryAfter == .seconds(passed))
    }
  }

  @Test func `a huge answer that says nothing is judged by its status`() {
    let body = String(repeating: "c", count: 200_000)
    let failure = #expect(throws: SendFailure.self) { try Self.receipt(500, body) }
    #expect(failure?.kind == .serverError)
  }

  private static func receipt(_ status: Int, _ body: String) throws(SendFailure) -> SendReceipt {
    try AnswerClassifier.receipt(TransferAnswer(status: status, body: Array(body.utf8)))
  }
}
