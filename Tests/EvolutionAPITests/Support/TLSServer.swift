import Foundation
import TestSupport

/// An HTTPS server on a free port, with a certificate of its own authority for 127.0.0.1, in a folder of its own.
/// It is stopped when it goes.
final class TLSServer {
  /// The authority's certificate.
  let caFile: String
  /// Where it listens.
  let url: String
  private let folder: URL
  private let server: ChildProcess

  /// A server that answers every GET with 200.
  init() async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    caFile = folder.appending(path: "cert.pem").path
    let key = folder.appending(path: "key.pem").path
    try await Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
      "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", caFile,
    ]).end()
    let server = try await Self.openssl(["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", caFile, "-key", key])
    self.server = server
    try await eventually("the server's port", every: .milliseconds(5)) { Self.port(announcedIn: server.output) != nil }
    url = "https://127.0.0.1:\(Self.port(announcedIn: server.output) ?? 0)"
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The port of the line `ACCEPT 127.0.0.1:port`, once that is whole.
  private static func port(announcedIn text: String) -> Int? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return lines.first { $0.hasPrefix("ACCEPT") }.flatMap { Int($0.split(separator: ":").last ?? "") }
  }

  private static func openssl(_ arguments: [String]) async throws -> ChildProcess {
    try await ChildProcess.start(URL(filePath: "/usr/bin/openssl"), arguments)
  }
}
