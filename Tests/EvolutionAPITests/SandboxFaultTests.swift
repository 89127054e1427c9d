import Delivery
import EvolutionAPI
import EvolutionSandbox
import TestSupport
import Testing

/// The faults of the sandbox are those that the client knows.
@Suite(.hangLimit) struct SandboxFaultTests {
  @Test(arguments: [
    (Fault.closed, SendFailure.Kind.instanceUnavailable), (.timedOut, .timedOut), (.notLoaded, .instanceUnavailable),
    (.closedSending, .instanceUnavailable), (.timedOutSending, .timedOut), (.tooMany, .rateLimited),
    (.overLimit, .rateLimited), (.noGroup, .invalidRequest), (.meta, .unknownNumber), (.wrongPath, .serverError),
    (.unlicensed, .unlicensed), (.gateway, .uncertain), (.drop, .uncertain), (.dropBefore, .uncertain),
    (.wrongKey, .credential), (.noInstance, .unknownInstance), (.restricted, .restricted), (.forbidden, .serverError),
    (.badRequest, .serverError), (.page, .serverError), (.unavailable, .serverError),
  ])
  func `a fault is taken for what it is, and for whose it is`(fault: Fault, kind: SendFailure.Kind) async throws {
    try await withFault(fault) { _, url in
      let failure = await #expect(throws: SendFailure.self) { try await client(url).send(message()) }
      #expect(failure?.kind == kind)
      let scope: FaultScope =
        switch fault {
        case .noGroup, .meta: .message
        case .wrongPath, .unlicensed, .gateway, .drop, .dropBefore, .forbidden, .badRequest, .page, .unavailable: .host
        default: .instance
        }
      #expect(failure?.scope == scope)
    }
  }

  @Test(arguments: [Fault.notStored, .empty])
  func `a fault after the send counts as sent`(fault: Fault) async throws {
    try await withFault(fault) { _, url in
      let receipt = try await client(url).send(message())
      #expect(receipt == SendReceipt(providerID: nil))
    }
  }

  @Test(arguments: [Fault.refused, .unheard])
  func `what WhatsApp does later is not known from the answer`(fault: Fault) async throws {
    try await withFault(fault) { _, url in
      let receipt = try await client(url).send(message())
      #expect(receipt.providerID != nil)
    }
  }

  @Test func `a send that is never answered is uncertain when it is given up`() async throws {
    try await withFault(.hang) { sandbox, url in
      let sending = Task { try await client(url).send(message()) }
      #expect(await sandbox.waitUntil(received: 1, timeout: .patience))
      sending.cancel()
      let failure = await #expect(throws: SendFailure.self) { try await sending.value }
      #expect(failure?.kind == .uncertain)
    }
  }

  private func withFault(_ fault: Fault, _ test: (EvolutionSandbox, String) async throws -> Void) async throws {
    var options = SandboxOptions()
    options.faults.others = [fault: 1]
    let sandbox = try EvolutionSandbox(options: options)
    do {
      try await test(sandbox, "http://127.0.0.1:\(sandbox.port)")
    } catch {
      await sandbox.stop()
      throw error
    }
    await sandbox.stop()
  }
}
