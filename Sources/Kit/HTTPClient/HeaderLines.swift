internal import CCurl

/// The header lines of every request, in libcurl's own list, which must outlive the handles that point to it.
@safe
final class HeaderLines {
  /// The list's first link; nil when there are no lines, or no memory for them.
  private(set) var list: UnsafeMutablePointer<curl_slist>?

  init(_ lines: [String]) {
    for line in lines {
      guard let longer = unsafe curl_slist_append(list, line) else { continue }
      unsafe list = longer
    }
  }

  deinit { unsafe curl_slist_free_all(list) }
}
