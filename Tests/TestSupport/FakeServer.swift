import Foundation

/// A Redis server that answers whatever a test wants: what no real one says.
package final class FakeServer: Sendable {
  /// What to do with what a client said.
  package enum Reaction: Sendable {
    case say(String)
    case sayAndClose(String)
    case keepSilent
  }

  private let server: RawServer

  /// A URL that leads here.
  package var url: String { "redis://127.0.0.1:\(server.port)/0" }

  /// How many clients have come.
  package var connectionCount: Int { server.connectionCount }

  /// Listens on a free port of this machine.
  ///
  /// - Parameter react: what to do with a command, its words in one text. What every client asks at first is answered
  ///   before: the naming of its connection, and the digests of its scripts.
  /// - Throws: when the system has no port left.
  package init(_ react: @escaping @Sendable (String) -> Reaction) throws {
    server = try RawServer { connection in
      var received = Data()
      while let bytes = connection.read(65_536) {
        received.append(bytes)
        while let command = Self.command(takenFrom: &received) {
          if command.hasPrefix("CLIENT SETNAME") {
            connection.write("+OK\r\n")
            continue
          }
          if command.hasPrefix("EVAL return redis.sha1hex(ARGV[1])") {
            connection.write("$40\r\n\(String(repeating: "a", count: 40))\r\n")
            continue
          }
          switch react(command) {
          case .say(let answer): connection.write(answer)
          case .sayAndClose(let answer): return connection.write(answer)
          case .keepSilent: continue
          }
        }
      }
    }
  }

  /// The first command that has come whole, which is taken away: `*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n`.
  private static func command(takenFrom received: inout Data) -> String? {
    var rest = received[...]
    func line() -> Int? {
      guard let end = rest.range(of: Data("\r\n".utf8)) else { return nil }
      defer { rest = rest[end.upperBound...] }
      return Int(String(decoding: rest[rest.startIndex..<end.lowerBound].dropFirst(), as: UTF8.self))
    }
    guard let count = line() else { return nil }
    var words: [String] = []
    for _ in 0..<count {
      guard let length = line(), rest.count >= length + 2 else { return nil }
      words.append(String(decoding: rest.prefix(length), as: UTF8.self))
      rest = rest.dropFirst(length + 2)
    }
    received = Data(rest)
    return words.joined(separator: " ")
  }
}
