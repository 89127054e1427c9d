import Delivery
import Messaging
import TestSupport
import Testing

@testable import EvolutionAPI

@Suite(.hangLimit)
struct EvolutionProbeTests {
  @Test(arguments: [
    (#"{"instance":{"instanceName":"vendas","state":"open"}}"#, EvolutionProbe.ConnectionState.open),
    (#"{"instance":{"instanceName":"vendas","state":"connecting"}}"#, .connecting),
    (#"{"instance":{"instanceName":"vendas","state":"close"}}"#, .closed),
    (#"{"instance":{"instanceName":"vendas"}}"#, .notLoaded),
    (#"{"instance":{"instanceName":"vendas","state":"refused"}}"#, .other),
  ])
  func `an instance's state is read`(body: String, state: EvolutionProbe.ConnectionState) async throws {
    let server = try RawServer { connection in
      let head = connection.readRequest()?.head ?? ""
      let isRight =
        head.hasPrefix("GET /instance/connectionState/vendas HTTP/1.1") && head.contains("apikey: segredo-123")
      connection.answer(isRight ? 200 : 418, body)
    }
    let probe = EvolutionProbe(try client(server.url))
    #expect(await probe.connectionState(of: try #require(InstanceName("vendas"))) == .found(state))
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
}
