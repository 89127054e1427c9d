package import Delivery
internal import HTTPClient
internal import JSON
package import Messaging
internal import Operations

/// Looks at an Evolution API without sending anything.
package struct EvolutionProbe: Sendable {
  /// What a look gave.
  package enum Finding<Value: Sendable & Equatable>: Sendable, Equatable {
    /// What was looked for.
    case found(Value)
    /// The API answered, but not with that; the HTTP status, such as 401 for a wrong key and 404 for an unknown
    /// instance.
    case refused(status: Int)
    /// The API answered with something that can't be read as what was asked for.
    case unreadable(status: Int)
    /// No answer came, and why.
    case unreachable(String)
  }

  private let client: EvolutionClient
  private let url: EvolutionURL?

  /// A look through a client's own connections.
  ///
  /// - Parameters:
  ///   - client: whose connections and key are used.
  ///   - shard: which server to look at, where each shard has its own.
  package init(_ client: EvolutionClient, shard: Shard? = nil) {
    self.client = client
    url = client.servers.url(of: shard)
  }

  /// The version that the API names at its root; empty when it names none.
  package func version() async -> Finding<String> {
    await look(url?.root) { $0["version"]?.string ?? "" }
  }

  /// How an instance stands with WhatsApp.
  package func connectionState(of instance: InstanceName) async -> Finding<InstanceConnection> {
    await look(url?.connectionState(instance)) { root in
      guard let instance = root["instance"], instance.kind == .object else { return nil }
      guard let state = instance["state"] else { return .notLoaded }
      return Self.state(state.string)
    }
  }

  /// How many instances the API key can see.
  package func instanceCount() async -> Finding<Int> {
    await look(url?.instances) { $0.kind == .array ? $0.elements.count : nil }
  }

  private func look<Value>(_ url: String?, _ read: (JSONView) -> Value?) async -> Finding<Value> {
    guard let url else { return .unreachable("the shard makes no address") }
    switch await client.transfers.perform(TransferRequest(url: url, body: nil)) {
    case .failed(let failure): return .unreachable(failure.message)
    case .answer(let answer):
      guard (200..<300).contains(answer.status) else { return .refused(status: answer.status) }
      guard !answer.isTruncated, let document = try? JSONDocument(parsing: answer.body),
        let value = read(document.root)
      else { return .unreadable(status: answer.status) }
      return .found(value)
    }
  }

  private static func state(_ word: String?) -> InstanceConnection? {
    switch word {
    case "open": .open
    case "connecting": .connecting
    case "close": .closed
    default: nil
    }
  }
}
