internal import CCurl
internal import Platform

/// Drives every transfer of a ``TransferLoop`` on an event loop's thread. libcurl is called socket by socket, so that a
/// transfer that waits costs nothing.
final class TransferDriver: LoopResident {
  /// What a driver is asked for.
  enum Order: Sendable {
    /// Carry it out.
    case start(Transfer)
    /// End it.
    case cancel(Transfer)
  }

  /// The connections' sockets.
  var sockets: WatchedSockets
  /// When libcurl wants to be called next, for each group: here, since the groups themselves lie far apart in memory.
  var timers: [LoopTimer] = []

  /// When the first of the transfers may be late; nil when there are none.
  private var nextLook: MonotonicTime?

  private let settings: TransferSettings
  private let inbox: LoopInbox<Order>
  private let onEnd: @Sendable () -> Void
  private let headers: HeaderLines
  private let caches = SharedCaches()
  private var urls = ParsedURLs()
  private var orders: [Order] = []
  private var groups: [TransferGroup] = []
  /// The numbers of the groups whose transfers may have ended, some of them twice.
  private var driven: [Int] = []
  private var handles: [EasyHandle] = []
  /// The handle that was used last is used first: its memory is the warmest.
  private var idle: [EasyHandle] = []

  init(
    settings: TransferSettings, inbox: LoopInbox<Order>, sockets: LoopSockets, onEnd: @escaping @Sendable () -> Void
  ) {
    self.settings = settings
    self.inbox = inbox
    self.sockets = WatchedSockets(in: sockets, maximumIdle: settings.maximumIdle)
    self.onEnd = onEnd
    headers = HeaderLines(settings.headers)
  }

  var hasMail: Bool { !inbox.isEmpty }

  func handle(_ event: Poller.Event) {
    guard let group = sockets.owner(of: event.fileDescriptor) else { return sockets.end(event.fileDescriptor) }
    groups[group].drive(event.fileDescriptor, ready: event.readiness)
    driven.append(group)
  }

  func work() -> LoopSchedule {
    let isOver = inbox.drain(into: &orders)
    var clock = RoundClock()
    // Before a new transfer can take one of them.
    sockets.endIdle(&clock)
    for order in orders {
      switch order {
      case .start(let transfer): start(transfer, &clock)
      case .cancel(let transfer): cancel(transfer)
      }
    }
    orders.removeAll(keepingCapacity: true)
    guard !isOver else {
      end()
      return .over
    }
    driveDue(&clock)
    takeResults()
    giveUpLate(&clock)
    var schedule = timers.reduce(LoopSchedule.whenAsked) { $0.earlier($1.schedule(&clock)) }
    if let nextLook { schedule = schedule.earlier(by: nextLook) }
    if let nextEnd = sockets.nextEnd { schedule = schedule.earlier(by: nextEnd) }
    return schedule
  }

  /// Ends the transfers whose time is up. What has arrived is read first: a process that was held up finds answers in
  /// its sockets that came in time.
  private func giveUpLate(_ clock: inout RoundClock) {
    guard let nextLook, nextLook <= clock.now else { return }
    let now = clock.now
    for group in Set(lateHandles(at: now).map(\.group.number)) {
      for socket in sockets.wanted(by: group) { groups[group].drive(socket, ready: .readable) }
      groups[group].takeResults { handle, code in conclude(handle, code) }
    }
    for handle in lateHandles(at: now) { remove(handle, handle.result(CURLE_OPERATION_TIMEDOUT)) }
    self.nextLook = handles.lazy.filter { $0.transfer != nil }.map(\.deadline).min()
  }

  private func lateHandles(at now: MonotonicTime) -> [EasyHandle] {
    handles.filter { $0.transfer != nil && $0.deadline <= now }
  }

  private func driveDue(_ clock: inout RoundClock) {
    for group in groups.indices where timers[group].isDue(&clock) {
      groups[group].driveDue()
      driven.append(group)
    }
  }

  private func takeResults() {
    for group in driven { groups[group].takeResults { handle, code in conclude(handle, code) } }
    driven.removeAll(keepingCapacity: true)
  }

  private func conclude(_ handle: EasyHandle, _ code: CURLcode) {
    guard handle.mayTryAfresh(after: code) else { return remove(handle, handle.result(code)) }
    handle.group.stop(handle)
    start(handle, isReady: handle.prepareAfresh())
  }

  func end() {
    for handle in handles where handle.transfer != nil { remove(handle, .failed(.stopped(handle.progress))) }
    handles = []
    idle = []
    groups = []
    driven = []
    onEnd()
  }

  private func start(_ transfer: Transfer, _ clock: inout RoundClock) {
    guard !transfer.isCancelled else { return transfer.finish(.failed(.stopped(.nothingWritten))) }
    guard let handle = idle.popLast() ?? makeHandle() else { return transfer.finish(.failed(.outOfMemory)) }
    start(handle, isReady: handle.prepare(transfer, at: clock.now))
    nextLook = min(nextLook ?? handle.deadline, handle.deadline)
  }

  private func start(_ handle: EasyHandle, isReady: Bool) {
    guard isReady, handle.group.start(handle) else {
      handle.finish(.failed(.outOfMemory))
      return idle.append(handle)
    }
  }

  /// An address in parts; nil when it is none.
  func parsed(_ url: String) -> ParsedURL? { urls.parsed(url) }

  private func makeHandle() -> EasyHandle? {
    guard let caches, let group = groupWithRoom(),
      let handle = EasyHandle(settings: settings, headers: headers, caches: caches, driver: self, group: group)
    else { return nil }
    group.join()
    handles.append(handle)
    return handle
  }

  private func groupWithRoom() -> TransferGroup? {
    if let last = groups.last, !last.isFull { return last }
    guard let group = TransferGroup(groups.count, of: self) else { return nil }
    groups.append(group)
    timers.append(LoopTimer())
    return group
  }

  private func cancel(_ transfer: Transfer) {
    guard let handle = handles.first(where: { $0.transfer === transfer }) else { return }
    remove(handle, .failed(.stopped(handle.progress)))
  }

  private func remove(_ handle: EasyHandle, _ result: TransferResult) {
    handle.group.stop(handle)
    handle.finish(result)
    idle.append(handle)
  }
}

extension TransferFailure {
  fileprivate static var outOfMemory: TransferFailure {
    TransferFailure(reason: .broken, message: "out of memory", progress: .nothingWritten)
  }
}
