internal import Messaging
internal import Synchronization
internal import Time

/// Messages that failed, while it is open whether they themselves, their instance or their host are at fault: what follows
/// them tells. Each waits for a moment only, and holds no slot meanwhile.
final class Suspects: Sendable {
  /// Who is at fault.
  enum Judgement: Sendable {
    case message, instance, host
  }

  private struct Suspect {
    let instance: InstanceName
    let continuation: CheckedContinuation<Judgement, Never>
    var timer: Task<Void, Never>?

    func resume(_ judgement: Judgement) {
      timer?.cancel()
      continuation.resume(returning: judgement)
    }
  }

  private struct State {
    var suspects: [Int: Suspect] = [:]
    var runs: [InstanceName: Int] = [:]
    var last = 0
  }

  private let state = Mutex(State())
  /// How long a failure waits for what follows it.
  private let patience: Duration
  private let clock: MonotonicClock

  init(patience: Duration, clock: MonotonicClock) {
    self.patience = patience
    self.clock = clock
  }

  /// Waits until it shows who is at fault.
  ///
  /// - Parameters:
  ///   - instance: the instance that the message failed on.
  ///   - limit: how many failures of the instance in a row make it the instance's fault.
  ///   - otherwise: who is at fault when nothing follows.
  /// - Returns: who is at fault.
  func judgement(on instance: InstanceName, runOf limit: Int, otherwise: Judgement) async -> Judgement {
    let (number, run) = state.withLock { state in
      state.last += 1
      state.runs[instance, default: 0] += 1
      return (state.last, state.runs[instance, default: 0])
    }
    if run >= limit {
      resolve(as: .instance) { $0 == instance }
      return .instance
    }
    guard patience > .zero else { return otherwise }
    return await withCheckedContinuation { continuation in
      // Registered before its time begins to run, so that the end of it finds it.
      state.withLock { $0.suspects[number] = Suspect(instance: instance, continuation: continuation) }
      let timer = Task { [self] in
        try? await clock.sleep(for: patience)
        state.withLock { $0.suspects.removeValue(forKey: number) }?.continuation.resume(returning: otherwise)
      }
      let isOver = state.withLock { state in
        state.suspects[number]?.timer = timer
        return state.suspects[number] == nil
      }
      if isOver { timer.cancel() }
    }
  }

  /// A message went out on an instance: the host is in order, and so is the instance.
  func noteSuccess(on instance: InstanceName) {
    let isClean = state.withLock { state in
      if !state.runs.isEmpty { state.runs[instance] = nil }
      return state.suspects.isEmpty
    }
    if !isClean { resolve(as: .message) { $0 == instance } }
  }

  /// The host was found to be at fault.
  func blameHost() { resolve(as: .host) { _ in true } }

  private func resolve(as judgement: Judgement, _ isMeant: (InstanceName) -> Bool) {
    let meant = state.withLock { state in
      let meant = state.suspects.filter { isMeant($0.value.instance) }
      for number in meant.keys { state.suspects[number] = nil }
      return meant.values
    }
    for suspect in meant { suspect.resume(judgement) }
  }
}
