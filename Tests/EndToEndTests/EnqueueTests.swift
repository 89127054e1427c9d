import Delivery
import EvolutionSandbox
import Foundation
import Messaging
import TestSupport
import Testing

/// `ifinu enqueue`
@Suite struct EnqueueTests {
  @Test(.hangLimit)
  func `bad lines are reported by number, and the good ones go in`() async throws {
    try await withScene { scene in
      let messages = Messages(3)
      let file = try scene.file(
        "mistura.jsonl",
        [
          messages.payloads[0], #"{"id":"a","telefone":"12","texto":"\#(Messages.commonWords)"}"#, "",
          messages.payloads[1], #"{"id":"b""#, messages.payloads[2],
        ].joined(separator: "\r\n"))
      let outcome = try await scene.run("enqueue", file)
      #expect(outcome.end == .exited(1))
      #expect(outcome.output == "3 messages enqueued in whatsapp, 2 lines refused\n")
      let errors = outcome.errors.split(separator: "\n")
      #expect(errors.count == 2)
      #expect(
        errors.first?.hasPrefix("line 2: telefone:") == true && errors.last?.hasPrefix("line 5: payload:") == true)
      #expect(!outcome.errors.contains(Messages.commonWords))

      _ = try await scene.startWorker()
      try await scene.awaitDelivery(of: messages)
    }
  }

  @Test(.hangLimit)
  func `a CSV from a spreadsheet goes in`() async throws {
    try await withScene { scene in
      let text = Messages.commonWords
      let file = try scene.file(
        "clientes.csv",
        "Telefone;Texto;Instancia\n11 98888-0001;\"\(text), \"\"Ana\"\"\nAté logo\";filial\n11988880002;\(text);\n")
      let outcome = try await scene.run("enqueue", "--lane", "urgente", file)
      #expect(outcome.end == .exited(0), "\(outcome.errors)")
      #expect(
        outcome.errors
          == "\(file): CSV, UTF-8, separated by ;\n")
      #expect(try await scene.snapshot().lanes[.urgent]?.length == 2)

      _ = try await scene.startWorker(["IFINU_WORKERS": "1"])
      try await scene.awaitReceived(2)
      let received = scene.sandbox.received
      #expect(received.map(\.text) == ["\(text), \"Ana\"\nAté logo", text])
      #expect(received.map(\.number) == [Messages.number(1), Messages.number(2)])
      #expect(received.map(\.instance) == ["filial", "loja"])
    }
  }

  @Test(.hangLimit)
  func `one message, and the standard input`() async throws {
    try await withScene { scene in
      let one = try await scene.run(
        "enqueue", "--number", "(11) 98888-0009", "--text", Messages.commonWords, "--instance", "filial")
      #expect(one.end == .exited(0) && one.output == "1 message enqueued in whatsapp\n")
      let many = try await scene.run("enqueue", "-", input: Messages(2).payloads.joined(separator: "\n"))
      #expect(many.end == .exited(0) && many.output == "2 messages enqueued in whatsapp, 0 lines refused\n")
      #expect(try await scene.snapshot().lanes[.standard]?.length == 3)

      let counted = try await scene.run("enqueue", "-", "--json", input: "{}")
      #expect(counted.end == .exited(1))
      #expect(
        counted.output == #"""
          {"lane":"whatsapp","enqueued":0,"refused":1,"repeated":0,"problems":[{"problem":"id: is missing","count":1,\#
          "lines":[1]}],"file":{"format":"jsonl","encoding":"ASCII"}}

          """#)

      let refused = try await scene.run("enqueue", "--number", "123", "--text", "oi")
      #expect(refused.end == .exited(1) && refused.errors.contains("telefone"))
      for file in ["/nowhere.jsonl", "/tmp"] {
        let unreadable = try await scene.run("enqueue", file)
        #expect(unreadable.end == .exited(1) && unreadable.errors.hasPrefix("ifinu: \(file) can't be read"))
      }
      #expect(try await scene.snapshot().lanes[.standard]?.length == 3)
    }
  }

  @Test(.hangLimit)
  func `a large file is read in little memory`() async throws {
    try await withScene { scene in
      let text = String(repeating: "segredo ", count: 500)
      let lines = (1...13_000).map { #"{"id":"g-\#($0)","telefone":"\#(Messages.number(1))","texto":"\#(text)"}"# }
      let file = try scene.file("grande.jsonl", lines.joined(separator: "\n"))
      #expect(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0 > 50_000_000)

      let child = try await scene.start("enqueue", file)
      var peak = 0
      try await eventually("the end of the file", every: .milliseconds(5)) {
        peak = max(peak, child.peakMemory ?? 0)
        return !child.isRunning
      }
      #expect(try await child.end() == .exited(0), "\(child.errors)")
      #expect((1_000_000..<80_000_000).contains(peak), "\(peak) bytes")
      #expect(try await scene.snapshot().lanes[.standard]?.length == lines.count)
    }
  }
}
