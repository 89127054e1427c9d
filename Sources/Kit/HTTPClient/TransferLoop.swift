internal import Concurrency
package import Platform

/// Carries HTTP requests over kept-alive connections: one thread drives every transfer, so that a thousand in flight
/// cost no more threads than one.
package final class TransferLoop: Sendable {
  private let loop: EventLoop
  private let inbox: LoopInbox<TransferDriver.Order>
  private let end = ManualResetEvent()

  /// Transfers that are driven on an event loop; without one, on a thread of their own.
  ///
  /// - Throws: `SystemError` when the system gives no descriptor or thread.
  package init(_ settings: TransferSettings, on loop: EventLoop? = nil) throws(SystemError) {
    let loop = if let loop { loop } else { try EventLoop(named: "transfers") }
    let inbox = loop.makeInbox(for: TransferDriver.Order.self)
    self.loop = loop
    self.inbox = inbox
    loop.add { [end] sockets in
      TransferDriver(settings: settings, inbox: inbox, sockets: sockets) { end.set() }
    }
  }

  deinit { inbox.close() }

  /// Carries out a request. Cancelling the task ends it, as a failure that tells how far it had got.
  package func perform(_ request: TransferRequest) async -> TransferResult {
    let transfer = Transfer(request)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.awaited(by: continuation)
        guard !inbox.post(.start(transfer)) else { return }
        transfer.finish(.failed(.stopped(.nothingWritten)))
      }
    } onCancel: {
      transfer.cancel()
      inbox.post(.cancel(transfer))
    }
  }

  /// Ends what is in flight, closes all connections and waits until that is done.
  package func shutDown() async {
    inbox.close()
    // In a task of its own, so that a cancelled one waits too.
    await Task { [end] in await end.wait() }.value
  }
}

extension TransferFailure {
  /// Ended by its own side.
  static func stopped(_ progress: RequestProgress) -> TransferFailure {
    TransferFailure(reason: .cancelled, message: "cancelled", progress: progress)
  }
}
