internal import CCurl

/// An address that libcurl has taken apart: the requests to it share the parts.
///
/// libcurl takes an address apart and puts it together again for each request, a sixth of all its work, unless it is
/// handed over in parts.
@safe
final class ParsedURL {
  /// The address.
  let text: String
  /// libcurl's parts of it, which must outlive the transfers that point to them.
  let parts: OpaquePointer

  /// Takes an address apart; nil when it is none, or there is no memory.
  init?(_ text: String) {
    guard let parts = unsafe curl_url() else { return nil }
    self.text = text
    unsafe self.parts = unsafe parts
    guard unsafe curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }
  }

  deinit { unsafe curl_url_cleanup(parts) }
}

/// The addresses that requests have gone to, each taken apart once.
struct ParsedURLs {
  private static let capacity = 1_000

  private var last: ParsedURL?
  private var known: [String: ParsedURL] = [:]

  /// The parts of an address; nil when it is none.
  mutating func parsed(_ text: String) -> ParsedURL? {
    if let last, last.text == text { return last }
    if known[text] == nil {
      if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
      known[text] = ParsedURL(text)
    }
    last = known[text]
    return last
  }
}
