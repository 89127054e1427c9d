import Foundation
import Testing

@testable import EvolutionSandbox

/// What decides about webhooks, without any clock or network.
struct WebhookPartsTests {
  @Test(arguments: [
    (1, 0.0, 5.0), (2, 0, 10), (3, 0, 20), (6, 0, 160), (7, 0, 300), (9, 0, 300), (1, -1, 5), (1, 1, 6), (2, -1, 8),
    (9, 1, 360), (9, -1, 240),
  ])
  func `waits double from 5 to 300 seconds, give or take a fifth`(attempt: Int, chance: Double, seconds: Double) {
    let verdict = WebhookRetry().verdict(on: 500, attempt: attempt, chance: chance)
    guard case .wait(let wait) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(abs(wait / .seconds(1) - seconds) < 0.001)
  }

  @Test(arguments: [
    (200 as Int?, 1, WebhookRetry.Verdict.delivered), (299, 10, .delivered), (nil, 10, .failed), (500, 10, .failed),
    (404, 1, .failed), (422, 1, .failed),
  ])
  func `an answer or the last attempt ends it`(status: Int?, attempt: Int, verdict: WebhookRetry.Verdict) {
    #expect(WebhookRetry().verdict(on: status, attempt: attempt, chance: 0) == verdict)
  }

  // FIPS 180-4's examples, and the lengths around a block's end.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func `a digest is SHA-256's`(text: String, digest: String) {
    #expect(hex(SHA256.digest(Array(text.utf8))) == digest)
  }

  // RFC 4231, test cases 1, 2 and 6.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func `an authentication code is HMAC's`(key: [UInt8], text: String, code: String) {
    #expect(hex(SHA256.authenticationCode(of: Array(text.utf8), key: key)) == code)
  }

  @Test func `a token is a JSON Web Token that lasts ten minutes`() throws {
    let token = WebhookToken.make(key: "segredo", now: 1_757_464_274)
    let parts = token.split(separator: ".").map(String.init)
    try #require(parts.count == 3)
    let claims = try #require(decoded(parts[1]))
    #expect(
      String(decoding: claims, as: UTF8.self)
        == #"{"iat":1757464274,"exp":1757464874,"app":"evolution","action":"webhook"}"#)
    let signature = SHA256.authenticationCode(of: Array("\(parts[0]).\(parts[1])".utf8), key: Array("segredo".utf8))
    #expect(decoded(parts[2]) == signature)
    #expect(String(decoding: decoded(parts[0]) ?? [], as: UTF8.self) == #"{"alg":"HS256","typ":"JWT"}"#)
    #expect(!token.contains("="))
  }

  @Test func `a token of the field's own example has its signature`() throws {
    // The example of RFC 7515, appendix A.1, whose key is given as bytes.
    let key = try #require(
      decoded("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"))
    let content =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    let signature = SHA256.authenticationCode(of: Array(content.utf8), key: key)
    #expect(signature == decoded("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
  }

  @Test(arguments: [
    (0.0, "1970-01-01T00:00:00.000Z"), (1_757_464_274.25, "2025-09-10T00:31:14.250Z"),
    (951_782_400, "2000-02-29T00:00:00.000Z"), (1_709_251_199.999, "2024-02-29T23:59:59.999Z"),
    (4_107_542_400, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
  ])
  func `a time is written as JavaScript writes it, and read again`(time: Double, text: String) {
    #expect(UnixTime.text(time) == text)
    #expect(UnixTime.parse(text) == Int(time.rounded(.down)))
  }

  @Test func `every day of four centuries is written as it is read`() {
    for day in stride(from: -80_000, to: 80_000, by: 1) {
      let time = day * 86_400
      guard UnixTime.parse(UnixTime.text(Double(time))) != time else { continue }
      Issue.record("day \(day)")
      return
    }
  }

  @Test(arguments: ["2025-09-10T00:31", "2025-09-10T00:31:14", "2025-01-10T12:00:00.5"])
  func `a time without a zone is local`(text: String) throws {
    let utc = try #require(UnixTime.parse(text + (text.count == 16 ? ":00Z" : "Z")))
    let local = try #require(UnixTime.parse(text))
    #expect(utc - local == TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local))))
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  private func decoded(_ text: String) -> [UInt8]? {
    let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
    return Data(base64Encoded: base64 + padding).map(Array.init)
  }
}
