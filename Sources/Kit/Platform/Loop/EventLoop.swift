internal import Glibc

/// A thread that serves many sockets and runs Swift tasks in between: what the one asks of the other costs no wake-up
/// of another thread.
///
/// Sockets are served by residents, objects that live on the thread and are reached by their ``LoopInbox``. The thread
/// ends with the last reference to the loop.
public final class EventLoop: Sendable {
  /// Runs tasks on the loop's thread, for as long as the loop lives. What runs there must not block.
  public let executor: LoopExecutor
  /// A clock whose waits the loop keeps.
  public let clock: LoopClock
  private let wake: LoopWake
  private let arrivals: LoopInbox<Arrival>

  typealias Arrival = @Sendable (LoopSockets) -> any LoopResident

  /// A loop at work.
  ///
  /// - Parameter name: its thread's; cut after 15 bytes by the kernel.
  /// - Throws: ``SystemError`` when the system gives no descriptor or thread.
  public init(named name: String) throws(SystemError) {
    let wake = try LoopWake()
    let poller = try Poller()
    let jobs = LoopInbox<UnownedJob>(wake)
    let arrivals = LoopInbox<Arrival>(wake)
    let executor = LoopExecutor(jobs)
    self.wake = wake
    self.arrivals = arrivals
    self.executor = executor
    let sleepers = LoopInbox<Sleeper>(wake)
    clock = LoopClock(sleepers)
    arrivals.post { _ in LoopTimers(sleepers) }
    try IOThread.start(named: name) {
      Self.blockBrokenPipeSignal()
      LoopCore(poller: poller, wake: wake, jobs: jobs, arrivals: arrivals, executor: executor).run()
    }
  }

  deinit { arrivals.close() }

  /// Lets a resident in.
  ///
  /// - Parameter make: makes the resident, on the loop's thread.
  public func add(_ make: @escaping @Sendable (LoopSockets) -> any LoopResident) { arrivals.post(make) }

  /// An inbox whose owner lives on this loop.
  public func makeInbox<Letter: Sendable>(for letter: Letter.Type = Letter.self) -> LoopInbox<Letter> {
    LoopInbox(wake)
  }

  /// A peer that has gone is an error of the call that meets it. Not every library can tell its system calls so: a TLS
  /// library that writes to a connection which was reset must not end the process.
  private static func blockBrokenPipeSignal() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}

/// Runs tasks on an ``EventLoop``'s thread, one after the other, between one round of the network and the next.
public final class LoopExecutor: TaskExecutor {
  private let jobs: LoopInbox<UnownedJob>

  init(_ jobs: LoopInbox<UnownedJob>) { self.jobs = jobs }

  /// Takes a job, to be run after those that were given before.
  public func enqueue(_ job: consuming ExecutorJob) { jobs.post(UnownedJob(job)) }
}
