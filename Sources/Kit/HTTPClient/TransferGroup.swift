internal import CCurl
internal import Platform

/// Some of the transfers, in one of libcurl's multi handles, with connections of their own.
///
/// To find an idle connection libcurl goes through all of a multi handle's that lead to the same server, each in memory
/// that nothing has touched for long: among hundreds in use that costs more than anything else it does for a request.
/// So many small groups share the work, at some 30 KiB each.
@safe
final class TransferGroup {
  /// How many transfers one group takes at once.
  static let size = 16

  /// How many easy handles are this group's.
  private(set) var handleCount = 0

  private unowned let driver: TransferDriver
  /// Its place among the driver's groups.
  let number: Int
  private let multi: UnsafeMutableRawPointer

  /// A group of the driver's that has no transfer yet; nil when libcurl has no memory.
  init?(_ number: Int, of driver: TransferDriver) {
    guard let multi = unsafe curl_multi_init() else { return nil }
    self.number = number
    self.driver = driver
    unsafe self.multi = unsafe multi
    let own = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe ccurl_multi_set_socket(multi, watchSocket, own)
    unsafe ccurl_multi_set_timer(multi, setTimer, own)
    // As many as libcurl itself allows for that many transfers: they may lead to several servers.
    unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 4 * Self.size)
  }

  deinit { unsafe curl_multi_cleanup(multi) }

  var isFull: Bool { handleCount >= Self.size }

  /// Notes that one more easy handle is this group's.
  func join() { handleCount += 1 }

  /// Starts a handle's transfer.
  ///
  /// - Returns: false when libcurl has no memory.
  func start(_ handle: EasyHandle) -> Bool { unsafe curl_multi_add_handle(multi, handle.easy) == CURLM_OK }

  /// Takes a handle's transfer away, wherever it is.
  func stop(_ handle: EasyHandle) { unsafe curl_multi_remove_handle(multi, handle.easy) }

  /// Lets libcurl serve a socket that is ready.
  func drive(_ socket: Int32, ready: Poller.Readiness) { drive(socket, ready.curlBits) }

  /// Lets libcurl do what its time has come for.
  func driveDue() { drive(CURL_SOCKET_BAD, 0) }

  private func drive(_ socket: curl_socket_t, _ ready: Int32) {
    var running: Int32 = 0
    unsafe curl_multi_socket_action(multi, socket, ready, &running)
  }

  /// Hands out the transfers that have ended since the last call.
  func takeResults(_ take: (EasyHandle, CURLcode) -> Void) {
    var left: Int32 = 0
    while let message = unsafe curl_multi_info_read(multi, &left) {
      var context: UnsafeMutableRawPointer?
      guard unsafe message.pointee.msg == CURLMSG_DONE,
        unsafe ccurl_easy_get_private(message.pointee.easy_handle, &context) == CURLE_OK, let context = unsafe context
      else { continue }
      let handle = unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
      take(handle, unsafe ccurl_message_result(message))
    }
  }

  /// libcurl wants to be called after so many milliseconds; never, if they are negative.
  func wantCall(inMilliseconds milliseconds: Int) { driver.timers[number].set(milliseconds: milliseconds) }

  /// libcurl waits for something on a socket from now on.
  func want(_ readiness: Poller.Readiness, on socket: Int32) { driver.sockets.want(readiness, on: socket, by: number) }

  /// libcurl waits for nothing on a socket any more.
  func release(_ socket: Int32) { driver.sockets.release(socket) }
}

extension Poller.Readiness {
  fileprivate var curlBits: Int32 {
    (contains(.readable) ? CURL_CSELECT_IN : 0) | (contains(.writable) ? CURL_CSELECT_OUT : 0)
      | (contains(.failed) ? CURL_CSELECT_ERR : 0)
  }
}
