import Foundation
import Glibc
import Synchronization

/// A socket that answers whatever a test wants: the servers that no real Redis plays.
final class FakeServer: Sendable {
  /// What to do with what a client said.
  enum Reaction: Sendable {
    case say(String)
    case sayAndClose(String)
    case keepSilent
  }

  /// The port on 127.0.0.1.
  let port: Int
  private let listener: Int32
  private let connections = Mutex(0)

  /// A URL that leads here.
  var url: String { "redis://127.0.0.1:\(port)/0" }

  /// How many clients have come.
  var connectionCount: Int { connections.withLock { $0 } }

  /// Listens, and serves one client after the other.
  ///
  /// - Parameter react: what to do with the text that a client sent; its naming of the connection is answered before.
  /// - Throws: when the system has no port left.
  init(_ react: @escaping @Sendable (String) -> Reaction) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let port = unsafe withUnsafeMutablePointer(to: &address) { pointer -> UInt16? in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        guard unsafe bind(listener, raw, size) == 0, listen(listener, 16) == 0,
          unsafe getsockname(listener, raw, &size) == 0
        else { return nil }
        return unsafe pointer.pointee.sin_port.bigEndian
      }
    }
    guard let port else { throw POSIXError(.EADDRINUSE) }
    self.port = Int(port)
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { break }
        self?.connections.withLock { $0 += 1 }
        Self.serve(client, react)
        close(client)
      }
      close(listener)
    }
  }

  /// Ends the listening; the thread closes the socket when it has seen that.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func serve(_ client: Int32, _ react: (String) -> Reaction) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe recv(client, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      var text = String(decoding: buffer[..<count], as: UTF8.self)
      if text.contains("SETNAME") {
        say("+OK\r\n", to: client)
        text = ""
      }
      guard !text.isEmpty else { continue }
      switch react(text) {
      case .say(let answer): say(answer, to: client)
      case .sayAndClose(let answer): return say(answer, to: client)
      case .keepSilent: continue
      }
    }
  }

  private static func say(_ text: String, to client: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
