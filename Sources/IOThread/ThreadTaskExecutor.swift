internal import Synchronization

/// Runs Swift tasks on one thread of its own.
///
/// Tasks that hand over to I/O threads many thousand times a second are cheaper here than on the cooperative pool: a
/// job is one entry in an array, and the thread is woken only when it sleeps.
public final class ThreadTaskExecutor: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isAsleep = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wake: WakeSignal
  private let poller: Poller

  /// An executor with its thread, which lives until ``close()``.
  ///
  /// - Parameter name: the thread's name.
  /// - Throws: ``SystemError`` when the system gives no thread or descriptor.
  public init(named name: String) throws(SystemError) {
    wake = try WakeSignal()
    poller = try Poller()
    poller.watch(wake.fileDescriptor, for: .readable)
    try IOThread.start(named: name) { self.run() }
  }

  /// Ends the thread once it has run the jobs that it was given; to be called when no task prefers it any more.
  public func close() {
    state.withLock { $0.isClosed = true }
    wake.give()
  }

  /// Takes a job, to be run after those that were given before.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let wakes = state.withLock { state in
      state.jobs.append(job)
      defer { state.isAsleep = false }
      return state.isAsleep
    }
    if wakes { wake.give() }
  }

  private func run() {
    let executor = unsafe asUnownedTaskExecutor()
    var jobs: [UnownedJob] = []
    var events: [Poller.Event] = []
    while takeJobs(&jobs) {
      for job in jobs { unsafe job.runSynchronously(on: executor) }
      guard jobs.isEmpty else { continue }
      poller.wait(milliseconds: nil, into: &events)
      wake.take()
    }
  }

  /// Takes the jobs that wait; none means that the next one will wake the thread.
  ///
  /// - Returns: false when there is nothing more to do, for good.
  private func takeJobs(_ jobs: inout [UnownedJob]) -> Bool {
    jobs.removeAll(keepingCapacity: true)
    return state.withLock { state in
      swap(&jobs, &state.jobs)
      state.isAsleep = jobs.isEmpty
      return !jobs.isEmpty || !state.isClosed
    }
  }
}
