internal import CCurl

/// An address taken apart by libcurl, so that no second reading of it can differ from the one that requests get.
package struct HTTPURL: Sendable, Equatable {
  /// Why a text is no address.
  package enum Problem: Error, Equatable {
    /// It has no scheme, or one that is not spoken.
    case scheme
    /// The host is missing or malformed.
    case host
    /// The port is none.
    case port
    /// It is no address for another reason.
    case malformed
  }

  /// The address as libcurl writes it.
  package let text: String
  /// Whether it names a user or a password.
  package let hasCredentials: Bool
  /// Whether a query or a fragment follows the path.
  package let hasQueryOrFragment: Bool

  /// Takes an address with `http://` or `https://`.
  ///
  /// - Throws: ``Problem``.
  package init(_ text: String) throws(Problem) {
    let parts = try URLParts(text)
    guard ["http", "https"].contains(parts[CURLUPART_SCHEME]) else { throw .scheme }
    // libcurl takes any number of slashes for two.
    guard !text.contains(":///") else { throw .host }
    guard let whole = parts[CURLUPART_URL] else { throw .malformed }
    self.text = whole
    hasCredentials = parts[CURLUPART_USER] != nil || parts[CURLUPART_PASSWORD] != nil
    hasQueryOrFragment = parts[CURLUPART_QUERY] != nil || parts[CURLUPART_FRAGMENT] != nil
  }
}

@safe
private struct URLParts: ~Copyable {
  private let handle: OpaquePointer?

  init(_ text: String) throws(HTTPURL.Problem) {
    unsafe handle = unsafe curl_url()
    // Without a scheme libcurl would guess one; the flag only lets unknown ones through to be named.
    let code = unsafe curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
    switch code {
    case CURLUE_OK: return
    case CURLUE_BAD_SCHEME, CURLUE_UNSUPPORTED_SCHEME: throw .scheme
    case CURLUE_NO_HOST, CURLUE_BAD_HOSTNAME: throw .host
    case CURLUE_BAD_PORT_NUMBER: throw .port
    default: throw .malformed
    }
  }

  deinit { unsafe curl_url_cleanup(handle) }

  subscript(_ part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }
}
