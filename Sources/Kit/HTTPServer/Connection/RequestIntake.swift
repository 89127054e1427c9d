/// A request whose body is coming in.
struct RequestIntake: Sendable {
  private static let largestReservation = 65_536

  private let method: String
  private let path: String
  private let query: [(name: String, value: String)]
  private let headers: HTTPHeaders
  private var body: [UInt8] = []

  init(
    method: String, path: String, query: [(name: String, value: String)], headers: HTTPHeaders, announcedBytes: Int
  ) {
    self.method = method == "HEAD" ? "GET" : method
    self.path = path
    self.query = query
    self.headers = headers
    body.reserveCapacity(min(announcedBytes, Self.largestReservation))
  }

  /// Takes a part of the body; false when it would grow beyond the bound.
  mutating func append(_ part: UnsafeRawBufferPointer, upTo bound: Int) -> Bool {
    guard body.count + part.count <= bound else { return false }
    unsafe body.append(contentsOf: part)
    return true
  }

  var request: HTTPRequest {
    HTTPRequest(method: method, path: path, query: query, headers: headers, body: body)
  }
}
