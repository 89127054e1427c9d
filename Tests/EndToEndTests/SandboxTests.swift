import Foundation
import FoundationNetworking
import HTTPServer
import TestSupport
import Testing

/// `ifinu sandbox` as clients and the receivers of its webhooks meet it.
@Suite struct SandboxTests {
  @Test(.hangLimit)
  func `an instance is made over HTTP, and its webhooks and the common one are told until a message is read`()
    async throws
  {
    let calls = Recorder<String>()
    let receiver = try HTTPServer(address: SocketAddress(host: "127.0.0.1", port: 0)) { request in
      calls.add("\(request.path) \(String(decoding: request.body, as: UTF8.self))")
      return .text(200, "")
    }
    let hook = "http://127.0.0.1:\(receiver.port)"
    // Three hours behind, without a database of zones.
    let sandbox = try await Program.start(
      [
        "sandbox", "--address", "127.0.0.1:0", "--empty", "--api-key", "global", "--ack", "read", "--ack-delay", "1ms",
        "--pair-after", "1ms", "--webhook-url", "\(hook)/all", "--webhook-by-events",
      ], ["TZ": "<-03>3"])
    try await eventually("its address", every: .milliseconds(5)) { sandbox.output.contains("\n") }
    let url = String(try #require(sandbox.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).0)
    let own = #"{"url":"\#(hook)/own","events":["MESSAGES_UPDATE"]}"#
    let creation =
      #"{"instanceName":"loja","integration":"WHATSAPP-BAILEYS","qrcode":true,"token":"t","webhook":\#(own)}"#
    #expect(try await post("\(url)/instance/create", creation, key: "t") == 401)
    #expect(try await post("\(url)/instance/create", creation, key: "global") == 201)
    try await eventually("the connection") {
      calls.values.contains { $0.hasPrefix("/all/connection-update ") && $0.contains(#""state":"open""#) }
    }
    let message = #"{"number":"5511988887777","text":"Oi"}"#
    #expect(try await post("\(url)/message/sendText/loja", message, key: "t") == 201)
    for path in ["/own", "/all/messages-update"] {
      try await eventually("READ at \(path)") {
        calls.values.contains { $0.hasPrefix("\(path) ") && $0.contains(#""status":"READ""#) }
      }
    }
    try await eventually("the send") { calls.values.contains { $0.hasPrefix("/all/send-message ") } }
    #expect(!calls.values.contains { $0.hasPrefix("/own ") && !$0.contains(#""event":"messages.update""#) })
    // The local time with a Z after it, which is what Evolution sends.
    let told = try #require(calls.values.first?.firstMatch(of: /"date_time":"([^"]+)"/)?.1)
    let behind = try -Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(String(told)).timeIntervalSinceNow
    #expect((3 * 3_600 - 60..<4 * 3_600).contains(behind))
    sandbox.signal(SIGTERM)
    #expect(try await sandbox.end() == .exited(0))
    #expect(sandbox.output.contains("1 message received\n"), "\(sandbox.output)")
    #expect(sandbox.output.contains(/\d+ webhook calls delivered, 0 given up, 0 dropped\n/), "\(sandbox.output)")
    #expect(sandbox.errors.isEmpty, "\(sandbox.errors)")
    await receiver.stop()
  }

  private func post(_ url: String, _ body: String, key: String) async throws -> Int? {
    var request = URLRequest(url: try #require(URL(string: url)))
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    request.setValue(key, forHTTPHeaderField: "apikey")
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    let (_, response) = try await URLSession.shared.data(for: request)
    return (response as? HTTPURLResponse)?.statusCode
  }
}
