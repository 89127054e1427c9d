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

  @Test func `a CA file that can't be one is refused`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ca-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = folder.appending(path: "text.pem").path
    try Data("not a certificate".utf8).write(to: URL(fileURLWithPath: text))
    let pipe = folder.appending(path: "pipe").path
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    for path in [text, pipe, folder.path, "/dev/zero", "/dev/null", "/nonexistent/ca.pem"] {
      let error = #expect(throws: EvolutionSetupError.self) { try client("https://localhost", caFile: path) }
      #expect(error?.setting == .caFile)
    }
  }

  @Test func `a CA file with another's certificate means not sent`() async throws {
    let (server, other) = (try await TLSServer(), try await TLSServer())
    let failure = try await client(server.url, caFile: other.caFile).failure(sending: message())
    #expect(failure.kind == .connectionFailed)
  }
}
