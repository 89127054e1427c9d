import EvolutionSandbox
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@Suite(.hangLimit) struct FaultTests {
  @Test func `latency is kept`() async throws {
    try await withSandbox {
      $0.latency = .milliseconds(200)
    } _: { sandbox, client in
      let start = ContinuousClock.now
      let answer = try await client.sendText()
      #expect(answer.status == 201)
      #expect(ContinuousClock.now - start >= .milliseconds(200))
      #expect(sandbox.receivedCount == 1)
    }
  }

  @Test func `latency holds up nobody else`() async throws {
    let ended = Recorder<Int>()
    try await withSandbox {
      $0.latency = .forever
    } _: { sandbox, client in
      await withTaskGroup { group in
        for _ in 0..<100 {
          group.addTask {
            ended.add((try? await client.sendText().status) ?? 0)
          }
        }
        #expect(await sandbox.waitUntil(received: 100, timeout: .patience))
        #expect(ended.count == 0)
        await sandbox.stop()
      }
    }
  }

  @Test func `a delay holds the request`() async throws {
    try await withSandbox { _, client in
      let start = ContinuousClock.now
      let body = #"{"number":"5511988887777","text":"oi","delay":150}"#
      let answer = try await client.post("/message/sendText/loja", body)
      #expect(answer.status == 201)
      #expect(ContinuousClock.now - start >= .milliseconds(150))
    }
  }

  @Test func `a hung send is taken, though its client gives up`() async throws {
    try await withSandbox {
      $0.faults.hang = 1
    } _: { sandbox, client in
      let sending = Task { try await client.sendText() }
      #expect(await sandbox.waitUntil(received: 1, timeout: .patience))
      sending.cancel()
      await #expect(throws: URLError.self) { try await sending.value }
      #expect(sandbox.receivedCount == 1)
    }
  }

  @Test func `a limited send is 429 and is not taken`() async throws {
    try await withSandbox {
      $0.faults.limit = 1
    } _: { sandbox, client in
      let answer = try await client.sendText()
      #expect(answer.status == 429)
      #expect(answer.retryAfter == "1")
      #expect(answer.text.contains("rate-overlimit"))
      #expect(sandbox.receivedCount == 0)
    }
  }

  @Test func `a failed send is a 500 worth another try and is not taken`() async throws {
    let words = [
      "Connection Closed", "Timed Out", "Cannot read properties of undefined (reading 'onWhatsApp')",
    ]
    try await withSandbox {
      $0.faults.fail = 1
    } _: { sandbox, client in
      var seen: Set<String> = []
      for _ in 0..<60 {
        let answer = try await client.sendText()
        #expect(answer.status == 500)
        seen.insert(try answer.json["response"]?["message"]?.string ?? "")
      }
      #expect(seen == Set(words))
      #expect(sandbox.receivedCount == 0)
    }
  }

  @Test func `a seed repeats a run, and shares are about as ordered`() async throws {
    func run() async throws -> [Int] {
      var statuses: [Int] = []
      try await withSandbox {
        $0.seed = 7
        $0.faults = FaultRates(limit: 0.2, fail: 0.3)
      } _: { _, client in
        for _ in 0..<300 { statuses.append(try await client.sendText().status) }
      }
      return statuses
    }
    let first = try await run()
    #expect(try await run() == first)
    #expect((30...90).contains(first.count { $0 == 429 }))
    #expect((60...120).contains(first.count { $0 == 500 }))
  }

  @Test func `a script answers as it likes, and leaves the rest to the sandbox`() async throws {
    let ordinals = Mutex<[Int]>([])
    try await withSandbox {
      $0.respond = { request in
        ordinals.withLock { $0.append(request.ordinal) }
        return switch request.text {
        case "teapot": .answer(418, #"{"error":"teapot"}"#, headers: [("Retry-After", "9")])
        case "drop": .drop(recorded: true)
        case "hang": .hang()
        case "late": .answer(201, after: .milliseconds(50), recorded: true)
        default: nil
        }
      }
    } _: { sandbox, client in
      let teapot = try await client.sendText("teapot")
      #expect(teapot.status == 418)
      #expect(teapot.text == #"{"error":"teapot"}"#)
      #expect(teapot.retryAfter == "9")
      // A connection of its own: on one that was used before, the client would silently send once more.
      await #expect(throws: URLError.self) { try await SandboxClient(sandbox).sendText("drop") }
      #expect(sandbox.received.last?.text == "drop")
      let hanging = Task { try await client.sendText("hang") }
      try await eventually("the request that hangs") { ordinals.withLock(\.count) == 3 }
      hanging.cancel()
      await #expect(throws: URLError.self) { try await hanging.value }
      #expect(try await client.sendText("late").status == 201)
      #expect(try await client.sendText("outro").status == 201)
      #expect(sandbox.received.map(\.text) == ["drop", "late", "outro"])
      #expect(ordinals.withLock(\.self) == Array(1...5))
    }
  }

  @Test(arguments: [
    (Fault.closed, 500, "Connection Closed"), (.timedOut, 500, "Timed Out"),
    (.notLoaded, 500, "Cannot read properties of undefined (reading 'onWhatsApp')"),
    (.closedSending, 400, "Error: Connection Closed"), (.timedOutSending, 400, "Error: Timed Out"),
    (.tooMany, 429, "rate-overlimit"), (.overLimit, 500, "rate-overlimit"), (.noGroup, 400, "[object Object]"),
    (.notStored, 400, "prisma.message.create"), (.empty, 201, ""), (.refused, 201, "PENDING"),
    (.unheard, 201, "PENDING"), (.meta, 201, "131026"),
    (.wrongPath, 404, "Cannot POST /message/sendText/"), (.unlicensed, 503, "LICENSE_REQUIRED"),
    (.gateway, 504, "Gateway"), (.wrongKey, 401, "Unauthorized"), (.noInstance, 404, "instance does not exist"),
    (.restricted, 403, "restricted"), (.forbidden, 403, "<pre>"), (.badRequest, 400, "<pre>"), (.page, 200, "<pre>"),
    (.unavailable, 503, "<pre>"),
  ])
  func `a fault by name is answered in its own words, and sent or not`(
    fault: Fault, status: Int, words: String
  ) async throws {
    try await withSandbox {
      $0.faults.others = [fault: 1]
    } _: { sandbox, client in
      let answer = try await client.sendText()
      #expect(answer.status == status)
      #expect(words.isEmpty ? answer.text.isEmpty : answer.text.contains(words))
      #expect(sandbox.receivedCount == (fault.isSent ? 1 : 0))
    }
  }

  @Test func `a dropped send is taken, and its connection closed`() async throws {
    try await withSandbox {
      $0.faults.others = [.drop: 1]
    } _: { sandbox, client in
      await #expect(throws: URLError.self) { try await client.sendText() }
      #expect(sandbox.receivedCount == 1)
    }
  }

  @Test func `shares of faults add up`() async throws {
    let rates = FaultRates(limit: 0.1, fail: 0.2, hang: 0.1, others: [.gateway: 0.1, .drop: 0.05])
    #expect(abs(rates.total - 0.55) < 1e-9)
  }

  @Test func `stopping ends requests that hang`() async throws {
    var options = SandboxOptions()
    options.faults.hang = 1
    let sandbox = try EvolutionSandbox(options: options)
    let client = SandboxClient(sandbox)
    await withTaskGroup { group in
      for _ in 0..<20 {
        group.addTask { await #expect(throws: URLError.self) { try await client.sendText() } }
      }
      #expect(await sandbox.waitUntil(received: 20, timeout: .patience))
      await sandbox.stop()
    }
  }
}
