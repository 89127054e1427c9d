internal import CCurl

extension EasyHandle {
  /// Sets what never changes.
  ///
  /// - Returns: false when libcurl has no memory.
  func setConstants(driver: TransferDriver) -> Bool {
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_FOLLOWLOCATION, 0),
      // The driver keeps both times: libcurl believes that one is up before it looks at what has arrived.
      (CURLOPT_CONNECTTIMEOUT_MS, Int(Int32.max)),
      // The driver ends idle connections, too: libcurl counts their age in whole seconds.
      (CURLOPT_MAXAGE_CONN, Int(Int32.max)),
      // An address is made here, with `.` and `..` escaped where they are names.
      (CURLOPT_PATH_AS_IS, 1),
    ]
    var strings: [(CURLoption, String?)] = [
      // A proxy named in the environment of a pod would see every number and text: only the URL says where they go.
      (CURLOPT_NOPROXY, "*"),
      // Copied for each request otherwise, though there is no proxy.
      (CURLOPT_PROXY_CAINFO, nil), (CURLOPT_PROXY_CAPATH, nil),
      (CURLOPT_PROTOCOLS_STR, "http,https"),
    ]
    // A header line of our own keeps libcurl from asking for any.
    if settings.undoesCodings { strings.append((CURLOPT_ACCEPT_ENCODING, "")) }
    // Without the second one the system's folder of authorities would count beside the file.
    if let caFile = settings.caFile { strings += [(CURLOPT_CAINFO, caFile), (CURLOPT_CAPATH, nil)] }
    return numbers.allSatisfy { set($0.0, $0.1) }
      && strings.allSatisfy { unsafe ccurl_easy_set_string(easy, $0.0, $0.1) == CURLE_OK }
      && setCallbacks(driver: driver)
  }

  func set(_ option: CURLoption, _ value: Int) -> Bool {
    unsafe ccurl_easy_set_long(easy, option, value) == CURLE_OK
  }

  private func setCallbacks(driver: TransferDriver) -> Bool {
    let own = unsafe Unmanaged.passUnretained(self).toOpaque()
    let driver = unsafe Unmanaged.passUnretained(driver).toOpaque()
    let pointers: [(CURLoption, UnsafeRawPointer?)] = unsafe [
      (CURLOPT_PRIVATE, UnsafeRawPointer(own)), (CURLOPT_WRITEDATA, UnsafeRawPointer(own)),
      (CURLOPT_HEADERDATA, UnsafeRawPointer(own)),
      (CURLOPT_PREREQDATA, UnsafeRawPointer(own)), (CURLOPT_OPENSOCKETDATA, UnsafeRawPointer(own)),
      (CURLOPT_CLOSESOCKETDATA, UnsafeRawPointer(driver)), (CURLOPT_ERRORBUFFER, UnsafeRawPointer(errorText)),
      (CURLOPT_HTTPHEADER, UnsafeRawPointer(headers.list)), (CURLOPT_SHARE, UnsafeRawPointer(caches.share)),
    ]
    let codes = unsafe [
      ccurl_easy_set_write(easy, receiveBody), ccurl_easy_set_header(easy, receiveHeadLine),
      ccurl_easy_set_prereq(easy, allowRequest),
      ccurl_easy_set_open_socket(easy, openSocket), ccurl_easy_set_close_socket(easy, closeSocket),
    ]
    return unsafe pointers.allSatisfy { unsafe ccurl_easy_set_pointer(easy, $0.0, $0.1) == CURLE_OK }
      && codes.allSatisfy { $0 == CURLE_OK }
  }
}
