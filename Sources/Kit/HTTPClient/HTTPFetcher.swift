package import Platform

/// Fetches pages over HTTP, for looking at a worker's own endpoints.
package final class HTTPFetcher: Sendable {
  private let transfers: TransferLoop

  /// A fetcher with a thread of its own.
  ///
  /// - Parameter timeout: the longest that a page may take.
  /// - Throws: `SystemError` when the system gives no descriptor or thread.
  package init(timeout: Duration = .seconds(5)) throws(SystemError) {
    var settings = TransferSettings(headers: ["User-Agent: ifinu"])
    settings.timeout = timeout
    settings.maximumAnswer = 16 << 20
    transfers = try TransferLoop(settings)
  }

  /// The body of a page; nil when it can't be had, or the answer is no 200.
  package func page(at url: String) async -> [UInt8]? {
    guard case .answer(let answer) = await transfers.perform(TransferRequest(url: url, body: nil)),
      answer.status == 200, !answer.isTruncated
    else { return nil }
    return answer.body
  }
}
