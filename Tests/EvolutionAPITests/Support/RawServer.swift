import Foundation
import Glibc
import Synchronization

/// A server of bare sockets on a free port, which does on each connection what its script says: also what no decent
/// server does. It stops when it goes.
final class RawServer: Sendable {
  /// Where it listens.
  let port: Int
  private let listener: Int32
  private let connections = Mutex<[RawConnection]>([])

  /// A server that runs the script on a thread for each connection.
  init(_ script: @escaping @Sendable (RawConnection) -> Void) throws {
    (listener, port) = try LoopbackSocket.listening(backlog: 128)
    let listener = listener
    let accepted: @Sendable (Int32) -> RawConnection? = { [weak self] in self?.keep($0) }
    Thread.detachNewThread {
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { return }
        guard let connection = accepted(socket) else { return _ = close(socket) }
        Thread.detachNewThread {
          script(connection)
          connection.close()
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    for connection in connections.withLock(\.self) { connection.hangUp() }
  }

  /// Its address.
  var url: String { "http://127.0.0.1:\(port)" }

  /// How many connections came.
  var connectionCount: Int { connections.withLock(\.count) }

  /// The bodies of all whole requests that came, connection by connection.
  var bodies: [String] { connections.withLock(\.self).flatMap(\.requests).map(\.body) }

  private func keep(_ socket: Int32) -> RawConnection {
    connections.withLock { connections in
      let connection = RawConnection(socket, number: connections.count + 1, listener: listener)
      connections.append(connection)
      return connection
    }
  }
}
