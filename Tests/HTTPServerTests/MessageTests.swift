import PercentEncoding
import Testing

@testable import HTTPServer

@Suite struct MessageTests {
  @Test(arguments: [
    ("a%20b", "a b"), ("%2F", "/"), ("100%", "100%"), ("%zz%4", "%zz%4"), ("%c3%A3", "ã"), ("", ""),
    ("%00", "\0"), ("%ff", "\u{FFFD}"),
  ])
  func `escapes are resolved, and what is none stays`(encoded: String, decoded: String) {
    #expect(encoded.percentDecoded == decoded)
  }

  @Test(arguments: [
    ("/", []), ("/a/b", ["a", "b"]), ("/a//b/", ["a", "b"]), ("/a%2Fb/%2E%2E", ["a/b", ".."]),
    ("/a+b/c%20d", ["a+b", "c d"]),
    // A combining mark makes one character with the slash before it, and yet it is the segment's.
    ("/a/\u{301}b", ["a", "\u{301}b"]), ("/a/%CC%81b", ["a", "\u{301}b"]),
  ])
  func `a path has segments between its slashes`(path: String, segments: [String]) {
    let request = HTTPRequest(method: "GET", path: path, query: [], headers: HTTPHeaders(), body: [])
    #expect(request.segments.map { Array($0.utf8) } == segments.map { Array($0.utf8) })
  }

  @Test(arguments: [
    ("127.0.0.1:9464", "127.0.0.1", 9464), ("[::1]:0", "::1", 0), ("0.0.0.0:80", "0.0.0.0", 80),
    ("localhost:65535", "localhost", 65535),
  ])
  func `an address is read and written alike`(text: String, host: String, port: UInt16) throws {
    let address = try SocketAddress(parsing: text)
    #expect(address == SocketAddress(host: host, port: port))
    #expect(address.description == text)
  }

  @Test(arguments: [
    "", ":", "9464", "127.0.0.1", "127.0.0.1:", ":9464", "::1:9464", "host:65536", "host:-1", "a b:1",
    "256.0.0.1:80", "1.2.3:80", "1..2.3:80",
  ])
  func `what is no address is refused with the text and a hint`(text: String) {
    let error = #expect(throws: HTTPServerError.self) { try SocketAddress(parsing: text) }
    #expect(error?.description.hasPrefix("\(text) is no address to listen on: ") == true)
  }

  @Test(arguments: [
    (nil, false), ("", false), ("gzip", true), ("br, gzip;q=0.5", true), ("gzip;q=0", false), ("gzip; q=0.0", false),
    ("*", true), ("*;q=0", false), ("gzip;q=0, *", false), ("*, gzip;q=0", false), ("identity", false),
    ("GZIP", true), ("gzip;q=banana", false), (";;;,,,", false), ("x-gzip", true),
  ])
  func `gzip is used only for those who take it`(header: String?, allowed: Bool) {
    #expect(ContentCoding.allowsGzip(header) == allowed)
  }

  @Test func `headers are found whatever their case, and repeated ones are joined`() {
    var headers = HTTPHeaders()
    headers.append("Accept", "a")
    headers.append("ACCEPT", "b")
    #expect(headers["accept"] == "a, b")
    #expect(headers["Host"] == nil)
  }
}
