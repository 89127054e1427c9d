internal import Glibc

/// A port of 127.0.0.1 that is kept for a test: who connects is refused, and the system gives it to nobody else, while
/// a server of the test may listen on it, stop, and listen on it again.
///
/// That works because both sockets have `SO_REUSEADDR`, and this one never listens.
package final class HeldPort: Sendable {
  /// What the system said instead of giving a port.
  package struct Failure: Error {
    let code: Int32
  }

  /// The port.
  package let number: Int
  private let socket: Int32

  /// A free port.
  ///
  /// - Throws: ``Failure`` when there is none.
  package init() throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var isReusable: Int32 = 1
    _ = unsafe setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &isReusable, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(socket, generic, size) == 0 && getsockname(socket, generic, &size) == 0
      }
    }
    guard isBound else {
      let failure = Failure(code: errno)
      close(socket)
      throw failure
    }
    self.socket = socket
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(socket) }
}
