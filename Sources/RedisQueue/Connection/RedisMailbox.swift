internal import IOThread
internal import Synchronization

/// What a connection's users and its thread share: the requests that wait, and the word that it is over.
///
/// The thread is woken only when it sleeps: under load a submission costs a lock and no call to the system.
final class RedisMailbox: Sendable {
  private struct State {
    var requests: [RedisRequest] = []
    var threadSleeps = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let signal: WakeSignal
  private let up = Atomic(false)

  init() throws(SystemError) { signal = try WakeSignal() }

  /// What the thread polls beside its socket.
  var fileDescriptor: Int32 { signal.fileDescriptor }

  /// Whether the last round-trip succeeded.
  var isUp: Bool { up.load(ordering: .relaxed) }

  func setUp(_ isUp: Bool) { up.store(isUp, ordering: .relaxed) }

  /// Hands a request to the thread.
  ///
  /// - Returns: false when the connection is closed; the request is then the caller's to end.
  func submit(_ request: RedisRequest) -> Bool {
    let (isTaken, mustWake) = state.withLock { state in
      guard !state.isClosed else { return (false, false) }
      state.requests.append(request)
      defer { state.threadSleeps = false }
      return (true, state.threadSleeps)
    }
    if mustWake { signal.give() }
    return isTaken
  }

  /// Tells the thread to end.
  func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { signal.give() }
  }

  /// All requests that have come, in order.
  func takeRequests() -> (requests: [RedisRequest], isClosed: Bool) {
    state.withLock { state in
      var requests: [RedisRequest] = []
      swap(&requests, &state.requests)
      return (requests, state.isClosed)
    }
  }

  /// Asks for leave to sleep; false when there is work.
  func fallAsleep() -> Bool {
    state.withLock { state in
      guard state.requests.isEmpty, !state.isClosed else { return false }
      state.threadSleeps = true
      return true
    }
  }

  /// The thread is awake: who submits from now on need not wake it.
  func wakeUp(bySignal: Bool) {
    if bySignal { signal.take() }
    state.withLock { $0.threadSleeps = false }
  }
}
