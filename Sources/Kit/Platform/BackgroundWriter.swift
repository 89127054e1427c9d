internal import Glibc
internal import Synchronization

/// Writes to a stream on a thread of its own: the callers never wait, not even for a reader that stands
/// still. What there is no room for is dropped, and counted.
public final class BackgroundWriter: Sendable {
  private let core: Core

  /// A writer at work.
  ///
  /// - Parameters:
  ///   - stream: where it writes.
  ///   - capacity: how many bytes may wait, beside those that are being written.
  ///   - notice: what is written in place of as many pieces as were dropped.
  /// - Throws: ``SystemError`` when the system gives no thread or descriptor.
  public init(
    to stream: StandardStream, capacity: Int = 1 << 20, notice: @escaping @Sendable (_ dropped: Int) -> [UInt8]
  ) throws(SystemError) {
    let core = Core(wake: try WakeSignal(), capacity: capacity, notice: notice)
    self.core = core
    try IOThread.start(named: "writer") { core.write(to: { stream.write($0) }) }
  }

  /// A writer to something else than a stream.
  init(
    capacity: Int, notice: @escaping @Sendable (Int) -> [UInt8], sink: @escaping @Sendable ([UInt8]) -> Void
  ) throws(SystemError) {
    let core = Core(wake: try WakeSignal(), capacity: capacity, notice: notice)
    self.core = core
    try IOThread.start(named: "writer") { core.write(to: sink) }
  }

  deinit { core.end() }

  /// Takes a piece to be written as a whole, or drops it where there is no room.
  public func write(_ piece: [UInt8]) { core.append(piece) }

  /// Waits until all that was taken has been written.
  ///
  /// - Parameter bound: how long to wait at most.
  public func flush(within bound: Duration) async {
    let written = core.awaitIdle()
    let timeUp = Task {
      try? await Task.sleep(for: bound)
      written.continuation.finish()
    }
    for await _ in written.stream {}
    timeUp.cancel()
  }
}

/// What the thread and those who write share.
private final class Core: Sendable {
  typealias Written = (stream: AsyncStream<Never>, continuation: AsyncStream<Never>.Continuation)

  private struct State {
    var waiting: [UInt8] = []
    var dropped = 0
    /// Whether the thread will look again by itself.
    var isAwake = false
    var isEnded = false
    var flushes: [AsyncStream<Never>.Continuation] = []
  }

  private let state = Mutex(State())
  private let wake: WakeSignal
  private let capacity: Int
  private let notice: @Sendable (Int) -> [UInt8]

  init(wake: WakeSignal, capacity: Int, notice: @escaping @Sendable (Int) -> [UInt8]) {
    self.wake = wake
    self.capacity = capacity
    self.notice = notice
  }

  func append(_ piece: [UInt8]) {
    let mustWake = state.withLock { state in
      guard state.waiting.count + piece.count <= capacity else {
        state.dropped += 1
        return false
      }
      state.waiting.append(contentsOf: piece)
      defer { state.isAwake = true }
      return !state.isAwake
    }
    if mustWake { wake.signal() }
  }

  func awaitIdle() -> Written {
    let written = AsyncStream.makeStream(of: Never.self)
    state.withLock { state in
      if state.isAwake { state.flushes.append(written.continuation) } else { written.continuation.finish() }
    }
    return written
  }

  func end() {
    state.withLock { $0.isEnded = true }
    wake.signal()
  }

  /// The thread's whole life.
  func write(to sink: ([UInt8]) -> Void) {
    var piece: [UInt8] = []
    while true {
      piece.removeAll(keepingCapacity: piece.capacity <= 1 << 16)
      let (isEnded, flushes) = state.withLock { state -> (Bool, [AsyncStream<Never>.Continuation]) in
        swap(&piece, &state.waiting)
        if state.dropped > 0 { piece.append(contentsOf: notice(state.dropped)) }
        state.dropped = 0
        state.isAwake = !piece.isEmpty
        guard piece.isEmpty else { return (false, []) }
        defer { state.flushes = [] }
        return (state.isEnded, state.flushes)
      }
      for flush in flushes { flush.finish() }
      if isEnded { return }
      if piece.isEmpty { sleep() } else { sink(piece) }
    }
  }

  private func sleep() {
    var descriptor = pollfd(fd: wake.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&descriptor, 1, -1) < 0 && errno == EINTR {}
    wake.reset()
  }
}
