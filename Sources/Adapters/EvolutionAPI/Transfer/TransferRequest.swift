/// One HTTP request.
struct TransferRequest: Sendable {
  /// The whole address.
  let url: String
  /// What to POST, a JSON text; nil makes it a GET.
  let body: [UInt8]?
  /// Its own header lines, beside those of all requests.
  var headers: [String] = []
}
