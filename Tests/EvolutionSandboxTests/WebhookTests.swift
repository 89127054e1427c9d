import EvolutionSandbox
import Foundation
import HTTPServer
import JSON
import Synchronization
import TestSupport
import Testing

@Suite(.hangLimit) struct WebhookTests {
  private func set(
    _ client: SandboxClient, _ listener: WebhookListener, events: String = "[]", _ more: String = "",
    on instance: String = "loja"
  ) async throws {
    let body = #"{"webhook":{"enabled":true,"url":"\#(listener.url)/own","events":\#(events)\#(more)}}"#
    let answer = try await client.post("/webhook/set/\(instance)", body)
    try #require(answer.status == 201, "\(answer.text)")
  }

  @Test func `a webhook is kept as the database would show it`() async throws {
    try await withWebhooks { _, client, listener in
      #expect(try await client.get("/webhook/find/loja").text == "null")
      try await set(client, listener, events: #"["SEND_MESSAGE"]"#, #","headers":{"X-Loja":"7"},"byEvents":true"#)
      let row = try await client.get("/webhook/find/loja").json
      #expect(
        row.members.map(\.name) == [
          "id", "url", "headers", "enabled", "events", "webhookByEvents", "webhookBase64", "createdAt", "updatedAt",
          "instanceId",
        ])
      #expect(row["url"]?.string == "\(listener.url)/own")
      #expect(row["headers"]?["X-Loja"]?.string == "7")
      #expect(row["webhookByEvents"]?.boolean == true)
      // What a later one leaves out stays as it was, but for the events.
      try await set(client, listener)
      let later = try await client.get("/webhook/find/loja").json
      #expect(later["id"]?.string == row["id"]?.string)
      #expect(later["headers"]?["X-Loja"]?.string == "7")
      #expect(later["webhookByEvents"]?.boolean == true)
      #expect(later["events"]?.elements.count == 31)
      _ = try await client.post("/webhook/set/loja", #"{"webhook":{"enabled":false,"url":"x","events":["CALL"]}}"#)
      let off = try await client.get("/webhook/find/loja").json
      #expect(off["enabled"]?.boolean == false)
      #expect(off["events"]?.elements.isEmpty == true)
    }
  }

  @Test(arguments: [
    ("{}", 400, #"instance requires property \"webhook\""#),
    (#"{"webhook":7}"#, 400, "webhook is not of a type(s) object"),
    (#"{"webhook":{"events":[]}}"#, 400, #"webhook requires property \"enabled\"","webhook requires property \"url\""#),
    (#"{"webhook":{"enabled":true,"url":"","events":[]}}"#, 400, #"The \"url\" cannot be empty"#),
    (
      #"{"webhook":{"enabled":true,"url":"x","events":["X"]}}"#, 400,
      "webhook.events[0] is not one of enum values: APPL"
    ),
    (#"{"webhook":{"enabled":1,"url":2,"headers":3}}"#, 400, "webhook.enabled is not of a type(s) boolean"),
    (#"{"webhook":{"enabled":true,"url":"http://x"}}"#, 500, "Cannot read properties of undefined (reading 'length')"),
  ])
  func `a webhook that makes no sense is refused`(body: String, status: Int, words: String) async throws {
    try await withSandbox { _, client in
      let answer = try await client.post("/webhook/set/loja", body)
      #expect(answer.status == status)
      #expect(answer.text.contains(words), "\(answer.text)")
      #expect(try await client.get("/webhook/find/loja").text == "null")
    }
  }

  @Test func `a message taken is told, and what becomes of it`() async throws {
    try await withWebhooks({ options, _ in options.acknowledgement = .read }) { sandbox, client, listener in
      try await set(client, listener)
      let confirmation = try await client.sendText()
      let call = try #require(try await listener.wait(for: "send.message").first)
      #expect(call.path == "/own")
      #expect(call.headers["Content-Type"] == "application/json")
      #expect(
        call.json.members.map(\.name) == [
          "event", "instance", "data", "destination", "date_time", "sender", "server_url", "apikey",
        ])
      #expect(call.json["instance"]?.string == "loja")
      #expect(call.data.map { Array($0.bytes) } == Array(confirmation.text.utf8))
      #expect(call.json["destination"]?.string == "\(listener.url)/own")
      #expect(call.json["server_url"]?.string == "http://127.0.0.1:\(sandbox.port)")
      #expect(call.json["sender"]?.string == "5511999999999@s.whatsapp.net")
      #expect(call.json["apikey"]?.string == "Apikey not found")
      let updates = try await listener.wait(for: "messages.update", count: 3)
      #expect(Set(updates.compactMap { $0.data?["status"]?.string }) == ["SERVER_ACK", "DELIVERY_ACK", "READ"])
      let message = try #require(sandbox.received.first)
      for update in updates {
        #expect(
          update.data?.members.map(\.name) == ["keyId", "remoteJid", "fromMe", "status", "instanceId", "messageId"])
        #expect(update.data?["keyId"]?.string == message.id)
        #expect(update.data?["remoteJid"]?.string == message.remoteJid)
        #expect(update.data?["fromMe"]?.boolean == true)
        #expect(update.data?["instanceId"]?.string == message.instanceID)
      }
      try await eventually("the counts") { sandbox.webhookCounts.delivered == 4 }
    }
  }

  @Test func `the date is the local time, with a Z as if it were UTC`() async throws {
    try await withWebhooks { _, client, listener in
      try await set(client, listener)
      let before = Date()
      _ = try await client.sendText()
      let text = try #require(try await listener.wait(for: "send.message").first?.json["date_time"]?.string)
      let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      let told = try style.parse(text).addingTimeInterval(-TimeInterval(TimeZone.current.secondsFromGMT(for: before)))
      #expect(told >= before.addingTimeInterval(-1))
      #expect(told <= Date().addingTimeInterval(1))
    }
  }

  @Test func `only the events that were asked for are told, each at its own address if so wanted`() async throws {
    try await withWebhooks { sandbox, client, listener in
      try await set(client, listener, events: #"["MESSAGES_UPDATE","CONNECTION_UPDATE"]"#, #","byEvents":true"#)
      _ = try await client.sendText()
      #expect(try await listener.wait(for: "messages.update").first?.path == "/own/messages-update")
      _ = try await client.delete("/instance/logout/loja")
      let close = try #require(try await listener.wait(for: "connection.update").first)
      #expect(close.path == "/own/connection-update")
      #expect(close.json["destination"]?.string == "\(listener.url)/own")
      #expect(
        close.data.map { String(decoding: $0.bytes, as: UTF8.self) }
          == #"{"instance":"loja","state":"close","statusReason":401}"#)
      #expect(listener.calls("send.message").isEmpty)
      #expect(listener.calls("logout.instance").isEmpty)
    }
  }

  @Test func `a connection is told from its code to its opening, and the life of an instance around it`() async throws {
    try await withWebhooks({ options, listener in
      options.instances = []
      options.webhooks.globalURL = "\(listener.url)/global"
      options.webhooks.globalByEvents = true
    }) { _, client, listener in
      let hook = #"{"url":"\#(listener.url)/own","events":[]}"#
      let body =
        #"{"instanceName":"loja","integration":"WHATSAPP-BAILEYS","qrcode":true,"token":"t","webhook":\#(hook)}"#
      let created = try await client.post("/instance/create", body).json
      #expect(created["webhook"]?["webhookUrl"]?.string == "\(listener.url)/own")
      let states = try await listener.wait(for: "connection.update", count: 4)
      for path in ["/own", "/global/connection-update"] {
        let calls = states.filter { $0.path == path }
        #expect(Set(calls.compactMap { $0.data?["state"]?.string }) == ["connecting", "open"])
        #expect(calls.allSatisfy { $0.data?["statusReason"]?.integer == 200 })
        #expect(calls.allSatisfy { $0.json["apikey"]?.string == "t" })
      }
      let opened = states.first { $0.data?["state"]?.string == "open" }
      #expect(opened?.data?["wuid"]?.string == "5511999999999@s.whatsapp.net")
      let code = try await listener.wait(for: "qrcode.updated", count: 2)
      #expect(code.first?.data?["qrcode"]?["code"]?.string == created["qrcode"]?["code"]?.string)
      _ = try await client.delete("/instance/delete/loja")
      let deleted = try await listener.wait(for: "instance.delete", count: 2)
      #expect(deleted.first?.data?["instanceName"]?.string == "loja")
      #expect(try await listener.wait(for: "instance.create", count: 2).count == 2)
      #expect(try await listener.wait(for: "connection.update", count: 6).count == 6)
    }
  }

  @Test func `the webhook of all instances carries no fields of an instance's own, and is told everything`()
    async throws
  {
    try await withWebhooks({ options, listener in
      options.webhooks.globalURL = "\(listener.url)/global"
    }) { _, client, listener in
      _ = try await client.sendText()
      let first = try #require(try await listener.wait(for: "send.message").first)
      #expect(first.path == "/global")
      #expect(first.json["destination"]?.string == "\(listener.url)/global/send-message")
      try await set(client, listener, events: #"["CALL"]"#, #","headers":{"X-Loja":"7","jwt_key":"s"}"#)
      _ = try await client.sendText()
      let second = try #require(try await listener.wait(for: "send.message", count: 2).last)
      #expect(second.path == "/global")
      #expect(second.headers["X-Loja"] == nil && second.headers["Authorization"] == nil)
      #expect(second.json["destination"]?.string == "\(listener.url)/own")
    }
  }

  @Test func `fields of one's own go along, and a key for tokens becomes one`() async throws {
    try await withWebhooks { _, client, listener in
      let headers = #","headers":{"X-Loja":"7","X-Numero":7,"X-Nada":null,"authorization":"x","jwt_key":"segredo"}"#
      try await set(client, listener, headers)
      _ = try await client.sendText()
      let call = try #require(try await listener.wait(for: "send.message").first)
      #expect(call.headers["X-Loja"] == "7")
      #expect(call.headers["X-Numero"] == "7")
      #expect(call.headers["X-Nada"] == nil)
      #expect(call.headers["jwt_key"] == nil)
      let parts = try #require(call.headers["Authorization"]).split(separator: ".")
      #expect(parts.count == 3)
      #expect(parts.first == "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9")
    }
  }

  @Test func `a call that fails is made again until it is answered well`() async throws {
    try await withWebhooks({ options, _ in options.acknowledgement = .pending }, answer: { $0 < 4 ? 503 : 204 }) {
      sandbox, client, listener in
      try await set(client, listener)
      _ = try await client.sendText()
      try await eventually("the delivery") { sandbox.webhookCounts.delivered == 1 }
      #expect(listener.calls.count == 4)
      #expect(sandbox.webhookCounts == WebhookCounts(delivered: 1))
    }
  }

  @Test(arguments: [(400, 1), (401, 1), (403, 1), (404, 1), (422, 1), (500, 10), (429, 10), (302, 10)])
  func `a final answer ends the attempts at once, others after the tenth`(status: Int, attempts: Int) async throws {
    try await withWebhooks({ options, _ in options.acknowledgement = .pending }, answer: { _ in status }) {
      sandbox, client, listener in
      try await set(client, listener)
      _ = try await client.sendText()
      try await eventually("the end of it") { sandbox.webhookCounts.failed == 1 }
      #expect(listener.calls.count == attempts)
    }
  }

  @Test func `nobody there, or no address, ends the attempts, and the sandbox goes on`() async throws {
    try await withWebhooks { sandbox, client, _ in
      for url in ["http://127.0.0.1:1", "http://", "nada"] {
        let body = #"{"webhook":{"enabled":true,"url":"\#(url)","events":["SEND_MESSAGE"]}}"#
        #expect(try await client.post("/webhook/set/loja", body).status == 201)
        #expect(try await client.sendText().status == 201)
      }
      // What is no address at all is not even tried.
      try await eventually("the end of it") { sandbox.webhookCounts.failed == 2 }
      #expect(sandbox.webhookCounts.delivered == 0)
    }
  }

  @Test func `what waits is bounded, and so is what is under way`() async throws {
    let (open, gate) = AsyncStream.makeStream(of: Void.self)
    let state = Mutex((now: 0, most: 0))
    try await withSandbox {
      $0.acknowledgement = .pending
      $0.webhooks.globalURL = "http://127.0.0.1:1"
      $0.webhooks.capacity = 10
      $0.webhooks.concurrency = 3
      $0.webhooks.deliver = { _ in
        state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        for await _ in open {}
        state.withLock { $0.now -= 1 }
        return 200
      }
    } _: { sandbox, client in
      for _ in 0..<15 { #expect(try await client.sendText().status == 201) }
      #expect(sandbox.webhookCounts.dropped == 5)
      gate.finish()
      try await eventually("the rest") { sandbox.webhookCounts.delivered == 10 }
      #expect(state.withLock { $0.most } <= 3)
      _ = try await client.sendText()
      try await eventually("room again") { sandbox.webhookCounts.delivered == 11 }
    }
  }

  @Test func `stopping drops what waits`() async throws {
    let waiting = Recorder<String>()
    var options = SandboxOptions()
    options.webhooks.globalURL = "http://127.0.0.1:1"
    options.webhooks.deliver = { call in
      waiting.add(call.url)
      try? await Task.sleep(for: .forever)
      return nil
    }
    let sandbox = try EvolutionSandbox(options: options)
    _ = try await SandboxClient(sandbox).sendText()
    try await eventually("the calls") { waiting.count == 2 }
    await sandbox.stop()
    #expect(sandbox.webhookCounts == WebhookCounts())
  }
}
