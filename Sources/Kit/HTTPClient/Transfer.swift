internal import Synchronization

/// A request on its way from its task to the loop's thread and back.
final class Transfer: Sendable {
  /// What to send.
  let request: TransferRequest
  private let cancelled = Atomic(false)
  private let waiting = Mutex<CheckedContinuation<TransferResult, Never>?>(nil)

  init(_ request: TransferRequest) { self.request = request }

  /// Whether its task was cancelled.
  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Notes that its task was cancelled.
  func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// Sets the continuation that gets the result; to be called once, before the transfer is handed over.
  func awaited(by continuation: CheckedContinuation<TransferResult, Never>) {
    waiting.withLock { $0 = continuation }
  }

  /// Resumes the waiting task with the result; a second result is dropped.
  func finish(_ result: TransferResult) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(returning: result)
  }
}

/// One HTTP request.
package struct TransferRequest: Sendable {
  /// The whole address.
  package let url: String
  /// What to POST, a JSON text; nil makes it a GET.
  package let body: [UInt8]?
  /// Its own header lines, beside those of all requests.
  package var headers: [String]

  /// A request.
  package init(url: String, body: [UInt8]?, headers: [String] = []) {
    self.url = url
    self.body = body
    self.headers = headers
  }
}
