internal import JSON
internal import Synchronization

/// The instances of a sandbox, and in which state they are.
final class Instances: Sendable {
  /// As many names are remembered when every name is an instance.
  private static let rememberedNames = 1_000

  private let known: Set<String>?
  private let closed: Set<String>
  private let seen: Mutex<Set<String>>

  init(known: Set<String>?, closed: Set<String>) {
    self.known = known
    self.closed = closed
    seen = Mutex(closed)
  }

  /// Whether there is an instance of that name.
  func contains(_ name: String) -> Bool {
    if let known { return known.contains(name) || closed.contains(name) }
    seen.withLock { seen in
      if seen.count < Self.rememberedNames { seen.insert(name) }
    }
    return !name.isEmpty
  }

  func isClosed(_ name: String) -> Bool { closed.contains(name) }

  /// The answer to `connectionState`.
  func connectionState(of name: String) -> JSONValue {
    ["instance": ["instanceName": .string(name), "state": .string(state(of: name))]]
  }

  /// The answer to `fetchInstances`: all, or the one of that name.
  func list(only name: String?) -> JSONValue {
    let names = known.map { $0.union(closed) } ?? seen.withLock { $0 }
    return .array(names.filter { name == nil || $0 == name }.sorted().map(row))
  }

  private func state(of name: String) -> String { isClosed(name) ? "close" : "open" }

  private func row(_ name: String) -> JSONValue {
    [
      "id": .string(InstanceIdentity.id(of: name)),
      "name": .string(name),
      "connectionStatus": .string(state(of: name)),
      "ownerJid": isClosed(name) ? .null : "5511999999999@s.whatsapp.net",
      "profileName": .null,
      "integration": "WHATSAPP-BAILEYS",
      "number": .null,
      "token": .null,
      "disconnectionReasonCode": isClosed(name) ? 401 : .null,
    ]
  }
}
