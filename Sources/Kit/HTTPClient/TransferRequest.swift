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
