import EvolutionSandbox
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@Suite(.hangLimit) struct InboxTests {
  private static let year = #""messageTimestamp":{"gte":"2020-01-01T00:00:00Z","lte":"2100-01-01T00:00:00.000-03:00"}"#

  private func find(
    _ client: SandboxClient, key: String = #"{"fromMe":true}"#, time: String = year, page: Int = 1, offset: Int = 50
  ) async throws -> SandboxClient.Answer {
    try await client.post(
      "/chat/findMessages/loja", #"{"where":{"key":\#(key),\#(time)},"page":\#(page),"offset":\#(offset)}"#)
  }

  @Test func `messages are found by recipient, time and id, in pages, the latest first`() async throws {
    try await withSandbox { sandbox, client in
      for number in 1...7 { _ = try await client.sendText("m\(number)") }
      _ = try await client.sendText("outro número", to: "5531988887777")
      _ = try await client.sendText("outra instância", on: "outra")
      let page = try await find(client, key: #"{"remoteJid":"5511988887777@s.whatsapp.net"}"#, page: 2, offset: 3)
      let messages = try #require(try page.json["messages"])
      #expect(messages["total"]?.integer == 7)
      #expect(messages["pages"]?.integer == 3)
      #expect(messages["currentPage"]?.integer == 2)
      let records = try #require(messages["records"]?.elements)
      #expect(records.map { $0["message"]?["conversation"]?.string } == ["m4", "m3", "m2"])
      #expect(records.first?["MessageUpdate"]?.elements.first?["status"]?.string == "SERVER_ACK")
      #expect(try await find(client).json["messages"]?["total"]?.integer == 8)
      let id = try #require(sandbox.received.first?.id)
      #expect(try await find(client, key: #"{"id":"\#(id)"}"#).json["messages"]?["total"]?.integer == 1)
      // As in Evolution, only a `fromMe` that is true filters.
      #expect(try await find(client, key: #"{"fromMe":false}"#).json["messages"]?["total"]?.integer == 8)
      #expect(try await find(client, page: 99).json["messages"]?["records"]?.elements.isEmpty == true)
      let past = #""messageTimestamp":{"gte":"2020-01-01","lte":"2020-12-31T23:59:59Z"}"#
      #expect(try await find(client, time: past).json["messages"]?["total"]?.integer == 0)
    }
  }

  @Test(arguments: [
    #""messageTimestamp":{"gte":"2100-01-01T00:00:00Z"}"#, #""messageTimestamp":{"lte":"2000-01-01T00:00:00Z"}"#,
    #""messageTimestamp":{}"#, #""x":1"#, #""messageType":"conversation""#, #""source":"web""#,
  ])
  func `a time with one bound or none filters nothing`(condition: String) async throws {
    try await withSandbox { _, client in
      for number in 1...3 { _ = try await client.sendText("m\(number)") }
      let answer = try await find(client, time: condition)
      #expect(answer.status == 200)
      let records = try #require(try answer.json["messages"]?["records"]?.elements)
      #expect(records.map { $0["message"]?["conversation"]?.string } == ["m3", "m2", "m1"])
    }
  }

  @Test(arguments: [
    (#""messageTimestamp":{"gte":"ontem","lte":"hoje"}"#, 500),
    (#""messageTimestamp":{"gte":"2020-13-01T00:00:00Z","lte":"2100-01-01T00:00:00Z"}"#, 500),
    (#""messageTimestamp":{"gte":1,"lte":2}"#, 200), (#""messageType":"imageMessage""#, 200),
    (#""id":"outro""#, 200), (#""source":"android""#, 200),
    (#""messageTimestamp":{"gte":"2100-01-01T00:00:00Z","lte":"2000-01-01T00:00:00Z"}"#, 200),
  ])
  func `what filters leaves nothing, and what is no time is an error`(condition: String, status: Int) async throws {
    try await withSandbox { _, client in
      _ = try await client.sendText()
      let answer = try await find(client, time: condition)
      #expect(answer.status == status)
      #expect(try answer.json["messages"]?["total"]?.integer == (status == 200 ? 0 : nil))
    }
  }

  @Test(arguments: [#"{"remoteJid":""}"#, #"{"id":17}"#])
  func `a key that names nobody is refused`(key: String) async throws {
    try await withSandbox { _, client in
      let answer = try await find(client, key: key)
      #expect(answer.status == 400)
      #expect(answer.text.contains("The property cannot be empty"))
    }
  }

  @Test(arguments: [
    (Acknowledgement.pending, []), (.server, ["SERVER_ACK"]), (.delivery, ["SERVER_ACK", "DELIVERY_ACK"]),
    (.read, ["SERVER_ACK", "DELIVERY_ACK", "READ"]), (.error, ["ERROR"]),
  ])
  func `a message gets as far as it is to get`(reach: Acknowledgement, statuses: [String]) async throws {
    try await withSandbox {
      $0.acknowledgement = reach
      $0.acknowledgementPace = .zero
    } _: { sandbox, client in
      _ = try await client.sendText()
      _ = try await client.sendText(to: "5531988887777")
      let records = try await find(client).json["messages"]?["records"]?.elements
      #expect(records?.count == 2)
      for record in records ?? [] {
        #expect(record["MessageUpdate"]?.elements.map { $0["status"]?.string } == statuses)
      }
      let message = try #require(sandbox.received.last)
      for condition in [#"{"id":"\#(message.id)"}"#, #"{"remoteJid":"553188887777@s.whatsapp.net"}"#] {
        let rows = try await client.post("/chat/findStatusMessage/loja", #"{"where":\#(condition)}"#)
        #expect(rows.status == 200)
        #expect(try rows.json.elements.map { $0["status"]?.string } == statuses)
        #expect(try rows.json.elements.allSatisfy { $0["keyId"]?.string == message.id })
      }
      let all = try await client.post("/chat/findStatusMessage/loja", "")
      #expect(try all.json.elements.count == 2 * statuses.count)
    }
  }

  @Test(arguments: [(Fault.refused, ["ERROR"]), (.unheard, [])])
  func `a message that WhatsApp refuses or forgets gets no farther`(fault: Fault, statuses: [String]) async throws {
    try await withSandbox {
      $0.acknowledgement = .read
      $0.acknowledgementPace = .zero
      $0.faults.others = [fault: 1]
    } _: { _, client in
      _ = try await client.sendText()
      let record = try await find(client).json["messages"]?["records"]?.elements.first
      #expect(record?["MessageUpdate"]?.elements.map { $0["status"]?.string } == statuses)
    }
  }

  @Test func `a status that is due later is not there yet`() async throws {
    try await withSandbox {
      $0.acknowledgement = .read
      $0.acknowledgementPace = .forever
    } _: { _, client in
      _ = try await client.sendText()
      let records = try await find(client).json["messages"]?["records"]?.elements
      #expect(records?.first?["MessageUpdate"]?.elements.map { $0["status"]?.string } == ["SERVER_ACK"])
    }
  }

  @Test func `the inbox is bounded and counts all`() async throws {
    try await withSandbox {
      $0.keptMessages = 10
    } _: { sandbox, client in
      for number in 1...200 { _ = try await client.sendText("m\(number % 4)") }
      #expect(sandbox.receivedCount == 200)
      #expect(sandbox.received.count == 10)
      #expect(sandbox.received.last?.text == "m0")
      #expect(sandbox.distinctTextCount == 4)
    }
  }

  @Test func `a count can be waited for, and the wait ends`() async throws {
    try await withSandbox { sandbox, client in
      #expect(await sandbox.waitUntil(received: 0, timeout: .zero))
      #expect(await sandbox.waitUntil(received: 1, timeout: .milliseconds(20)) == false)
      async let reached = sandbox.waitUntil(received: 5, timeout: .patience)
      for _ in 1...5 { _ = try await client.sendText() }
      #expect(await reached)
    }
  }

  @Test func `each message is told as it comes, its number masked`() async throws {
    let lines = Mutex<[String]>([])
    try await withSandbox {
      $0.onReceive = { message in lines.withLock { $0.append(message.description) } }
    } _: {
      sandbox, client in
      _ = try await client.sendText("linha 1\nlinha 2", to: "5511988880001")
      #expect(lines.withLock { $0 } == ["loja → 5511*****0001: linha 1 ⏎ linha 2"])
      #expect(sandbox.received.first?.maskedNumber == "5511*****0001")
    }
  }
}
