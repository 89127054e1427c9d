internal import CCurl
internal import Platform

/// One of libcurl's transfers, used for one request after the other; it belongs to the loop's thread.
@safe
final class EasyHandle {
  /// libcurl's handle.
  let easy: UnsafeMutableRawPointer
  /// Where its transfers run.
  let group: TransferGroup
  /// The transfer under way.
  private(set) var transfer: Transfer?
  let settings: TransferSettings
  let headers: HeaderLines
  let caches: SharedCaches
  /// libcurl's words for what stopped a transfer.
  let errorText: UnsafeMutablePointer<CChar>

  private var start = MonotonicTime(nanoseconds: 0)
  private var bodyCount = 0
  private var url: ParsedURL?
  /// The header lines of a request that has some of its own.
  private var ownHeaders: HeaderLines?
  private var answer: [UInt8] = []
  private var hasWholeHead = false
  private var isTruncated = false
  private var isOnNewConnection = true
  private var hasConnection = false
  private var insistsOnNewConnection = false
  private var hasRefusedToRepeat = false
  private unowned let driver: TransferDriver

  /// A handle whose constant options are set, and that reports to the driver.
  ///
  /// - Returns: nil when libcurl has no memory.
  init?(
    settings: TransferSettings, headers: HeaderLines, caches: SharedCaches, driver: TransferDriver, group: TransferGroup
  ) {
    guard let easy = unsafe curl_easy_init() else { return nil }
    unsafe self.easy = unsafe easy
    self.settings = settings
    self.headers = headers
    self.caches = caches
    self.driver = driver
    self.group = group
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    guard setConstants(driver: driver) else { return nil }
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe errorText.deallocate()
  }

  /// When the transfer under way is to be given up: sooner while it has no connection.
  var deadline: MonotonicTime {
    start.advanced(by: hasConnection ? settings.timeout : min(settings.timeout, settings.connectTimeout))
  }

  /// Takes a transfer on.
  ///
  /// - Returns: false when libcurl has no memory.
  func prepare(_ transfer: Transfer, at now: MonotonicTime) -> Bool {
    self.transfer = transfer
    start = now
    forgetLastTry()
    let request = transfer.request
    return set(driver.parsed(request.url)) && set(body: request.body) && setFreshConnection(false)
      && set(headers: request.headers)
  }

  /// Whether a transfer that libcurl has ended came to nothing because its kept-alive connection did, before a byte of
  /// the request was written to it: then it may go out on a new one as if nothing had been.
  func mayTryAfresh(after code: CURLcode) -> Bool {
    code != CURLE_OK && code != CURLE_OPERATION_TIMEDOUT && !isOnNewConnection && !hasWritten
  }

  /// Makes ready to try the transfer once more, on a new connection.
  ///
  /// - Returns: false when libcurl has no memory.
  func prepareAfresh() -> Bool {
    forgetLastTry()
    return setFreshConnection(true)
  }

  private func forgetLastTry() {
    hasWholeHead = false
    isTruncated = false
    isOnNewConnection = true
    hasConnection = false
    hasRefusedToRepeat = false
    answer = []
    unsafe errorText[0] = 0
  }

  /// Ends the transfer under way: the handle is free for the next.
  func finish(_ result: TransferResult) {
    let finished = transfer
    transfer = nil
    answer = []
    finished?.finish(result)
  }

  /// How far the request under way has got.
  ///
  /// libcurl counts the bytes of a request over all its tries, but those of its body over the last one alone. On a
  /// kept-alive connection, where it may have tried before, whatever was written is taken for the whole.
  var progress: RequestProgress {
    guard hasWritten else { return .nothingWritten }
    return isOnNewConnection && size(CURLINFO_SIZE_UPLOAD_T) < bodyCount ? .partlyWritten : .wholeWritten
  }

  /// The result of a transfer that libcurl has ended.
  func result(_ code: CURLcode) -> TransferResult {
    // A status from 300 on says enough without its body.
    if hasWholeHead, code == CURLE_OK || isTruncated || number(CURLINFO_RESPONSE_CODE) >= 300 {
      let retryAfter = size(CURLINFO_RETRY_AFTER)
      return .answer(
        TransferAnswer(
          status: number(CURLINFO_RESPONSE_CODE), body: answer, isTruncated: isTruncated,
          retryAfter: retryAfter > 0 ? .seconds(retryAfter) : nil))
    }
    return .failed(
      TransferFailure(
        reason: code == CURLE_OPERATION_TIMEDOUT ? .timedOut : .broken, message: message(code), progress: progress))
  }

  private func message(_ code: CURLcode) -> String {
    guard code != CURLE_OPERATION_TIMEDOUT else { return hasConnection ? "no answer in time" : "no connection in time" }
    guard !hasRefusedToRepeat else { return "the connection closed without an answer" }
    // libcurl takes an end of the connection for the end of the header lines, too.
    guard code != CURLE_OK else { return "the answer broke off in its header lines" }
    return unsafe String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
  }

  /// Decides whether a request may go out on the connection that was found for it.
  func allowsRequest() -> Bool {
    guard mayWrite() else { return false }
    isOnNewConnection = number(CURLINFO_NUM_CONNECTS) > 0
    hasConnection = true
    return true
  }

  /// Opens a socket for a new connection, or gives -1.
  func makeSocket(family: Int32, type: Int32, transport: Int32) -> Int32 {
    mayWrite() ? driver.sockets.open(family: family, type: type, transport: transport) : -1
  }

  /// Whether the request is still unwritten. libcurl silently repeats a request whose kept-alive connection died
  /// without a byte of an answer, although the server may have acted on it: no message may be sent twice like that.
  private func mayWrite() -> Bool {
    hasRefusedToRepeat = hasWritten
    return !hasRefusedToRepeat
  }

  private var hasWritten: Bool { number(CURLINFO_REQUEST_SIZE) > 0 }

  /// Takes a line of the answer's head. A whole head ends with an empty line; an interim one, as for status 100, is
  /// followed by another.
  ///
  /// - Parameters:
  ///   - byteCount: how long the line is, its end included.
  ///   - beginsHead: whether it is a status line. Any other behind a whole head is a trailer, which changes nothing.
  func receive(headLineOf byteCount: Int, beginsHead: Bool) {
    guard !hasWholeHead || beginsHead else { return }
    hasWholeHead = byteCount <= "\r\n".utf8.count
  }

  /// Takes a piece of the answer's body.
  ///
  /// - Returns: how many bytes were taken; fewer than there are ends the transfer.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    let room = min(bytes.count, settings.maximumAnswer - answer.count)
    unsafe answer.append(contentsOf: bytes.prefix(room))
    isTruncated = room < bytes.count
    return room
  }

  /// Sets the address: in parts, and as the text that they make, without which libcurl would put it together itself.
  private func set(_ url: ParsedURL?) -> Bool {
    guard let url else { return false }
    guard url !== self.url else { return true }
    guard unsafe ccurl_easy_set_string(easy, CURLOPT_URL, url.text) == CURLE_OK,
      unsafe ccurl_easy_set_pointer(easy, CURLOPT_CURLU, UnsafeRawPointer(url.parts)) == CURLE_OK
    else { return false }
    self.url = url
    return true
  }

  private func set(body request: [UInt8]?) -> Bool {
    bodyCount = request?.count ?? 0
    guard let request else { return set(CURLOPT_HTTPGET, 1) }
    // libcurl copies as many bytes as the size says.
    return unsafe ccurl_easy_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.count)) == CURLE_OK
      && request.withUnsafeBytes { unsafe ccurl_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
        == CURLE_OK
  }

  /// Sets a request's own header lines, or takes away those of the request before.
  private func set(headers lines: [String]) -> Bool {
    guard !lines.isEmpty || ownHeaders != nil else { return true }
    let own = lines.isEmpty ? nil : HeaderLines(settings.headers + lines)
    let list = unsafe UnsafeRawPointer((own ?? headers).list)
    guard unsafe ccurl_easy_set_pointer(easy, CURLOPT_HTTPHEADER, list) == CURLE_OK else { return false }
    ownHeaders = own
    return true
  }

  private func setFreshConnection(_ insists: Bool) -> Bool {
    guard insists != insistsOnNewConnection else { return true }
    insistsOnNewConnection = insists
    return set(CURLOPT_FRESH_CONNECT, insists ? 1 : 0)
  }

  private func number(_ info: CURLINFO) -> Int {
    var value = 0
    unsafe ccurl_easy_get_long(easy, info, &value)
    return value
  }

  private func size(_ info: CURLINFO) -> Int {
    var value: curl_off_t = 0
    unsafe ccurl_easy_get_size(easy, info, &value)
    return Int(value)
  }
}
