internal import CCurl
internal import Delivery

/// The address of an Evolution API, known to be one that requests can be made to.
package struct EvolutionURL: Sendable, Equatable, CustomStringConvertible {
  /// The address without a slash at its end.
  package let base: String
  /// Made once: every message needs it.
  private let sendTextBase: String

  /// Takes `http://` or `https://`, a host, perhaps a port and a path.
  ///
  /// - Throws: ``EvolutionSetupError`` that says what is wrong with it.
  package init(_ text: String) throws(EvolutionSetupError) {
    let parts = try URLParts(text)
    guard ["http", "https"].contains(parts[CURLUPART_SCHEME]) else {
      throw Self.wrong("it must start with http:// or https://")
    }
    // libcurl takes any number of slashes for two.
    guard !text.contains(":///") else { throw Self.wrong("the host is missing") }
    guard parts[CURLUPART_USER] == nil, parts[CURLUPART_PASSWORD] == nil else {
      throw Self.wrong("it must not hold a user or password; the API key is a setting of its own")
    }
    guard parts[CURLUPART_QUERY] == nil, parts[CURLUPART_FRAGMENT] == nil else {
      throw Self.wrong("it must end with the host, the port or a path, without ? or #")
    }
    guard var base = parts[CURLUPART_URL] else { throw Self.wrong("it can't be read") }
    while base.hasSuffix("/") { base.removeLast() }
    self.base = base
    sendTextBase = "\(base)/message/sendText/"
  }

  /// The address.
  package var description: String { base }

  /// Where texts are sent to an instance.
  func sendText(_ instance: InstanceName) -> String { sendTextBase + instance.pathSegment }

  /// Where an instance's connection state is read.
  func connectionState(_ instance: InstanceName) -> String {
    "\(base)/instance/connectionState/\(instance.pathSegment)"
  }

  /// Where the instances are listed.
  var instances: String { "\(base)/instance/fetchInstances" }

  /// Where the API names itself.
  var root: String { "\(base)/" }

  fileprivate static func wrong(_ reason: String) -> EvolutionSetupError {
    EvolutionSetupError(setting: .baseURL, reason: reason)
  }
}

/// An address taken apart by libcurl, so that no second reading of it can differ from the one that requests get.
@safe
private struct URLParts: ~Copyable {
  private let handle: OpaquePointer?

  init(_ text: String) throws(EvolutionSetupError) {
    unsafe handle = unsafe curl_url()
    // Without a scheme libcurl would guess one; the flag only lets unknown ones through to be named below.
    let code = unsafe curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
    switch code {
    case CURLUE_OK: return
    case CURLUE_BAD_SCHEME, CURLUE_UNSUPPORTED_SCHEME:
      throw EvolutionURL.wrong("it must start with http:// or https://")
    case CURLUE_NO_HOST, CURLUE_BAD_HOSTNAME: throw EvolutionURL.wrong("the host is missing or malformed")
    case CURLUE_BAD_PORT_NUMBER: throw EvolutionURL.wrong("the port must be a number from 1 to 65535")
    default: throw EvolutionURL.wrong("it is no URL such as http://127.0.0.1:8080")
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
