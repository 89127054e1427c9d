internal import Delivery
internal import HTTPClient

extension SendFailure {
  /// The class of a request that got no whole answer, by how far it had got: what the server may have acted on is
  /// uncertain, all else was not sent.
  init(_ failure: TransferFailure) {
    let isCancelled = failure.reason == .cancelled
    guard failure.progress != .wholeWritten else {
      self.init(
        .uncertain, detail: "no answer after the request was written: \(failure.message)", isHostFault: !isCancelled)
      return
    }
    self.init(
      failure.reason == .timedOut ? .timedOut : .connectionFailed, detail: "not sent: \(failure.message)",
      isHostFault: !isCancelled)
  }
}
