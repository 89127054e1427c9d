import EvolutionSandbox
import Foundation
import JSON
import TestSupport
import Testing

/// Faults that stay until they are switched off, and the sandbox's own routes.
@Suite(.hangLimit) struct StandingFaultTests {
  @Test(arguments: [
    (Fault.forbidden, 403, "<pre>403"), (.badRequest, 400, "<pre>400"), (.wrongPath, 404, "<pre>Cannot"),
    (.page, 200, "maintenance"), (.unavailable, 503, "<pre>503"), (.unlicensed, 503, "LICENSE_REQUIRED"),
  ])
  func `what stands before Evolution answers every request in its place`(
    fault: Fault, status: Int, words: String
  ) async throws {
    try await withSandbox {
      $0.standingFaults.host = fault
    } _: { sandbox, client in
      #expect(try await client.get("/").status == (fault == .unlicensed ? 200 : status))
      for answer in [
        try await client.sendText(), try await client.get("/instance/fetchInstances"),
        try await client.post("/chat/findMessages/loja", "{}"),
      ] { #expect(answer.status == status && answer.text.contains(words)) }
      sandbox.changeFaults { $0.host = nil }
      #expect(try await client.sendText().status == 201)
      #expect(sandbox.receivedCount == 1)
    }
  }

  @Test func `a gateway that loses its answers lets sends through`() async throws {
    try await withSandbox {
      $0.standingFaults.host = .gateway
    } _: { sandbox, client in
      let statuses = [try await client.sendText().status, try await client.get("/").status]
      #expect(statuses == [504, 504])
      #expect(sandbox.receivedCount == 1)
    }
  }

  @Test(arguments: [
    (Fault.closed, 500, "Connection Closed"), (.wrongKey, 401, "Unauthorized"), (.noInstance, 404, "does not exist"),
    (.restricted, 403, "restricted"), (.overLimit, 500, "rate-overlimit"),
  ])
  func `a fault of one instance is no other's`(fault: Fault, status: Int, words: String) async throws {
    try await withSandbox {
      $0.standingFaults.instances = ["doente": fault]
    } _: { sandbox, client in
      for _ in 1...2 {
        let answer = try await client.sendText(on: "doente")
        #expect(answer.status == status && answer.text.contains(words))
      }
      #expect(try await client.sendText(on: "sadia").status == 201)
      sandbox.changeFaults { $0.instances["doente"] = nil }
      #expect(try await client.sendText(on: "doente").status == 201)
      #expect(sandbox.received.map(\.instance) == ["sadia", "doente"])
    }
  }

  @Test(arguments: [(Fault.closed, String?.some("close")), (.notLoaded, nil), (.hang, "open")])
  func `an instance's state says as much as Evolution knows of its fault`(fault: Fault, state: String?) async throws {
    try await withSandbox {
      $0.standingFaults.instances = ["doente": fault]
    } _: { _, client in
      let states = [try await client.state(of: "doente"), try await client.state(of: "sadia")]
      #expect(states == [state, "open"])
    }
  }

  @Test func `an instance that hangs takes its sends, or not, and leaves the others alone`() async throws {
    try await withSandbox {
      $0.standingFaults.instances = ["toma": .hang, "ignora": .hangBefore]
    } _: { sandbox, client in
      let hanging = ["toma", "ignora"].map { name in Task { try await client.sendText(on: name) } }
      try await eventually("both sends") { sandbox.sends.count == 2 }
      #expect(try await client.sendText(on: "sadia").status == 201)
      #expect(sandbox.sends.filter { $0.endedAt == nil }.count == 2)
      #expect(Set(sandbox.received.map(\.instance)) == ["toma", "sadia"])
      for send in hanging {
        send.cancel()
        await #expect(throws: URLError.self) { try await send.value }
      }
    }
  }

  @Test func `a send that is dropped before it is taken is not sent`() async throws {
    try await withSandbox {
      $0.standingFaults.host = .dropBefore
    } _: { sandbox, client in
      await #expect(throws: URLError.self) { try await client.sendText() }
      await #expect(throws: URLError.self) { try await client.get("/") }
      #expect(sandbox.receivedCount == 0)
      #expect(sandbox.sends.allSatisfy { $0.status == 0 } && !sandbox.sends.isEmpty)
    }
  }

  @Test func `faults are switched over HTTP`() async throws {
    try await withSandbox { sandbox, client async throws in
      let faults = "/sandbox/faults"
      #expect(try await client.get(faults).text == #"{"host":"ok","instances":{}}"#)
      let change = #"{"host":"page","instances":{"b":"hang","a":"closed"}}"#
      #expect(
        try await client.put(faults, change).text == #"{"host":"page","instances":{"a":"closed","b":"hang"}}"#)
      #expect(try await client.sendText(on: "a").status == 200)
      #expect(try await client.put(faults, #"{"host":null}"#).status == 200)
      #expect(try await client.sendText(on: "a").status == 500)
      #expect(
        try await client.put(faults, #"{"instances":{"a":"ok","b":null,"c":"wrong-key"}}"#).text
          == #"{"host":"ok","instances":{"c":"wrong-key"}}"#)
      #expect(try await client.sendText(on: "a").status == 201)
      #expect(try await client.delete(faults).text == #"{"host":"ok","instances":{}}"#)
      #expect(sandbox.standingFaults == StandingFaults())
    }
  }

  @Test(arguments: [
    #"{"host":"dragon"}"#, #"{"host":7}"#, #"{"instances":{"a":"closed","b":"dragon"}}"#, #"{"instances":[]}"#, "x",
  ])
  func `a change that is not understood changes nothing`(body: String) async throws {
    try await withSandbox { sandbox, client async throws in
      let answer = try await client.put("/sandbox/faults", body)
      #expect(answer.status == 400)
      #expect(sandbox.standingFaults == StandingFaults())
    }
  }

  @Test func `a key that is refused for a time refuses everybody, but not who switches it`() async throws {
    try await withSandbox {
      $0.apiKey = "global"
    } _: { _, client async throws in
      let wrong = #"{"host":"wrong-key"}"#
      #expect(try await client.put("/sandbox/faults", wrong).status == 401)
      #expect(try await client.put("/sandbox/faults", wrong, key: "global").status == 200)
      #expect(try await client.sendText(key: "global").status == 401)
      #expect(try await client.get("/instance/fetchInstances", key: "global").status == 401)
      #expect(try await client.get("/").status == 200)
      #expect(try await client.delete("/sandbox/faults", key: "global").status == 200)
      #expect(try await client.sendText(key: "global").status == 201)
    }
  }
}
