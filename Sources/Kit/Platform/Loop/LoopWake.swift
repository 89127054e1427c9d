internal import Synchronization

/// Wakes a loop's thread, if it sleeps: to somebody who is awake it costs a look.
@usableFromInline
final class LoopWake: Sendable {
  private let wakeSignal: WakeSignal
  private let isAsleep = Atomic(false)

  init() throws(SystemError) { wakeSignal = try WakeSignal() }

  /// What the thread polls.
  var fileDescriptor: Int32 { wakeSignal.fileDescriptor }

  /// Tells the thread that there is something to do; to be called after it was put where the thread will look.
  @usableFromInline
  func signal() {
    guard isAsleep.load(ordering: .relaxed), isAsleep.exchange(false, ordering: .relaxed) else { return }
    wakeSignal.signal()
  }

  /// Announces that the thread is about to sleep, before its last look at its inboxes: whoever posts after that look
  /// sees a sleeper to wake. The inboxes' locks put the two in order.
  func announceSleep() { isAsleep.store(true, ordering: .relaxed) }

  /// Tells that the thread is awake.
  func awake() { isAsleep.store(false, ordering: .relaxed) }

  /// Takes the signal back, so that the next wait waits.
  func reset() { wakeSignal.reset() }
}
