import Foundation
import Glibc
import Synchronization

/// A server of bare sockets on a free port, which does on each connection what its script says: also what no decent
/// server does. It stops when it goes.
package final class RawServer: Sendable {
  private let listener: Listener
  private let connections = Mutex<[RawConnection]>([])

  /// A server that runs the script on a thread for each connection.
  package init(_ script: @escaping @Sendable (RawConnection) -> Void) throws {
    let listener = try Listener()
    self.listener = listener
    let keep: @Sendable (Int32) -> RawConnection? = { [weak self] in self?.keep($0) }
    Thread.detachNewThread {
      while let socket = listener.accept() {
        guard let connection = keep(socket) else {
          close(socket)
          continue
        }
        Thread.detachNewThread {
          script(connection)
          connection.close()
        }
      }
    }
  }

  deinit {
    listener.stop()
    for connection in connections.withLock(\.self) { connection.hangUp() }
  }

  /// Where it listens.
  package var port: Int { listener.port }

  /// Its address.
  package var url: String { "http://127.0.0.1:\(port)" }

  /// How many connections came.
  package var connectionCount: Int { connections.withLock(\.count) }

  /// The bodies of all whole requests that came, connection by connection.
  package var bodies: [String] { connections.withLock(\.self).flatMap(\.requests).map(\.body) }

  /// The paths of all whole requests that came, connection by connection.
  package var paths: [Substring] {
    connections.withLock(\.self).flatMap(\.requests).map { $0.head.split(separator: " ")[1] }
  }

  private func keep(_ socket: Int32) -> RawConnection {
    connections.withLock { connections in
      let connection = RawConnection(socket, number: connections.count + 1, listener: listener)
      connections.append(connection)
      return connection
    }
  }
}
