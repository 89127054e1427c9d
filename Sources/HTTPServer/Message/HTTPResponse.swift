/// An answer to a request.
package struct HTTPResponse: Sendable {
  /// From 200 to 599.
  package var status: Int
  /// Header fields; `Content-Length` and `Date` come by themselves.
  package var headers: [(name: String, value: String)]
  /// The body.
  package var body: [UInt8]
  /// Whether the connection is closed after the answer.
  package var closesConnection = false
  let isDrop: Bool

  /// An answer.
  package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.init(status: status, headers: headers, body: body, isDrop: false)
  }

  private init(status: Int, headers: [(name: String, value: String)], body: [UInt8], isDrop: Bool) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isDrop = isDrop
  }

  /// No answer: the connection is closed.
  package static let drop = HTTPResponse(status: 0, headers: [], body: [], isDrop: true)

  /// An answer in plain text.
  package static func text(_ status: Int, _ text: String, headers: [(name: String, value: String)] = []) -> HTTPResponse
  {
    HTTPResponse(
      status: status, headers: [("Content-Type", "text/plain; charset=utf-8")] + headers, body: Array(text.utf8))
  }
}

extension HTTPResponse {
  static let bodyTooLarge = closing(.text(413, "the body is too large\n"))
  static let headersTooLarge = closing(.text(431, "the headers are too large\n"))
  static let tooManyRequests = text(503, "too many requests at once\n", headers: [("Retry-After", "1")])
  static let stopping = closing(.text(503, "the server is stopping\n", headers: [("Retry-After", "1")]))

  private static func closing(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    response.closesConnection = true
    return response
  }
}
