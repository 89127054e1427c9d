/// An answer to a request.
package struct HTTPResponse: Sendable {
  /// From 200 to 599.
  package var status: Int
  /// Header fields; `Content-Length` and `Date` come by themselves.
  package var headers: [(name: String, value: String)]
  /// The body; empty where there is a shared one.
  package var body: [UInt8]
  /// The body that the answer has in common with others.
  let sharedBody: SharedBody?
  /// Whether the connection is closed after the answer.
  package var closesConnection = false
  let isDrop: Bool

  /// An answer.
  package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.init(status: status, headers: headers, body: body, sharedBody: nil, isDrop: false)
  }

  /// An answer whose body others have, too: it is held once for all of them.
  package init(status: Int, headers: [(name: String, value: String)] = [], sharing body: SharedBody) {
    self.init(status: status, headers: headers, body: [], sharedBody: body, isDrop: false)
  }

  private init(
    status: Int, headers: [(name: String, value: String)], body: [UInt8], sharedBody: SharedBody?, isDrop: Bool
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.sharedBody = sharedBody
    self.isDrop = isDrop
  }

  /// No answer: the connection is closed.
  package static let drop = HTTPResponse(status: 0, headers: [], body: [], sharedBody: nil, isDrop: true)

  /// An answer in plain text.
  package static func text(_ status: Int, _ text: String, headers: [(name: String, value: String)] = []) -> HTTPResponse
  {
    HTTPResponse(
      status: status, headers: [("Content-Type", "text/plain; charset=utf-8")] + headers, body: Array(text.utf8))
  }
}

extension HTTPResponse {
  /// What is held until the client has it.
  var unsentBody: UnsentBodies.Body { sharedBody.map { .shared($0) } ?? .own(bytes: body.count) }

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
