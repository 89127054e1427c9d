import Delivery
import Foundation
import TestSupport
import Testing

@testable import EvolutionAPI

@Suite(.hangLimit)
struct TLSTests {
  @Test func `an unknown authority is refused before anything is sent`() async throws {
    let server = try await TLSServer()
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == .connectionFailed)
    #expect(failure.isHostFault)
    #expect(failure.detail.contains("certificate"))
  }

  @Test func `an authority of one's own is trusted`() async throws {
    let server = try await TLSServer()
    // The server's page is no JSON: what counts is that it came.
    let finding = await EvolutionProbe(try client(server.url, caFile: server.caFile)).version()
    #expect(finding == .unreadable(status: 200))
  }

  @Test func `a CA file without a certificate means not sent`() async throws {
    let server = try await TLSServer()
    let empty = FileManager.default.temporaryDirectory.appending(path: "ca-\(UUID().uuidString).pem")
    try Data("not a certificate".utf8).write(to: empty)
    defer { try? FileManager.default.removeItem(at: empty) }
    let failure = try await client(server.url, caFile: empty.path).failure(sending: message())
    #expect(failure.kind == .connectionFailed)
  }
}
