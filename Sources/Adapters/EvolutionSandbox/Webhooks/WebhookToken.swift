internal import JSON

/// What a webhook proves its origin with, when its header `jwt_key` says so: a JSON Web Token (RFC 7519), HS256.
enum WebhookToken {
  /// How long a token is good for, in seconds.
  static let lifetime = 600

  /// A token.
  ///
  /// - Parameters:
  ///   - key: the secret that both sides know.
  ///   - now: the time of issue, in whole seconds since 1970.
  /// - Returns: three parts with dots between them.
  static func make(key: String, now: Int) -> String {
    let header: JSONValue = ["alg": "HS256", "typ": "JWT"]
    let claims: JSONValue = [
      "iat": .integer(now), "exp": .integer(now + lifetime), "app": "evolution", "action": "webhook",
    ]
    let content = base64URL(header.bytes) + "." + base64URL(claims.bytes)
    let signature = SHA256.authenticationCode(of: Array(content.utf8), key: Array(key.utf8))
    return content + "." + base64URL(signature)
  }

  /// Bytes in base 64 for URLs, without padding (RFC 4648, section 5).
  private static func base64URL(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<min(start + 3, bytes.count)]
      let bits = chunk.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - chunk.count))
      for place in 0...chunk.count { result.append(digits[bits >> (18 - 6 * place) & 63]) }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
