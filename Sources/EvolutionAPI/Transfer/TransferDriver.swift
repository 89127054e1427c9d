internal import CCurl
internal import IOThread

/// The loop's thread: drives every transfer through libcurl's multi interface, called socket by socket, so that a
/// transfer that waits costs nothing.
@safe
final class TransferDriver {
  /// The connections' sockets.
  var sockets: WatchedSockets
  /// When libcurl wants to be called next.
  var timer = LoopTimer()

  private let settings: TransferSettings
  private let mailbox: TransferMailbox
  private let poller: Poller
  private let executor: TransferExecutor
  private let headers: HeaderLines
  private let multi: UnsafeMutableRawPointer?
  private var handles: [EasyHandle] = []
  /// The handle that was used last is used first: its memory is the warmest.
  private var idle: [EasyHandle] = []

  init(settings: TransferSettings, mailbox: TransferMailbox, poller: Poller, executor: TransferExecutor) {
    self.settings = settings
    self.mailbox = mailbox
    self.poller = poller
    self.executor = executor
    sockets = WatchedSockets(poller: poller)
    headers = HeaderLines(settings.headers)
    unsafe multi = unsafe curl_multi_init()
    let own = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe ccurl_multi_set_socket(multi, watchSocket, own)
    unsafe ccurl_multi_set_timer(multi, setTimer, own)
    unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.maximumConnections)
  }

  /// Drives transfers until the mailbox is closed.
  func run() {
    var events: [Poller.Event] = []
    while true {
      let mail = mailbox.take()
      for job in mail.jobs { unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
      guard !mail.isClosed else { return end(mail) }
      for transfer in mail.submitted { start(transfer) }
      for transfer in mail.cancelled { cancel(transfer) }
      if timer.isDue() { drive(CURL_SOCKET_BAD, ready: 0) }
      finishTransfers()
      let wait = timer.wait
      if wait != 0, !mailbox.fallAsleep() { continue }
      poller.wait(milliseconds: wait.map { Int32(clamping: $0) }, into: &events)
      mailbox.wakeUp()
      for event in events { take(event) }
      finishTransfers()
    }
  }

  private func take(_ event: Poller.Event) {
    if event.fileDescriptor == mailbox.wake.fileDescriptor {
      mailbox.wake.take()
    } else if sockets.isWanted(event.fileDescriptor) {
      drive(event.fileDescriptor, ready: event.readiness.curlBits)
    } else {
      sockets.forget(event.fileDescriptor)
    }
  }

  private func drive(_ socket: curl_socket_t, ready: Int32) {
    var running: Int32 = 0
    unsafe curl_multi_socket_action(multi, socket, ready, &running)
  }

  private func start(_ transfer: Transfer) {
    guard !transfer.isCancelled else { return transfer.finish(.failed(.stopped(.nothingWritten))) }
    guard let handle = idle.popLast() ?? makeHandle() else { return transfer.finish(.failed(.outOfMemory)) }
    guard handle.prepare(transfer), unsafe curl_multi_add_handle(multi, handle.easy) == CURLM_OK else {
      handle.finish(.failed(.outOfMemory))
      return idle.append(handle)
    }
  }

  private func makeHandle() -> EasyHandle? {
    guard let handle = EasyHandle(settings: settings, headers: headers, driver: self) else { return nil }
    handles.append(handle)
    return handle
  }

  private func finishTransfers() {
    var left: Int32 = 0
    while let message = unsafe curl_multi_info_read(multi, &left) {
      var context: UnsafeMutableRawPointer?
      guard unsafe message.pointee.msg == CURLMSG_DONE,
        unsafe ccurl_easy_get_private(message.pointee.easy_handle, &context) == CURLE_OK, let context = unsafe context
      else { continue }
      let handle = unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
      remove(handle, unsafe handle.result(ccurl_message_result(message)))
    }
  }

  private func cancel(_ transfer: Transfer) {
    guard let handle = handles.first(where: { $0.transfer === transfer }) else { return }
    remove(handle, .failed(.stopped(handle.progress)))
  }

  private func remove(_ handle: EasyHandle, _ result: TransferResult) {
    unsafe curl_multi_remove_handle(multi, handle.easy)
    handle.finish(result)
    idle.append(handle)
  }

  private func end(_ mail: TransferMailbox.Mail) {
    for transfer in mail.submitted { transfer.finish(.failed(.stopped(.nothingWritten))) }
    for handle in handles where handle.transfer != nil { remove(handle, .failed(.stopped(handle.progress))) }
    handles = []
    idle = []
    unsafe curl_multi_cleanup(multi)
  }
}

extension TransferFailure {
  fileprivate static var outOfMemory: TransferFailure {
    TransferFailure(reason: .broken, message: "out of memory", progress: .nothingWritten)
  }
}

extension Poller.Readiness {
  fileprivate var curlBits: Int32 {
    (contains(.readable) ? CURL_CSELECT_IN : 0) | (contains(.writable) ? CURL_CSELECT_OUT : 0)
      | (contains(.failed) ? CURL_CSELECT_ERR : 0)
  }
}
