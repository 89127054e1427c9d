import Glibc
import Testing

@testable import HTTPServer

@Suite struct PeerAddressTests {
  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1"), ("10.0.0.7", "::ffff:10.0.0.7"), ("2001:db8:1:2::1", "2001:db8:1:2:ffff:0:1:2"),
    ("fe80::1", "fe80::2"),
  ])
  func `addresses of one owner are one`(first: String, second: String) {
    #expect(PeerAddress(first) == PeerAddress(second))
  }

  @Test(arguments: [
    ("127.0.0.1", "127.0.0.2"), ("127.0.0.1", "::1"), ("10.0.0.7", "::ffff:10.0.0.8"), ("0.0.0.0", "127.0.0.1"),
    ("2001:db8:1:2::1", "2001:db8:1:3::1"), ("::1", "2001:db8::1"),
  ])
  func `addresses of several owners are several`(first: String, second: String) {
    #expect(PeerAddress(first) != PeerAddress(second))
  }

  @Test func `a client without an address has one, too`() {
    let address = unsafe PeerAddress(nil)
    #expect(address == .unknown)
  }
}

extension PeerAddress {
  /// The address that a numeric text stands for.
  init(_ text: String) {
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_NUMERICHOST
    var found: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(text, nil, &hints, &found)
    defer { if code == 0 { unsafe freeaddrinfo(found) } }
    unsafe self.init(found?.pointee.ai_addr.map { unsafe UnsafePointer($0) })
  }
}
