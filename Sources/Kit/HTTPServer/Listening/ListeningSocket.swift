internal import CMicroHTTPD
internal import Glibc

/// A TCP socket that listens, closed with its owner.
///
/// It is made here and not by the HTTP library, which does not say why it could not make one.
struct ListeningSocket: ~Copyable {
  /// As many as may wait to be accepted; the kernel cuts it to its own limit.
  private static let backlog: Int32 = 4_096

  let descriptor: Int32
  let port: Int

  init(_ address: SocketAddress, setting: String?) throws(HTTPServerError) {
    func refusal(_ reason: HTTPServerError.Reason) -> HTTPServerError {
      HTTPServerError(address: address.description, reason: reason, setting: setting)
    }
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(address.host, String(address.port), &hints, &found)
    guard code == 0, let candidate = unsafe found else {
      throw refusal(.unknownHost(unsafe String(cString: gai_strerror(code))))
    }
    defer { unsafe freeaddrinfo(found) }
    let family = unsafe candidate.pointee.ai_family
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw refusal(.system(errno: errno)) }
    // Restarting at once must work while connections of the last run linger in TIME_WAIT.
    Self.set(SO_REUSEADDR, at: SOL_SOCKET, to: 1, on: descriptor)
    if family == AF_INET6 { Self.set(IPV6_V6ONLY, at: Int32(IPPROTO_IPV6), to: 0, on: descriptor) }
    guard unsafe bind(descriptor, candidate.pointee.ai_addr, candidate.pointee.ai_addrlen) == 0,
      listen(descriptor, Self.backlog) == 0
    else {
      let code = errno
      close(descriptor)
      throw refusal(.system(errno: code))
    }
    self.descriptor = descriptor
    self.port = Self.port(of: descriptor)
  }

  deinit { close(descriptor) }

  private static func set(_ option: Int32, at level: Int32, to value: Int32, on descriptor: Int32) {
    var value = value
    _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func port(of descriptor: Int32) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      let address = unsafe base.assumingMemoryBound(to: sockaddr.self)
      guard unsafe getsockname(descriptor, address, &length) == 0 else { return 0 }
      // The port stands at the same place in IPv4's and IPv6's form.
      return Int(UInt16(bigEndian: unsafe base.load(fromByteOffset: 2, as: UInt16.self)))
    }
  }
}
