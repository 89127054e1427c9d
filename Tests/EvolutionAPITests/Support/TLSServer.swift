import Foundation

/// An HTTPS server on a free port, with a certificate of its own authority for 127.0.0.1, in a folder of its own.
/// It is stopped when it goes.
final class TLSServer {
  /// The authority's certificate.
  let caFile: String
  /// Where it listens.
  let url: String
  private let folder: URL
  private let server = Process()

  /// A server that answers every GET with 200.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    caFile = folder.appending(path: "cert.pem").path
    let key = folder.appending(path: "key.pem").path
    let making = Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
      "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", caFile,
    ])
    try making.run()
    making.waitUntilExit()
    let output = Pipe()
    server.executableURL = making.executableURL
    server.arguments = ["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", caFile, "-key", key]
    server.standardOutput = output
    server.standardError = FileHandle.nullDevice
    try server.run()
    url = "https://127.0.0.1:\(try Self.port(announcedIn: output.fileHandleForReading))"
  }

  deinit {
    // A child of a thread that blocks SIGTERM blocks it too.
    kill(server.processIdentifier, SIGKILL)
    server.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private struct NoPort: Error {}

  /// Reads until the line `ACCEPT 127.0.0.1:port`.
  private static func port(announcedIn output: FileHandle) throws -> Int {
    var text = ""
    while true {
      let more = output.availableData
      guard !more.isEmpty else { throw NoPort() }
      text += String(decoding: more, as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      guard let line = lines.first(where: { $0.hasPrefix("ACCEPT") }) else { continue }
      guard let port = Int(line.split(separator: ":").last ?? "") else { throw NoPort() }
      return port
    }
  }

  private static func openssl(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
  }
}
