internal import HTTPServer
internal import JSON

extension HTTPResponse {
  /// An answer in JSON.
  static func json(
    _ status: Int, _ body: [UInt8], headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json; charset=utf-8")] + headers, body: body)
  }

  static func json(_ status: Int, _ body: JSONValue) -> HTTPResponse { json(status, body.bytes) }

  /// Evolution's envelope around an error. The message is a text, a list or a list of lists, as the place demands.
  static func failure(
    _ status: Int, _ error: String, _ message: JSONValue, headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    let envelope: JSONValue = [
      "status": .integer(status), "error": .string(error), "response": ["message": message],
    ]
    return json(status, envelope.bytes, headers: headers)
  }

  static func badRequest(_ message: JSONValue) -> HTTPResponse { failure(400, "Bad Request", message) }

  /// What a schema finds wrong with a body.
  static func invalid(_ faults: [String]) -> HTTPResponse { badRequest([.array(faults.map { .string($0) })]) }

  static func serverError(_ message: String) -> HTTPResponse {
    failure(500, "Internal Server Error", .string(message))
  }

  static let unauthorized = failure(401, "Unauthorized", "Unauthorized")

  static func notFound(_ words: String) -> HTTPResponse { failure(404, "Not Found", [.string(words)]) }

  static func unknownInstance(_ name: String) -> HTTPResponse { notFound("The \"\(name)\" instance does not exist") }

  static func unknownRoute(_ request: HTTPRequest) -> HTTPResponse {
    notFound("Cannot \(request.method) \(request.path)")
  }

  static func nameInUse(_ name: String) -> HTTPResponse {
    failure(403, "Forbidden", [.string("This name \"\(name)\" is already in use.")])
  }

  /// A body that is no JSON, in the words of the framework below Evolution.
  static func unreadable(at offset: Int) -> HTTPResponse {
    failure(400, "Internal Server Error", .string("Unexpected token in JSON at position \(offset)"))
  }

  /// What was asked for is done.
  static func success(_ words: String) -> HTTPResponse {
    json(200, ["status": "SUCCESS", "error": false, "response": ["message": .string(words)]])
  }
}
