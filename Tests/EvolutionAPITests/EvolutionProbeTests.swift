import Delivery
import Messaging
import TestSupport
import Testing

@testable import EvolutionAPI

@Suite(.hangLimit)
struct EvolutionProbeTests {
  @Test(arguments: [
    (#"{"instance":{"instanceName":"vendas","state":"open"}}"#, InstanceConnection?.some(.open)),
    (#"{"instance":{"instanceName":"vendas","state":"connecting"}}"#, .connecting),
    (#"{"instance":{"instanceName":"vendas","state":"close"}}"#, .closed),
    (#"{"instance":{"instanceName":"vendas"}}"#, .notLoaded),
    (#"{"instance":{"instanceName":"vendas","state":"refused"}}"#, nil),
  ])
  func `an instance's state is read`(body: String, state: InstanceConnection?) async throws {
    let server = try RawServer { connection in
      let head = connection.readRequest()?.head ?? ""
      let isRight =
        head.hasPrefix("GET /instance/connectionState/vendas HTTP/1.1") && head.contains("apikey: segredo-123")
      connection.answer(isRight ? 200 : 418, body, headers: ["Connection: close"])
    }
    let (client, instance) = (try client(server.url), try #require(InstanceName("vendas")))
    #expect(
      await EvolutionProbe(client).connectionState(of: instance) == state.map { .found($0) } ?? .unreadable(status: 200)
    )
    #expect(await client.connectionState(of: instance, shard: nil) == state)
  }

  @Test func `instances are counted`() async throws {
    let server = try RawServer { connection in
      while let request = connection.readRequest() {
        connection.answer(request.head.hasPrefix("GET /instance/fetchInstances ") ? 200 : 418, #"[{"name":"a"},{}]"#)
      }
    }
    #expect(await EvolutionProbe(try client(server.url)).instanceCount() == .found(2))
  }

  @Test func `the root names the version, before and after a send`() async throws {
    let server = try RawServer { connection in
      while let request = connection.readRequest() {
        let isSend = request.head.hasPrefix("POST ")
        connection.answer(isSend ? 201 : 200, isSend ? #"{"key":{"id":"A"}}"# : #"{"status":200,"version":"2.3.7"}"#)
      }
    }
    let client = try client(server.url)
    #expect(await EvolutionProbe(client).version() == .found("2.3.7"))
    #expect(try await client.send(message()).providerID == "A")
    #expect(await EvolutionProbe(client).version() == .found("2.3.7"))
  }

  @Test func `what is found wanting is told apart`() async throws {
    let server = try RawServer { connection in
      while let request = connection.readRequest() {
        if request.head.contains("fetchInstances") {
          connection.answer(401, "{}")
        } else {
          connection.answer(200, "hello")
        }
      }
    }
    let probe = EvolutionProbe(try client(server.url))
    #expect(await probe.instanceCount() == .refused(status: 401))
    #expect(await probe.version() == .unreadable(status: 200))
    let port = try HeldPort()
    let away = EvolutionProbe(try client("http://127.0.0.1:\(port.number)"))
    guard case .unreachable(let reason) = await away.version() else {
      Issue.record("reached")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test(arguments: [
    (200, #"{"status":200,"version":"2.3.7"}"#, true), (200, "<html></html>", true), (301, "", true),
    (401, "{}", true), (403, "", true), (404, "", true), (408, "", false), (429, "", false), (500, "", false),
    (502, "", false), (503, #"{"code":"LICENSE_REQUIRED"}"#, false), (524, "", false),
  ])
  func `a host is up when its root answers and does not fail`(status: Int, body: String, isUp: Bool) async throws {
    let server = try RawServer { connection in
      let isRoot = connection.readRequest()?.head.hasPrefix("GET / HTTP/1.1") ?? false
      connection.answer(isRoot ? status : isUp ? 500 : 200, body)
    }
    #expect(try await client(server.url).isHostUp(shard: nil) == isUp)
  }

  @Test func `a host that nobody answers at is not up, and has no instances`() async throws {
    let port = try HeldPort()
    let away = try client("http://127.0.0.1:\(port.number)")
    #expect(await !away.isHostUp(shard: nil))
    #expect(await away.connectionState(of: try #require(InstanceName("vendas")), shard: nil) == nil)
    #expect(try await !client("http://evo-{shard}:1").isHostUp(shard: nil))
  }

  @Test(arguments: [401, 404, 500])
  func `a state that is refused is not known`(status: Int) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(status, #"{"instance":{"state":"open"}}"#)
    }
    #expect(try await client(server.url).connectionState(of: try #require(InstanceName("vendas")), shard: nil) == nil)
  }
}
