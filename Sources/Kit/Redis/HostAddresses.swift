internal import Glibc
internal import Platform

/// The addresses behind a host's name.
enum HostAddresses {
  /// Whether a host is an address already, which nobody has to be asked for.
  static func isAddress(_ host: String) -> Bool { (try? find(host, flags: AI_NUMERICHOST)) != nil }

  /// Looks a name up on a thread of its own, since that may take as long as the slowest name server.
  ///
  /// - Parameters:
  ///   - host: the name.
  ///   - completion: given the addresses, IPv4 ones first, at least one; called on that thread.
  static func lookUp(_ host: String, completion: @escaping @Sendable (Result<[String], ConnectionFault>) -> Void) {
    do throws(SystemError) {
      try IOThread.start(named: "name look-up") {
        completion(Result { () throws(ConnectionFault) in try find(host, flags: 0) })
      }
    } catch {
      completion(.failure(ConnectionFault(error.description)))
    }
  }

  private static func find(_ host: String, flags: Int32) throws(ConnectionFault) -> [String] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = flags
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else { throw ConnectionFault(unsafe String(cString: gai_strerror(code))) }
    defer { unsafe freeaddrinfo(list) }
    var found: [Int32: [String]] = [:]
    var next = unsafe list
    while let entry = unsafe next {
      let family = unsafe entry.pointee.ai_family
      if let text = unsafe text(of: entry.pointee) { found[family, default: []].append(text) }
      unsafe next = unsafe entry.pointee.ai_next
    }
    let addresses = found[AF_INET, default: []] + found[AF_INET6, default: []]
    guard !addresses.isEmpty else { throw ConnectionFault("the name has no address") }
    return addresses
  }

  private static func text(of entry: addrinfo) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
      let code = unsafe getnameinfo(
        entry.ai_addr, entry.ai_addrlen, text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      guard code == 0, let start = text.baseAddress else { return nil }
      return unsafe String(cString: start)
    }
  }
}
