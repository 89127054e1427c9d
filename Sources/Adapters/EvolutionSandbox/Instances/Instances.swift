internal import Synchronization

/// The instances of a sandbox.
final class Instances: Sendable {
  /// As many names are remembered when every name is an instance, and as many that have been deleted.
  private static let rememberedNames = 1_000

  private struct State {
    var known: [String: Instance] = [:]
    var deleted: Set<String> = []
  }

  private let isEveryNameOne: Bool
  private let startedAt: Double
  private let state: Mutex<State>

  /// The instances to begin with; without any known ones every name is one.
  init(known: Set<String>?, closed: Set<String>) {
    isEveryNameOne = known == nil
    let now = UnixTime.now
    startedAt = now
    var state = State()
    for name in (known ?? []).union(closed) {
      state.known[name] = Instance(
        id: InstanceIdentity.id(of: name), name: name, state: closed.contains(name) ? .close : .open, createdAt: now)
    }
    self.state = Mutex(state)
  }

  /// Whether a text can be an instance's name: 1 to 255 bytes without control characters.
  static func isName(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { $0.isASCII ? $0.value >= 0x20 && $0.value != 0x7F : $0.value > 0x9F }
  }

  /// The instance of a name; nil when there is none.
  func find(_ name: String) -> Instance? {
    state.withLock { state in
      if let instance = state.known[name] { return instance }
      guard let implied = implied(name, state) else { return nil }
      if state.known.count < Self.rememberedNames { state.known[name] = implied }
      return implied
    }
  }

  /// All of them, by name.
  var all: [Instance] { state.withLock { Array($0.known.values) }.sorted { $0.name < $1.name } }

  /// Whether a new instance may not have that name.
  func isInUse(_ name: String) -> Bool {
    state.withLock { state in state.known[name].map { !$0.isImplied } ?? false }
  }

  /// Adds a new one.
  ///
  /// - Returns: false when its name is in use.
  func add(_ instance: Instance) -> Bool {
    state.withLock { state in
      guard state.known[instance.name]?.isImplied ?? true else { return false }
      state.known[instance.name] = instance
      state.deleted.remove(instance.name)
      return true
    }
  }

  /// Changes one.
  ///
  /// - Parameters:
  ///   - instance: the one, as it was found.
  ///   - change: what to do with it as it is now; false leaves it so.
  /// - Returns: how it is after the change; nil when it was not changed, or is gone.
  func change(_ instance: Instance, _ change: (inout Instance) -> Bool) -> Instance? {
    state.withLock { state in
      guard var current = state.known[instance.name] ?? implied(instance.name, state), current.id == instance.id,
        change(&current)
      else { return nil }
      current.isImplied = false
      state.known[instance.name] = current
      return current
    }
  }

  /// Takes one away.
  func remove(_ instance: Instance) {
    state.withLock { state in
      guard state.known[instance.name]?.id ?? instance.id == instance.id else { return }
      state.known[instance.name] = nil
      guard isEveryNameOne else { return }
      if state.deleted.count >= Self.rememberedNames { state.deleted.removeFirst() }
      state.deleted.insert(instance.name)
    }
  }

  private func implied(_ name: String, _ state: State) -> Instance? {
    guard isEveryNameOne, Self.isName(name), !state.deleted.contains(name) else { return nil }
    var instance = Instance(id: InstanceIdentity.id(of: name), name: name, state: .open, createdAt: startedAt)
    instance.isImplied = true
    return instance
  }
}
