internal import IOThread
internal import Synchronization

/// What tasks hand over to the loop's thread. The thread is woken only when it sleeps: under load that saves a system
/// call a request.
final class TransferMailbox: Sendable {
  /// What came since the last look.
  struct Mail {
    var submitted: [Transfer] = []
    var cancelled: [Transfer] = []
    var jobs: [UnownedJob] = []
    var isClosed = false

    var isEmpty: Bool { submitted.isEmpty && cancelled.isEmpty && jobs.isEmpty && !isClosed }
  }

  /// Given when there is mail for a sleeping thread.
  let wake: WakeSignal
  private let mail = Mutex(Mail())
  private let isAsleep = Atomic(false)

  init() throws(SystemError) { wake = try WakeSignal() }

  /// Hands over a transfer.
  ///
  /// - Returns: false when the mailbox is closed; nothing was handed over then.
  func submit(_ transfer: Transfer) -> Bool {
    let isTaken = mail.withLock { mail in
      guard !mail.isClosed else { return false }
      mail.submitted.append(transfer)
      return true
    }
    wakeSleeper()
    return isTaken
  }

  /// Hands over a task's job.
  func submit(_ job: UnownedJob) {
    mail.withLock { $0.jobs.append(job) }
    wakeSleeper()
  }

  /// Asks for a transfer's end.
  func cancel(_ transfer: Transfer) {
    transfer.cancel()
    mail.withLock { $0.cancelled.append(transfer) }
    wakeSleeper()
  }

  /// Takes no transfer from now on, and asks for the end of those that are there.
  func close() {
    mail.withLock { $0.isClosed = true }
    wakeSleeper()
  }

  /// Takes what has come; the thread's own call, as the two below.
  func take() -> Mail {
    mail.withLock { mail in
      guard !mail.isEmpty else { return mail }
      defer { mail = Mail(isClosed: mail.isClosed) }
      return mail
    }
  }

  /// Announces that the thread is about to sleep.
  ///
  /// - Returns: false when there is mail, and no sleep.
  func fallAsleep() -> Bool {
    // Announced before the look: whoever hands over after the look sees a sleeper to wake.
    isAsleep.store(true, ordering: .relaxed)
    guard mail.withLock({ $0.isEmpty }) else {
      wakeUp()
      return false
    }
    return true
  }

  /// Tells that the thread is awake again.
  func wakeUp() { isAsleep.store(false, ordering: .relaxed) }

  private func wakeSleeper() {
    guard isAsleep.load(ordering: .relaxed), isAsleep.exchange(false, ordering: .relaxed) else { return }
    wake.give()
  }
}
