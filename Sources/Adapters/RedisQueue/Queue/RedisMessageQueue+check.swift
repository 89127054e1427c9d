package import Delivery
package import Operations
internal import Redis

extension RedisMessageQueue: QueueInspector {
  /// What an operator should know of how the server is set up; empty when all is well.
  ///
  /// - Throws: ``QueueError/refused(_:)`` for a server that is too old, ``QueueError/denied(_:)`` for a user who may not
  ///   call what the queue needs, and the errors of the connection.
  package func warnings() async throws(QueueError) -> [StoreWarning] {
    let warnings = try await ServerCheck(over: connection).warnings()
    try await checkRights()
    return warnings
  }

  /// Sees that the user may call every command that the scripts do.
  ///
  /// - Throws: ``QueueError/denied(_:)`` that names those that are missing, and the errors of the connection.
  func checkRights() async throws(QueueError) {
    var missing: [String] = []
    try await connection.serving(keys) { () async throws(RedisError) in
      for reply in try await connection.run(ScriptCall(.rights, keys: keys.scratch)).requireElements() {
        missing.append("+" + (try reply.expect("a command's name", reply.text)).lowercased())
      }
    }
    guard missing.isEmpty else {
      throw .denied("its user may not call all that the queue needs; give it \(missing.joined(separator: " "))")
    }
  }
}
