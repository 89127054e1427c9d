import EvolutionSandbox
import Foundation
import HTTPClient
import HTTPServer
import JSON
import TestSupport

/// A server that webhooks call.
final class WebhookListener: Sendable {
  /// A call as it came.
  struct Call: Sendable {
    let path: String
    let headers: HTTPHeaders
    let json: JSONView

    var event: String? { json["event"]?.string }
    var data: JSONView? { json["data"] }
  }

  private let recorder = Recorder<Call>()
  private let server: HTTPServer

  /// A server that answers a call with a status; the call's place is counted from 1.
  init(answer: @escaping @Sendable (_ place: Int) -> Int = { _ in 200 }) throws {
    let recorder = recorder
    server = try HTTPServer(address: SocketAddress(host: "127.0.0.1", port: 0)) { request in
      guard let document = try? JSONDocument(parsing: request.body) else { return .text(418, "") }
      recorder.add(Call(path: request.path, headers: request.headers, json: document.root))
      return .text(answer(recorder.count), "")
    }
  }

  var url: String { "http://127.0.0.1:\(server.port)" }

  /// The calls so far, in order.
  var calls: [Call] { recorder.values }

  /// The calls so far for an event.
  func calls(_ event: String) -> [Call] { calls.filter { $0.event == event } }

  /// Waits until so many calls have come for an event.
  func wait(for event: String, count: Int = 1) async throws -> [Call] {
    try await eventually("\(count) × \(event)") { calls(event).count >= count }
    return calls(event)
  }

  func stop() async { await server.stop(grace: .zero) }
}

/// Runs a test against a sandbox that calls webhooks over HTTP, and against a server that they call.
func withWebhooks(
  _ configure: (inout SandboxOptions, WebhookListener) -> Void = { _, _ in },
  answer: @escaping @Sendable (_ place: Int) -> Int = { _ in 200 },
  _ test: (EvolutionSandbox, SandboxClient, WebhookListener) async throws -> Void
) async throws {
  let listener = try WebhookListener(answer: answer)
  let poster = try HTTPPoster()
  do {
    try await withSandbox({ options in
      options.pairingTime = .zero
      options.acknowledgementPace = .milliseconds(1)
      options.webhooks.retry.first = .milliseconds(1)
      options.webhooks.retry.longest = .milliseconds(4)
      options.webhooks.deliver = { await poster.post($0.body, to: $0.url, headers: $0.headers) }
      configure(&options, listener)
    }) { sandbox, client in try await test(sandbox, client, listener) }
  } catch {
    await listener.stop()
    await poster.shutDown()
    throw error
  }
  await listener.stop()
  await poster.shutDown()
}
