internal import CCurl

/// The servers' addresses and TLS sessions that all handles know, whatever their group: without it each group would look
/// up the same name for itself, and shake hands in full. It must outlive the handles, which all live on one thread.
@safe
final class SharedCaches {
  /// libcurl's handle.
  let share: UnsafeMutableRawPointer

  /// Caches that are empty; nil when libcurl has no memory.
  init?() {
    guard let share = unsafe curl_share_init() else { return nil }
    unsafe self.share = unsafe share
    for kind in [CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_SSL_SESSION] {
      guard unsafe ccurl_share_add(share, kind) == CURLSHE_OK else { return nil }
    }
  }

  deinit { unsafe curl_share_cleanup(share) }
}
