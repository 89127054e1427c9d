package import Delivery

extension RedisMessageQueue {
  /// What an operator should know of how the server is set up; empty when all is well.
  ///
  /// - Throws: ``QueueError/refused(_:)`` for a server that is too old, and the errors of the connection.
  package func serverWarnings() async throws(QueueError) -> [ServerWarning] {
    try await ServerCheck(over: connection).warnings()
  }
}
