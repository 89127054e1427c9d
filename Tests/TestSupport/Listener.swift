import Glibc
import Synchronization

/// A socket that takes connections on one thread and can be stopped from any other.
package final class Listener: Sendable {
  /// Where it listens.
  package let port: Int
  private let socket: Int32
  private let isOpen = Mutex(true)

  /// A listener on a free port.
  package init() throws {
    (socket, port) = try LoopbackSocket.listening(backlog: 128)
  }

  /// Waits for a connection; nil, and the socket is gone, when it was stopped. Only the thread that waits may close it:
  /// its number may be another's the moment after.
  package func accept() -> Int32? {
    let connection = Glibc.accept(socket, nil, nil)
    if connection >= 0 { return connection }
    isOpen.withLock { isOpen in
      isOpen = false
      close(socket)
    }
    return nil
  }

  /// Takes no further connection.
  package func stop() {
    isOpen.withLock { isOpen in
      if isOpen { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }
}
