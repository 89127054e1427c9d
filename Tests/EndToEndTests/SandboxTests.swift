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

  @Test(.hangLimit)
  func `faults, forgetting and the ninth digit are ordered on the command line`() async throws {
    let sandbox = try await Program.start([
      "sandbox", "--address", "127.0.0.1:0", "--instance-fault", "a=b=closed", "--instance-fault", "c=no-instance",
      "--no-keep-messages", "--ninth-digit", "dropped",
    ])
    try await eventually("its address", every: .milliseconds(5)) { sandbox.output.contains("\n") }
    let url = String(try #require(sandbox.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).0)
    let message = #"{"number":"5511988887777","text":"Oi"}"#
    let statuses = [
      try await post("\(url)/message/sendText/a%3Db", message, key: ""),
      try await post("\(url)/message/sendText/c", message, key: ""),
    ]
    #expect(statuses == [500, 404])
    let sent = try await answer("POST", "\(url)/message/sendText/d", message, key: "")
    #expect(sent.status == 201 && sent.text.contains(#""remoteJid":"551188887777@s.whatsapp.net""#))
    #expect(try await answer("POST", "\(url)/chat/findMessages/d", "{}", key: "").text.contains(#""total":0"#))
    let page = try await answer("PUT", "\(url)/sandbox/faults", #"{"host":"page"}"#, key: "")
    #expect(page.text == #"{"host":"page","instances":{"a=b":"closed","c":"no-instance"}}"#)
    #expect(try await post("\(url)/message/sendText/d", message, key: "") == 200)
    sandbox.signal(SIGTERM)
    #expect(try await sandbox.end() == .exited(0))
  }

  @Test(
    .hangLimit,
    arguments: [
      ["--instance-fault", "loja"], ["--instance-fault", "=hang"], ["--instance-fault", "loja=dragon"],
      ["--host-fault", "dragon"], ["--ninth-digit", "maybe"],
    ])
  func `a fault that there is not is bad usage`(flags: [String]) async throws {
    let sandbox = try await Program.start(["sandbox"] + flags)
    #expect(try await sandbox.end() == .exited(64))
  }

  private func post(_ url: String, _ body: String, key: String) async throws -> Int? {
    try await answer("POST", url, body, key: key).status
  }

  private func answer(
    _ method: String, _ url: String, _ body: String, key: String
  ) async throws -> (status: Int?, text: String) {
    var request = URLRequest(url: try #require(URL(string: url)))
    request.httpMethod = method
    request.httpBody = Data(body.utf8)
    request.setValue(key, forHTTPHeaderField: "apikey")
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode, String(decoding: data, as: UTF8.self))
  }
}
