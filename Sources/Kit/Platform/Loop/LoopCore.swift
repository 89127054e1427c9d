/// The life of an ``EventLoop``'s thread.
struct LoopCore: ~Copyable {
  private struct Resident {
    let number: Int
    let object: any LoopResident
    var schedule = LoopSchedule.whenAsked
    var hasEvents = true
  }

  /// How many tasks have their turn before the network has its own. Where answers come fast, what was sent is answered
  /// before the next is sent, and its memory used again while the processor's caches still hold it.
  private static let jobsBetweenRounds = 128

  private let wake: LoopWake
  private var jobs: ReadyJobs
  private let arrivals: LoopInbox<EventLoop.Arrival>
  private let executor: LoopExecutor
  private let sockets: SocketOwners
  private var residents: [Resident] = []
  private var residentCount = 0
  private var newcomers: [EventLoop.Arrival] = []
  private var events: [Poller.Event] = []

  init(
    poller: Poller, wake: LoopWake, jobs: LoopInbox<UnownedJob>, arrivals: LoopInbox<EventLoop.Arrival>,
    executor: LoopExecutor
  ) {
    self.wake = wake
    self.jobs = ReadyJobs(jobs)
    self.arrivals = arrivals
    self.executor = executor
    sockets = SocketOwners(poller)
    poller.watch(wake.fileDescriptor, for: .readable)
  }

  /// Runs until the loop is over.
  consuming func run() {
    while welcomeNewcomers() {
      serveResidents()
      runJobs()
      serveResidents()
      sleep()
    }
    for resident in residents { resident.object.end() }
    while !jobs.isEmpty { runJobs() }
  }

  /// - Returns: false when the loop is over.
  private mutating func welcomeNewcomers() -> Bool {
    let isOver = arrivals.drain(into: &newcomers)
    for make in newcomers {
      residentCount += 1
      let object = make(LoopSockets(watched: sockets, resident: residentCount))
      residents.append(Resident(number: residentCount, object: object))
    }
    return !isOver
  }

  /// Runs what is ready, and what that makes ready.
  private mutating func runJobs() {
    for _ in 0..<Self.jobsBetweenRounds {
      guard let job = jobs.next() else { return }
      unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor())
    }
  }

  private mutating func serveResidents() {
    var clock = RoundClock()
    for position in residents.indices.reversed() {
      guard residents[position].hasEvents || residents[position].object.hasMail || isDue(position, &clock) else {
        continue
      }
      residents[position].hasEvents = false
      residents[position].schedule = residents[position].object.work()
      if case .over = residents[position].schedule { residents.remove(at: position) }
    }
  }

  private func isDue(_ position: Int, _ clock: inout RoundClock) -> Bool {
    guard case .by(let time) = residents[position].schedule else { return false }
    return time <= clock.now
  }

  /// Waits for the network, for mail, or for the next resident's time.
  private mutating func sleep() {
    wake.announceSleep()
    sockets.poller.wait(atMost: hasMail ? .zero : timeToNextDeadline, into: &events)
    wake.awake()
    for event in events { handle(event) }
  }

  private mutating func handle(_ event: Poller.Event) {
    guard event.fileDescriptor != wake.fileDescriptor else { return wake.reset() }
    let owner = sockets[event.fileDescriptor]
    guard let position = residents.firstIndex(where: { $0.number == owner }) else {
      return sockets.poller.forget(event.fileDescriptor)
    }
    residents[position].hasEvents = true
    residents[position].object.handle(event)
  }

  private var hasMail: Bool { !jobs.isEmpty || !arrivals.isEmpty || residents.contains { $0.object.hasMail } }

  /// How long to sleep at most; nil is without end.
  private var timeToNextDeadline: Duration? {
    var next: MonotonicTime?
    for resident in residents {
      guard case .by(let time) = resident.schedule else { continue }
      next = min(next ?? time, time)
    }
    return next.map { max(.zero, MonotonicTime.now.duration(to: $0)) }
  }
}

/// The tasks that are ready to go on, in order.
private struct ReadyJobs {
  private let inbox: LoopInbox<UnownedJob>
  private var batch: [UnownedJob] = []
  private var position = 0

  init(_ inbox: LoopInbox<UnownedJob>) { self.inbox = inbox }

  var isEmpty: Bool { position == batch.count && inbox.isEmpty }

  mutating func next() -> UnownedJob? {
    if position == batch.count {
      _ = inbox.drain(into: &batch)
      position = 0
    }
    guard position < batch.count else { return nil }
    defer { position += 1 }
    return batch[position]
  }
}
