import EvolutionSandbox
import Foundation
import JSON
import TestSupport
import Testing

/// The rows of the API's contract, one by one.
@Suite(.hangLimit) struct ContractTests {
  @Test func `a good send is answered with 201 and the message`() async throws {
    try await withSandbox { sandbox, client in
      let start = Date().timeIntervalSince1970
      let answer = try await client.sendText()
      let end = Date().timeIntervalSince1970
      #expect(answer.status == 201)
      let body = try answer.json
      #expect(body["key"]?["remoteJid"]?.string == "5511988887777@s.whatsapp.net")
      #expect(body["key"]?["fromMe"]?.boolean == true)
      #expect(body["status"]?.string == "PENDING")
      #expect(body["message"]?["conversation"]?.string == SandboxClient.fatura)
      #expect(body["messageType"]?.string == "conversation")
      // In whole seconds.
      #expect((start.rounded(.down)...end).contains(body["messageTimestamp"]?.double ?? 0))
      #expect(body["instanceId"]?.string?.count == 36)
      #expect(body["contextInfo"]?.kind == .object)
      #expect(body["source"]?.kind == .string)
      let message = try #require(sandbox.received.first)
      #expect(message.id == body["key"]?["id"]?.string)
      #expect(message.id.wholeMatch(of: /3EB0[0-9A-F]{18}/) != nil)
      #expect(message.instance == "loja")
      #expect(message.number == "5511988887777")
      #expect(message.text == SandboxClient.fatura)
    }
  }

  @Test func `an unknown instance is 404 even with a bad key, and a bad key is 401`() async throws {
    try await withSandbox {
      $0.instances = ["loja"]
      $0.apiKey = "certo"
    } _: { sandbox, client in
      for key in [nil, "errado", "certo"] {
        let answer = try await client.sendText(on: "outra", key: key)
        #expect(answer.status == 404)
        #expect(
          answer.text
            == #"{"status":404,"error":"Not Found","response":{"message":["The \"outra\" instance does not exist"]}}"#)
      }
      for key in [nil, "errado", ""] {
        let answer = try await client.sendText(key: key)
        #expect(answer.status == 401)
        #expect(
          answer.text == #"{"status":401,"error":"Unauthorized","response":{"message":"Unauthorized"}}"#)
      }
      #expect(try await client.sendText(key: "certo").status == 201)
      #expect(sandbox.receivedCount == 1)
    }
  }

  @Test(arguments: [
    (#"{"number":"5511988887777","textMessage":{"text":"v1"}}"#, #"[["instance requires property \"text\""]]"#),
    (#"{"text":"oi"}"#, #"[["instance requires property \"number\""]]"#),
    ("{}", #"[["instance requires property \"number\"","instance requires property \"text\""]]"#),
    ("", #"[["instance requires property \"number\"","instance requires property \"text\""]]"#),
    ("[]", #"[["instance requires property \"number\"","instance requires property \"text\""]]"#),
    (#"{"number":5511988887777,"text":"oi"}"#, #"[["Invalid format"]]"#),
    (#"{"number":"5511988887777","text":null}"#, #"[["text is not of a type(s) string"]]"#),
    (#"{"number":"5511988887777","text":"oi","delay":"1s"}"#, #"[["Enter a value in milliseconds"]]"#),
    (#"{"number":"5511988887777","text":"oi","linkPreview":0}"#, #"[["linkPreview is not of a type(s) boolean"]]"#),
    (#"{"number":"5511988887777","text":" \n "}"#, #"["Text is required"]"#),
    (
      #"{"number":"5511988880000","text":"oi"}"#,
      #"[{"jid":"5511988880000@s.whatsapp.net","exists":false,"number":"5511988880000"}]"#
    ),
  ])
  func `bad input is 400 in Evolution's words`(body: String, message: String) async throws {
    try await withSandbox { sandbox, client in
      let answer = try await client.post("/message/sendText/loja", body)
      #expect(answer.status == 400)
      #expect(answer.text == #"{"status":400,"error":"Bad Request","response":{"message":\#(message)}}"#)
      #expect(sandbox.receivedCount == 0)
    }
  }

  @Test(arguments: [
    "{", "nada", #""texto""#, "17", #"{"number":"5511988887777","text":"oi"}}"#, String(repeating: "[", count: 100_000),
  ])
  func `what is no JSON is 400, before anything else is looked at`(body: String) async throws {
    try await withSandbox {
      $0.apiKey = "certo"
      $0.instances = []
    } _: { _, client in
      let answer = try await client.post("/message/sendText/loja", body)
      #expect(answer.status == 400)
      #expect(try answer.json["response"]?["message"]?.string?.hasPrefix("Unexpected token") == true)
    }
  }

  @Test(arguments: [
    ("5511988887777", "5511988887777", true), ("5531988887777", "553188887777", true),
    ("5531968887777", "5531968887777", true), ("553188887777", "553188887777", true),
    ("5530988887777", "5530988887777", true), ("14155552671", "14155552671", true),
    ("+55 (31) 98888-7777", "553188887777", true),
    ("5511988880000", "5511988880000", false), ("551198888777", "551198888777", true),
    ("55119888877", "55119888877", false), ("123", "123", false), ("nada", "", false),
    ("12345678901234567", "12345678901234567", false), ("٥٥١١٩٨٨٨٨٧٧٧٧", "", false),
  ])
  func `a number becomes an address, its ninth digit by the rule`(
    number: String, user: String, exists: Bool
  ) async throws {
    try await withSandbox { _, client in
      let answer = try await client.sendText(to: number)
      #expect(answer.status == (exists ? 201 : 400))
      let body = try answer.json
      let jid =
        exists
        ? body["key"]?["remoteJid"]?.string : body["response"]?["message"]?.elements.first?["jid"]?.string
      #expect(jid == "\(user)@s.whatsapp.net")
    }
  }

  @Test func `a closed instance fails with Connection Closed, and says so`() async throws {
    try await withSandbox {
      $0.closedInstances = ["fechada"]
    } _: { _, client in
      let answer = try await client.sendText(on: "fechada")
      #expect(answer.status == 500)
      #expect(try answer.json["response"]?["message"]?.string == "Connection Closed")
      #expect(
        try await client.get("/instance/connectionState/fechada").text
          == #"{"instance":{"instanceName":"fechada","state":"close"}}"#)
      #expect(
        try await client.get("/instance/connectionState/loja").text
          == #"{"instance":{"instanceName":"loja","state":"open"}}"#)
    }
  }

  @Test func `instances are listed, all or by name`() async throws {
    try await withSandbox {
      $0.instances = ["b", "a"]
      $0.closedInstances = ["c"]
      $0.apiKey = "certo"
    } _: { _, client in
      #expect(try await client.get("/instance/fetchInstances").status == 401)
      let all = try await client.get("/instance/fetchInstances", key: "certo")
      #expect(try all.json.elements.map { $0["name"]?.string } == ["a", "b", "c"])
      #expect(try all.json.elements.map { $0["connectionStatus"]?.string } == ["open", "open", "close"])
      let one = try await client.get("/instance/fetchInstances?instanceName=b", key: "certo")
      #expect(try one.json.elements.map { $0["name"]?.string } == ["b"])
      let id = try #require(try one.json.elements.first?["id"]?.string)
      let byID = try await client.get("/instance/fetchInstances?instanceId=\(id)", key: "certo")
      #expect(try byID.json.elements.map { $0["name"]?.string } == ["b"])
      for query in ["instanceName=x", "instanceId=x", "number=5511988887777"] {
        let missing = try await client.get("/instance/fetchInstances?\(query)", key: "certo")
        #expect(missing.status == 404)
        #expect(try missing.json["response"]?["message"]?.elements.first?.string?.hasSuffix("not found") == true)
      }
      #expect(try await client.get("/instance/connectionState/x", key: "certo").status == 404)
    }
  }

  @Test func `the root welcomes, and other routes are not found`() async throws {
    try await withSandbox { _, client in
      let welcome = try await client.get("/")
      #expect(welcome.status == 200)
      #expect(try welcome.json["version"]?.string == "2.3.7")
      let missing = try await client.post("/message/sendMedia/loja", "{}")
      #expect(missing.status == 404)
      #expect(try missing.json["response"]?["message"]?.elements.first?.string == "Cannot POST /message/sendMedia/loja")
      #expect(try await client.get("/message/sendText/loja").status == 404)
    }
  }

  @Test func `an instance's name is decoded from the path`() async throws {
    try await withSandbox { sandbox, client in
      let answer = try await client.sendText(on: "loja%20do%20Z%C3%A9")
      #expect(answer.status == 201)
      #expect(sandbox.received.first?.instance == "loja do Zé")
    }
  }
}
