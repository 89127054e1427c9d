internal import Logging
internal import Platform

/// Drives a connection on an event loop's thread: it connects, sends what has gathered as one pipeline, hands out the
/// replies, and connects again when the link breaks.
final class RedisConnectionDriver: LoopResident {
  /// What a driver is told.
  enum Letter: Sendable {
    /// Carry it out.
    case request(RedisRequest)
    /// The server's name was looked up.
    case addresses(Result<[String], ConnectionFault>)
  }

  private let inbox: LoopInbox<Letter>
  private let sockets: LoopSockets
  private let url: RedisURL
  private let greeting: RedisGreeting
  private let connectTimeout: Duration
  private let largestReply: Int
  private let status: ConnectionStatus
  private let logger: Logger
  private var letters: [Letter] = []
  private var link: RedisLink?
  private var watched: Poller.Readiness?
  /// When the attempt to connect that is under way is given up.
  private var attemptDeadline: MonotonicTime?
  /// Where the attempt under way has not been yet.
  private var candidates: ArraySlice<RedisURL.Endpoint> = []
  private var isLookingUp = false
  private var delay = ReconnectDelay()
  private var nextAttempt = MonotonicTime.now
  private var isEstablished = false
  private var hasComplained = false
  /// Requests that no link has taken yet, in order.
  private var waiting: [RedisRequest] = []

  init(
    inbox: LoopInbox<Letter>, sockets: LoopSockets, url: RedisURL, name: String, connectTimeout: Duration,
    largestReply: Int, status: ConnectionStatus, logger: Logger
  ) {
    self.inbox = inbox
    self.sockets = sockets
    self.url = url
    greeting = RedisGreeting(url: url, name: name)
    self.connectTimeout = connectTimeout
    self.largestReply = largestReply
    self.status = status
    self.logger = logger
  }

  var hasMail: Bool { !inbox.isEmpty }

  func handle(_ event: Poller.Event) {
    guard let link, link.fileDescriptor == event.fileDescriptor else { return }
    do throws(ConnectionFault) {
      if link.waitsToWrite, !event.readiness.isDisjoint(with: [.writable, .failed]) { try link.write() }
      if !event.readiness.isDisjoint(with: [.readable, .failed]) { try link.read() }
      if link.isReady { serveWaiting(by: link) }
    } catch {
      failed(because: error)
    }
  }

  func work() -> LoopSchedule {
    let isOver = inbox.drain(into: &letters)
    for letter in letters { handle(letter) }
    letters.removeAll(keepingCapacity: true)
    guard !isOver else {
      end()
      return .over
    }
    connectIfDue()
    write()
    checkDeadlines()
    watch()
    return nextDeadline.map { .by($0) } ?? .whenAsked
  }

  func end() {
    let fault = ConnectionFault("the connection was closed")
    waiting += dropLink(because: fault)
    failWaiting(.unavailable(fault.description))
  }

  private func handle(_ letter: Letter) {
    switch letter {
    case .request(let request):
      if waiting.isEmpty, let link, link.isReady { link.append(request) } else { waiting.append(request) }
    case .addresses(let result):
      isLookingUp = false
      guard attemptDeadline != nil, link == nil else { return }
      connect(to: result)
    }
  }

  private func connectIfDue() {
    guard link == nil, attemptDeadline == nil, MonotonicTime.now >= nextAttempt else { return }
    attemptDeadline = .now.advanced(by: connectTimeout)
    guard case .tcp(let host, _) = url.endpoint, !HostAddresses.isAddress(host) else {
      candidates = [url.endpoint]
      return connectToNext()
    }
    // One that an earlier attempt did not wait for will do.
    guard !isLookingUp else { return }
    isLookingUp = true
    HostAddresses.lookUp(host) { [inbox] in inbox.post(.addresses($0)) }
  }

  private func connect(to addresses: Result<[String], ConnectionFault>) {
    guard case .tcp(_, let port) = url.endpoint else { return }
    switch addresses {
    case .success(let hosts):
      candidates = ArraySlice(hosts.map { .tcp(host: $0, port: port) })
      connectToNext()
    case .failure(let fault): lost(because: fault)
    }
  }

  private func connectToNext() {
    guard let endpoint = candidates.popFirst(), let deadline = attemptDeadline else { return }
    do throws(ConnectionFault) {
      link = try RedisLink(to: endpoint, greeting: greeting, largestReply: largestReply, until: deadline)
    } catch {
      failed(because: error)
    }
  }

  private func write() {
    guard let link, link.isReady, link.waitsToWrite else { return }
    do throws(ConnectionFault) { try link.write() } catch { failed(because: error) }
  }

  private func serveWaiting(by link: RedisLink) {
    if !isEstablished {
      isEstablished = true
      attemptDeadline = nil
      candidates = []
      status.note(isUp: true)
      logger.log(level: hasComplained ? .notice : .debug, "connected to Redis", metadata: ["redis": "\(url)"])
      hasComplained = false
    }
    if link.wasUseful { delay.reset() }
    for request in waiting { link.append(request) }
    waiting.removeAll()
  }

  private func watch() {
    guard let link else { return }
    let wanted: Poller.Readiness = link.waitsToWrite ? [.readable, .writable] : .readable
    guard watched != wanted else { return }
    sockets.watch(link.fileDescriptor, for: wanted)
    watched = wanted
  }

  private var nextDeadline: MonotonicTime? {
    var next = attemptDeadline ?? (link == nil ? nextAttempt : link?.deadline)
    for request in waiting { next = min(next ?? request.deadline, request.deadline) }
    return next
  }

  private func checkDeadlines() {
    guard let nextDeadline, nextDeadline <= .now else { return }
    let now = MonotonicTime.now
    if let attemptDeadline, attemptDeadline <= now {
      lost(because: ConnectionFault("no connection within \(connectTimeout)"))
    } else if let link, let deadline = link.deadline, deadline <= now {
      giveUp(link, at: now)
    }
    for request in waiting where request.deadline <= now {
      request.completion(.failure(.unavailable("no connection in time")))
    }
    waiting.removeAll { $0.deadline <= now }
  }

  /// Ends a link whose answers are late. What has arrived is read first: a process that was held up finds answers that
  /// came in time.
  private func giveUp(_ link: RedisLink, at now: MonotonicTime) {
    do throws(ConnectionFault) {
      if !link.isConnecting { try link.read() }
      if link.isReady { serveWaiting(by: link) }
    } catch {
      return failed(because: error)
    }
    if let deadline = link.deadline, deadline <= now { lost(because: ConnectionFault("no answer in time")) }
  }

  /// A link is no good: the attempt goes on where it has not been yet.
  private func failed(because fault: ConnectionFault) {
    guard !isEstablished, !fault.isRefusal, !candidates.isEmpty else { return lost(because: fault) }
    _ = dropLink(because: fault)
    connectToNext()
  }

  private func lost(because fault: ConnectionFault) {
    status.note(isUp: false)
    let unsent = dropLink(because: fault)
    attemptDeadline = nil
    candidates = []
    if isEstablished {
      isEstablished = false
      waiting = unsent + waiting
    } else {
      failWaiting(fault.isRefusal ? .denied(fault.description) : .unavailable(fault.description))
    }
    logger.log(
      level: hasComplained ? .debug : .warning, "no connection to Redis",
      metadata: ["redis": "\(url)", "cause": "\(fault)"])
    hasComplained = true
    nextAttempt = .now.advanced(by: delay.next())
  }

  /// - Returns: the requests of which nothing was sent.
  private func dropLink(because fault: ConnectionFault) -> [RedisRequest] {
    guard let link else { return [] }
    if watched != nil { sockets.forget(link.fileDescriptor) }
    watched = nil
    self.link = nil
    return link.abandon(because: fault)
  }

  private func failWaiting(_ error: RedisError) {
    for request in waiting { request.completion(.failure(error)) }
    waiting.removeAll()
  }
}
