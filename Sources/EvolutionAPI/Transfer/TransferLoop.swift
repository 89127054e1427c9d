internal import Glibc
internal import IOThread
internal import Synchronization

/// Carries HTTP requests over kept-alive connections: one thread drives every transfer, so that a thousand in flight
/// cost no more threads than one.
final class TransferLoop: Sendable {
  /// Runs tasks on the loop's own thread, for as long as the loop lives.
  let executor: TransferExecutor
  private let mailbox: TransferMailbox
  private let end = EndSignal()

  /// A running loop.
  ///
  /// - Throws: `SystemError` when the system gives no descriptor or thread.
  init(_ settings: TransferSettings) throws(SystemError) {
    let mailbox = try TransferMailbox()
    let poller = try Poller()
    poller.watch(mailbox.wake.fileDescriptor, for: .readable)
    self.mailbox = mailbox
    let executor = TransferExecutor(mailbox)
    self.executor = executor
    let end = end
    try IOThread.start(named: "evolution-http") {
      Self.blockBrokenPipeSignal()
      TransferDriver(settings: settings, mailbox: mailbox, poller: poller, executor: executor).run()
      end.give()
    }
  }

  deinit { mailbox.close() }

  /// Carries out a request. Cancelling the task ends it, as a failure that tells how far it had got.
  func perform(_ request: TransferRequest) async -> TransferResult {
    let transfer = Transfer(request)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.awaited(by: continuation)
        guard !mailbox.submit(transfer) else { return }
        transfer.finish(.failed(.stopped(.nothingWritten)))
      }
    } onCancel: {
      mailbox.cancel(transfer)
    }
  }

  /// Ends what is in flight, closes all connections and waits until the thread is done.
  func shutDown() async {
    mailbox.close()
    await end.wait()
  }

  /// With `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE to its caller: a TLS library that writes to a connection that was
  /// reset must not end the process.
  private static func blockBrokenPipeSignal() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}

extension TransferFailure {
  /// Ended by its own side.
  static func stopped(_ progress: RequestProgress) -> TransferFailure {
    TransferFailure(reason: .cancelled, message: "cancelled", progress: progress)
  }
}

/// The end of the thread, for those who wait for it.
private final class EndSignal: Sendable {
  private struct State {
    var isGiven = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func give() {
    let waiting = state.withLock { state in
      state.isGiven = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isGiven = state.withLock { state in
        if !state.isGiven { state.waiting.append(continuation) }
        return state.isGiven
      }
      if isGiven { continuation.resume() }
    }
  }
}
