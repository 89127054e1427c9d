import EvolutionSandbox
import Foundation
import FoundationNetworking
import JSON
import TestSupport

/// A client of the Evolution API.
struct SandboxClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let text: String
    let retryAfter: String?

    /// The body; null when it is no JSON.
    var json: JSONView {
      get throws { try JSONDocument(parsing: Array(text.utf8)).root }
    }
  }

  static let fatura = "Sua fatura vence amanhã."

  let port: Int
  private let session: URLSession

  init(_ sandbox: EvolutionSandbox) {
    port = sandbox.port
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = 600
    configuration.timeoutIntervalForRequest = Duration.patience / .seconds(1)
    session = URLSession(configuration: configuration)
  }

  func get(_ path: String, key: String? = nil) async throws -> Answer {
    try await send("GET", path, body: nil, key: key)
  }

  func post(_ path: String, _ body: String, key: String? = nil) async throws -> Answer {
    try await send("POST", path, body: body, key: key)
  }

  func put(_ path: String, _ body: String, key: String? = nil) async throws -> Answer {
    try await send("PUT", path, body: body, key: key)
  }

  func delete(_ path: String, key: String? = nil) async throws -> Answer {
    try await send("DELETE", path, body: nil, key: key)
  }

  /// How an instance stands with WhatsApp.
  func state(of instance: String, key: String? = nil) async throws -> String? {
    try await get("/instance/connectionState/\(instance)", key: key).json["instance"]?["state"]?.string
  }

  func sendText(
    _ text: String = fatura, to number: String = "5511988887777", on instance: String = "loja", key: String? = nil
  ) async throws -> Answer {
    let body: JSONValue = ["number": .string(number), "text": .string(text), "linkPreview": false]
    return try await post("/message/sendText/\(instance)", body.text, key: key)
  }

  private func send(_ method: String, _ path: String, body: String?, key: String?) async throws -> Answer {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    if let key { request.setValue(key, forHTTPHeaderField: "apikey") }
    let (data, response) = try await session.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    return Answer(
      status: response.statusCode, text: String(decoding: data, as: UTF8.self),
      retryAfter: response.value(forHTTPHeaderField: "Retry-After"))
  }
}

/// Runs a test against a sandbox on a free port, and stops it afterwards.
func withSandbox(
  _ configure: (inout SandboxOptions) -> Void = { _ in },
  _ test: (EvolutionSandbox, SandboxClient) async throws -> Void
) async throws {
  var options = SandboxOptions()
  configure(&options)
  let sandbox = try EvolutionSandbox(options: options)
  do {
    try await test(sandbox, SandboxClient(sandbox))
  } catch {
    await sandbox.stop()
    throw error
  }
  await sandbox.stop()
}
