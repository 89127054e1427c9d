import Delivery
import EvolutionSandbox
import Messaging
import TestSupport
import Testing

/// What can't be sent may cost time, and no message.
@Suite(.hangLimit)
struct FullStoreTests {
  @Test func `full dead letters pause the intake, say so, and are left when there is room again`() async throws {
    try await withScene(["IFINU_DLQ_MAX": "50"]) { scene in
      // Such numbers are on no WhatsApp.
      try await scene.push(
        (1...400).map {
          #"{"id":"\#($0)","telefone":"\#(Messages.number(0))","texto":"\#(Messages.commonWords)"}"#
        })
      let worker = try await scene.startWorker()
      try await eventually("the store is full", every: .milliseconds(20)) {
        let ready = try await worker.get("/readyz")
        return ready.status == 503 && ready.text.contains("IFINU_DLQ_MAX")
      }
      try await eventually("the log and the gauge say so") {
        let isLogged = worker.log.contains("the dead letters are full")
        return MetricsText(try await worker.get("/metrics").text)["whatsapp_entrada_pausada"] == 1 && isLogged
      }
      #expect(try await worker.get("/livez").status == 200)
      let full = try await scene.snapshot()
      #expect([full.dead, full.lanes[.standard]?.length, full.inFlight] == [50, 350, 0])

      #expect(
        try await scene.run("dlq", "purge", "--reason", "numero_inexistente").output == "50 dead letters purged\n")
      try await eventually("it is full again", every: .milliseconds(20)) { try await scene.snapshot().dead == 50 }
      #expect(try await scene.snapshot().lanes[.standard]?.length == 300)
    }
  }

  @Test func `the memory of 500 workers stays within the manifest's limit, whatever lies in the lane`() async throws {
    try await withScene(
      ["IFINU_WORKERS": "500"], sandbox: { $0.keptMessages = 10 }
    ) { scene in
      let padding = String(repeating: "x", count: Message.maximumPayloadBytes - 200)
      let huge = [UInt8](repeating: UInt8(ascii: "y"), count: 64 << 20)
      try await scene.push(bytes: [huge], to: .urgent)
      for number in 1...150 {
        try await scene.push([
          #"{"id":"\#(number)","telefone":"\#(Messages.number(number))","texto":"oi","x":"\#(padding)"}"#
        ])
      }
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(150)
      try await scene.awaitIdle()
      #expect(try await scene.snapshot().dead == 1)
      let peak = try #require(worker.peakMemory)
      #expect(peak < 256 << 20, "\(peak >> 20) MiB")
    }
  }
}
