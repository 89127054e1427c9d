import Delivery
import EvolutionAPI
import EvolutionSandbox
import Messaging
import TestSupport
import Testing
import Time

/// Looking up in the sandbox what became of sends that got no answer.
@Suite(.hangLimit) struct SandboxLookupTests {
  private static let now = Timestamp(nanoseconds: WallClock.nanoseconds)

  @Test(arguments: NinthDigit.allCases, ["5511999990001", "5531999990001"])
  func `a send whose answer was lost is found, whatever became of the ninth digit`(
    form: NinthDigit, number: String
  ) async throws {
    try await withSandbox {
      $0.ninthDigit = form
      $0.standingFaults.host = .drop
    } _: { sandbox, client in
      let message = try Self.message(number)
      #expect(try await client.failure(sending: message).kind == .uncertain)
      sandbox.changeFaults { $0.host = nil }
      let id = try #require(sandbox.received.first?.id)
      #expect(
        await client.look(for: message, since: Self.now, excluding: []) == .found(SendReceipt(providerID: id)))
    }
  }

  @Test(arguments: [true, false])
  func `a send that never arrived is absent, if the server keeps messages`(isKeeping: Bool) async throws {
    try await withSandbox {
      $0.keepsMessages = isKeeping
      $0.standingFaults.instances = ["loja": .dropBefore]
    } _: { sandbox, client in
      let message = try Self.message()
      #expect(try await client.failure(sending: message).kind == .uncertain)
      // Nothing was ever sent on it: nothing tells whether it keeps messages.
      let unknown = SentLookup.unsupported("the server keeps no messages")
      #expect(await client.look(for: message, since: Self.now, excluding: []) == unknown)
      sandbox.changeFaults { $0 = StandingFaults() }
      _ = try await client.send(Self.message("5511999990002"))
      let lookup = await client.look(for: message, since: Self.now, excluding: [])
      #expect(lookup == (isKeeping ? .absent : unknown))
    }
  }

  @Test func `of two copies the one is found that has no receipt`() async throws {
    try await withSandbox { sandbox, client in
      let message = try Self.message()
      let first = try await client.send(message)
      sandbox.changeFaults { $0.instances["loja"] = .gateway }
      #expect(try await client.failure(sending: message).kind == .uncertain)
      let known = try #require(first.providerID)
      let lookup = await client.look(for: message, since: Self.now, excluding: [known])
      #expect(lookup == .found(SendReceipt(providerID: sandbox.received.last?.id)))
      #expect(await client.look(for: message, since: Self.now, excluding: []) == .found(first))
    }
  }

  @Test(arguments: [
    (Fault.closed, InstanceConnection?.some(.closed)), (.notLoaded, .notLoaded), (.hang, .open), (.noInstance, nil),
    (.wrongKey, nil),
  ])
  func `the state of a sick instance is told as far as it is known`(
    fault: Fault, state: InstanceConnection?
  ) async throws {
    try await withSandbox {
      $0.standingFaults.instances = ["loja": fault]
    } _: { _, client in
      let instance = try #require(InstanceName("loja"))
      #expect(await client.connectionState(of: instance, shard: nil) == state)
      #expect(await client.isHostUp(shard: nil))
    }
  }

  private static func message(_ number: String = "5511999990001") throws -> OutgoingMessage {
    try OutgoingMessage(
      id: "1", instance: #require(InstanceName("loja")), number: #require(PhoneNumber(number)), text: "Sua fatura\n")
  }

  private func withSandbox(
    _ configure: (inout SandboxOptions) -> Void = { _ in },
    _ test: (EvolutionSandbox, EvolutionClient) async throws -> Void
  ) async throws {
    var options = SandboxOptions()
    configure(&options)
    let sandbox = try EvolutionSandbox(options: options)
    do {
      try await test(sandbox, client("http://127.0.0.1:\(sandbox.port)"))
    } catch {
      await sandbox.stop()
      throw error
    }
    await sandbox.stop()
  }
}
