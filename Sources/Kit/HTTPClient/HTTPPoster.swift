package import Platform

/// Posts JSON over HTTP, each time with header fields of its own, as webhooks want it.
package final class HTTPPoster: Sendable {
  private let transfers: TransferLoop

  /// A poster with a thread of its own.
  ///
  /// - Parameter timeout: the longest that an answer may take.
  /// - Throws: `SystemError` when the system gives no descriptor or thread.
  package init(timeout: Duration = .seconds(30)) throws(SystemError) {
    // An `Expect: 100-continue` would cost a round-trip with every long text.
    var settings = TransferSettings(headers: ["Expect:", "Accept:", "Accept-Encoding:"])
    settings.timeout = timeout
    transfers = try TransferLoop(settings)
  }

  /// Posts a body and waits for the answer. Cancelling the task ends it.
  ///
  /// - Parameters:
  ///   - body: JSON.
  ///   - url: where to, with `http://` or `https://`.
  ///   - headers: fields beside the usual ones, which they replace where they have the same name.
  /// - Returns: the answer's status; nil when none came, or a field can't be sent as it is.
  package func post(_ body: [UInt8], to url: String, headers: [(name: String, value: String)] = []) async -> Int? {
    guard let lines = HeaderFields(headers)?.lines else { return nil }
    switch await transfers.perform(TransferRequest(url: url, body: body, headers: lines)) {
    case .answer(let answer): return answer.status
    case .failed: return nil
    }
  }

  /// Ends what is in flight and closes all connections; to be called when no more is to be posted.
  package func shutDown() async { await transfers.shutDown() }
}

/// The header fields of a post.
private struct HeaderFields {
  private static let standard = [("Content-Type", "application/json"), ("User-Agent", "ifinu")]
  /// What says where the body ends is not the caller's.
  private static let reserved: Set<String> = ["content-length", "transfer-encoding"]

  /// A line for each, in libcurl's form.
  let lines: [String]

  /// Nil when a name or a value can't stand in a header.
  init?(_ fields: [(name: String, value: String)]) {
    guard fields.allSatisfy({ Self.isName($0.name) && Self.isValue($0.value) }) else { return nil }
    let named = Set(fields.map { $0.name.lowercased() })
    let all = Self.standard.filter { !named.contains($0.0.lowercased()) } + fields
    lines = all.filter { !Self.reserved.contains($0.0.lowercased()) }.map { name, value in
      value.isEmpty ? "\(name);" : "\(name): \(value)"
    }
  }

  /// A token (RFC 9110, section 5.6.2).
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return byte < 0x80 && (character.isLetter || character.isNumber || "!#$%&'*+-.^_`|~".contains(character))
      }
  }

  /// Anything but control characters, among them the ends of lines.
  private static func isValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
  }
}
