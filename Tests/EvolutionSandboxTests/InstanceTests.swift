import EvolutionSandbox
import Foundation
import FoundationNetworking
import JSON
import TestSupport
import Testing

/// Instances from their making to their end.
@Suite(.hangLimit) struct InstanceTests {
  private static let baileys = #""integration":"WHATSAPP-BAILEYS""#

  private func create(
    _ client: SandboxClient, _ name: String, _ more: String = "", key: String? = "global"
  ) async throws -> SandboxClient.Answer {
    let name = JSONValue.string(name).text
    return try await client.post("/instance/create", #"{"instanceName":\#(name),\#(Self.baileys)\#(more)}"#, key: key)
  }

  private func withEmptySandbox(
    pairing: Duration = .zero, _ test: (EvolutionSandbox, SandboxClient) async throws -> Void
  ) async throws {
    try await withSandbox(
      {
        $0.instances = []
        $0.apiKey = "global"
        $0.pairingTime = pairing
      }, test)
  }

  @Test func `an instance is made, and has a key of its own`() async throws {
    try await withEmptySandbox { _, client in
      let answer = try await create(client, "loja", #","rejectCall":true,"msgCall":"Não atendemos""#)
      #expect(answer.status == 201)
      let body = try answer.json
      #expect(body["instance"]?["instanceName"]?.string == "loja")
      #expect(body["instance"]?["integration"]?.string == "WHATSAPP-BAILEYS")
      #expect(body["instance"]?["status"]?.string == "close")
      #expect(body["instance"]?["webhookWaBusiness"]?.kind == .null)
      #expect(body["instance"]?["accessTokenWaBusiness"]?.string == "")
      #expect(body["webhook"]?.members.isEmpty == true)
      #expect(body["websocket"]?.kind == .object)
      #expect(body["settings"]?["rejectCall"]?.boolean == true)
      #expect(body["settings"]?["msgCall"]?.string == "Não atendemos")
      #expect(body["settings"]?["alwaysOnline"]?.boolean == false)
      #expect(body["qrcode"] == nil)
      let hash = try #require(body["hash"]?.string)
      #expect(hash.wholeMatch(of: /[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/) != nil)
      #expect(try await client.state(of: "loja", key: hash) == "close")
      #expect(try await client.get("/instance/connectionState/loja", key: "outra").status == 401)
      let own = try await client.get("/instance/fetchInstances", key: hash)
      #expect(try own.json.elements.map { $0["name"]?.string } == ["loja"])
      #expect(try own.json.elements.first?["token"]?.string == hash)
      #expect(try own.json.elements.first?["id"]?.string == body["instance"]?["instanceId"]?.string)
      #expect(try await client.sendText(key: hash).status == 500)
      #expect(try await client.get("/instance/fetchInstances?instanceName=outra", key: hash).status == 401)
    }
  }

  @Test func `a name in use is refused, before the key is looked at; a key of an instance makes none`() async throws {
    try await withEmptySandbox { _, client in
      let first = try await create(client, "loja", #","token":"meu""#)
      #expect(try first.json["hash"]?.string == "meu")
      for key in ["global", "errada"] {
        let second = try await create(client, "loja", key: key)
        #expect(second.status == 403)
        #expect(
          second.text
            == #"{"status":403,"error":"Forbidden","response":{"message":["This name \"loja\" is already in use."]}}"#)
      }
      for key in ["meu", "errada", nil] { #expect(try await create(client, "outra", key: key).status == 401) }
      #expect(try await create(client, "outra").status == 201)
      #expect(try await client.state(of: "outra", key: "meu") == nil)
    }
  }

  @Test(arguments: [
    ("{}", "instance requires property \\\"instanceName\\\""),
    (#"{"instanceName":7}"#, "instanceName is not of a type(s) string"),
    (#"{"instanceName":""}"#, "cannot be empty"), (#"{"instanceName":"a\nb"}"#, "control characters"),
    (#"{"instanceName":"a","qrcode":"sim"}"#, "qrcode is not of a type(s) boolean"),
    (#"{"instanceName":"a","number":"x1"}"#, "number does not match pattern"),
    (#"{"instanceName":"a","rejectCall":1}"#, "rejectCall is not of a type(s) boolean"),
    (#"{"instanceName":"a"}"#, "Invalid integration"),
    (#"{"instanceName":"a","integration":"X"}"#, "Invalid integration"),
    (#"{"instanceName":"a","integration":"EVOLUTION"}"#, "WHATSAPP-BAILEYS"),
    (#"{"instanceName":"a","integration":"WHATSAPP-BAILEYS","webhook":{"url":"http://x"}}"#, "reading 'length'"),
    (#"{"instanceName":"a","integration":"WHATSAPP-BAILEYS","webhook":{"events":[]}}"#, "`url` is missing"),
  ])
  func `a creation that makes no sense is 400`(body: String, words: String) async throws {
    try await withEmptySandbox { _, client in
      let answer = try await client.post("/instance/create", body, key: "global")
      #expect(answer.status == 400)
      #expect(answer.text.contains(words), "\(answer.text)")
      #expect(try await client.get("/instance/fetchInstances", key: "global").text == "[]")
    }
  }

  @Test func `an instance connects, and is open once its code was read`() async throws {
    try await withEmptySandbox { sandbox, client in
      _ = try await create(client, "loja", #","number":"5531988887777""#)
      let code = try await client.get("/instance/connect/loja", key: "global").json
      #expect(code.members.map(\.name) == ["pairingCode", "code", "base64", "count"])
      #expect(code["pairingCode"]?.string?.count == 8)
      #expect(code["code"]?.string?.hasPrefix("2@") == true)
      let image = try #require(code["base64"]?.string?.split(separator: ",").last)
      #expect(Data(base64Encoded: String(image))?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
      try await eventually("the connection") { try await client.state(of: "loja", key: "global") == "open" }
      #expect(
        try await client.get("/instance/connect/loja", key: "global").text
          == #"{"instance":{"instanceName":"loja","state":"open"}}"#)
      #expect(try await client.sendText(key: "global").status == 201)
      let row = try await client.get("/instance/fetchInstances?number=5531988887777", key: "global").json.elements.first
      #expect(row?["ownerJid"]?.string == "553188887777@s.whatsapp.net")
      #expect(row?["_count"]?["Message"]?.integer == 1)
      #expect(sandbox.received.map(\.instance) == ["loja"])
    }
  }

  @Test func `while it connects it shows one code, and sends nothing`() async throws {
    try await withEmptySandbox(pairing: .forever) { _, client in
      let created = try await create(client, "loja", #","qrcode":true"#).json
      #expect(created["instance"]?["status"]?.string == "connecting")
      #expect(created["qrcode"]?["count"]?.integer == 1)
      #expect(created["qrcode"]?["pairingCode"]?.kind == .null)
      let code = try await client.get("/instance/connect/loja", key: "global").json
      #expect(code["code"]?.string == created["qrcode"]?["code"]?.string)
      #expect(try await client.post("/instance/restart/loja", "", key: "global").json["count"]?.integer == 1)
      let send = try await client.sendText(key: "global")
      #expect(send.status == 500)
      #expect(send.text.contains("Cannot read properties of undefined (reading 'onWhatsApp')"))
    }
  }

  @Test func `an instance is logged out, and not twice`() async throws {
    try await withSandbox { _, client in
      let answer = try await client.delete("/instance/logout/loja")
      #expect(answer.status == 200)
      #expect(
        answer.text == #"{"status":"SUCCESS","error":false,"response":{"message":"Instance logged out"}}"#)
      #expect(try await client.state(of: "loja") == "close")
      let again = try await client.delete("/instance/logout/loja")
      #expect(again.status == 400)
      #expect(
        again.text
          == #"{"status":400,"error":"Bad Request","response":{"message":["The \"loja\" instance is not connected"]}}"#)
      let row = try await client.get("/instance/fetchInstances?instanceName=loja").json.elements.first
      #expect(row?["disconnectionReasonCode"]?.integer == 401)
      let restart = try await client.post("/instance/restart/loja", "")
      #expect(restart.text == #"{"error":true,"message":"[object Object]"}"#)
      #expect(try await client.sendText().status == 500)
    }
  }

  @Test func `a restart opens again without a code`() async throws {
    try await withSandbox({ $0.pairingTime = .zero }) { _, client in
      let answer = try await client.post("/instance/restart/loja", "")
      #expect(answer.text == #"{"instance":{"instanceName":"loja","state":"open"}}"#)
      try await eventually("the connection") { try await client.state(of: "loja") == "open" }
      #expect(try await client.sendText().status == 201)
    }
  }

  @Test func `what was deleted is gone until it is made again, with nothing of its former self`() async throws {
    try await withSandbox({ $0.pairingTime = .zero }) { _, client in
      let former = try await client.get("/instance/fetchInstances?instanceName=loja").json.elements.first?["id"]?.string
      #expect(try await client.sendText().status == 201)
      let answer = try await client.delete("/instance/delete/loja")
      #expect(answer.text == #"{"status":"SUCCESS","error":false,"response":{"message":"Instance deleted"}}"#)
      #expect(try await client.sendText().status == 404)
      #expect(try await client.delete("/instance/delete/loja").status == 404)
      #expect(try await client.sendText(on: "outra").status == 201)
      let made = try await create(client, "loja", #","qrcode":true"#, key: nil)
      #expect(try made.json["instance"]?["instanceId"]?.string != former)
      try await eventually("the connection") { try await client.state(of: "loja") == "open" }
      let found = try await client.post("/chat/findMessages/loja", "{}").json
      #expect(found["messages"]?["total"]?.integer == 0)
    }
  }

  @Test func `a pairing that was overtaken by a log-out opens nothing`() async throws {
    try await withEmptySandbox(pairing: .milliseconds(20)) { _, client in
      _ = try await create(client, "loja", #","qrcode":true"#)
      _ = try await client.delete("/instance/logout/loja", key: "global")
      // The next one's code is read no sooner than that of the first would have been.
      _ = try await create(client, "outra", #","qrcode":true"#)
      try await eventually("the connection") { try await client.state(of: "outra", key: "global") == "open" }
      #expect(try await client.state(of: "loja", key: "global") == "close")
    }
  }

  @Test(arguments: [
    ("ifinu_ana@empresa.com.br_1767225600", "ifinu_ana@empresa.com.br_1767225600"),
    ("loja do Zé", "loja%20do%20Z%C3%A9"),
    ("a#b?c/d%e", "a%23b%3Fc%2Fd%25e"), (".", "%2E"), ("..", "%2e%2e"), ("a+b&c=d", "a+b&c=d"), ("日本 🎉", nil),
    (String(repeating: "é", count: 127), nil), ("\u{301}acento", nil),
  ])
  func `any name is one, in a path as in a body`(name: String, segment: String?) async throws {
    let segment = try #require(segment ?? name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    try await withEmptySandbox { sandbox, client in
      #expect(try await client.get("/instance/connectionState/\(segment)", key: "global").status == 404)
      #expect(try await create(client, name, #","qrcode":true"#).status == 201)
      try await eventually("the connection") { try await client.state(of: segment, key: "global") == "open" }
      #expect(try await client.sendText(on: segment, key: "global").status == 201)
      #expect(sandbox.received.map(\.instance) == [name])
      let query = try #require(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      let rows = try await client.get("/instance/fetchInstances?instanceName=\(query)", key: "global").json
      #expect(rows.elements.map { $0["name"]?.string } == [name])
      #expect(try await client.delete("/instance/delete/\(segment)", key: "global").status == 200)
    }
  }

  @Test(arguments: ["a%00", "a%0Ab", "%C2%85", "%7F", String(repeating: "a", count: 256)])
  func `what can be no name is no instance, even where every name is one`(segment: String) async throws {
    try await withSandbox { _, client in
      let answer = try await client.sendText(on: segment)
      #expect(answer.status == 404)
      #expect(try await client.get("/instance/fetchInstances").text == "[]")
    }
  }

  @Test(arguments: ["PUT", "PATCH"])
  func `a restart is a POST, as in the real one`(method: String) async throws {
    try await withSandbox { _, client in
      var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(client.port)/instance/restart/loja")))
      request.httpMethod = method
      let (_, response) = try await URLSession.shared.data(for: request)
      #expect((response as? HTTPURLResponse)?.statusCode == 404)
    }
  }
}
