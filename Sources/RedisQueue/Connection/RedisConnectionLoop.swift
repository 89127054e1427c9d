internal import Delivery
internal import Glibc
internal import Logging

/// The life of a connection's thread: it connects, sends what has gathered as one pipeline, hands out the replies,
/// and connects again when the link breaks.
struct RedisConnectionLoop: ~Copyable {
  private let mailbox: RedisMailbox
  private let url: RedisURL
  private let name: String
  private let connectTimeout: Duration
  private let logger: Logger
  private var link: RedisLink?
  private var delay = ReconnectDelay()
  private var nextAttempt = ContinuousClock.now
  private var isEstablished = false
  private var hasComplained = false
  /// Requests that no link has taken yet, in order.
  private var waiting: [RedisRequest] = []

  init(mailbox: RedisMailbox, url: RedisURL, name: String, connectTimeout: Duration, logger: Logger) {
    self.mailbox = mailbox
    self.url = url
    self.name = name
    self.connectTimeout = connectTimeout
    self.logger = logger
  }

  /// Runs until the mailbox is closed.
  consuming func run() {
    while true {
      let (requests, isClosed) = mailbox.takeRequests()
      if isClosed {
        waiting += requests
        return end()
      }
      if waiting.isEmpty, let link, link.isReady {
        for request in requests { link.append(request) }
      } else {
        waiting += requests
      }
      connectIfDue()
      sleepAndServe()
      checkDeadlines()
    }
  }

  private mutating func end() {
    let fault = ConnectionFault("the connection was closed")
    if let link { waiting += link.abandon(because: fault) }
    failWaiting(.unavailable(fault.description))
  }

  private mutating func connectIfDue() {
    guard link == nil, ContinuousClock.now >= nextAttempt else { return }
    do throws(ConnectionFault) {
      link = try RedisLink(to: url, name: name, within: connectTimeout)
    } catch {
      lost(because: error)
    }
  }

  /// Sends and receives what can be, after a wait when there is nothing.
  private mutating func sleepAndServe() {
    do throws(ConnectionFault) {
      if let link, link.isReady, link.waitsToWrite { try link.write() }
      let readiness = poll()
      guard let link else { return }
      if readiness.writable, link.waitsToWrite { try link.write() }
      if readiness.readable { try link.read() }
      if link.isReady { serveWaiting(by: link) }
    } catch {
      lost(because: error)
    }
  }

  private mutating func serveWaiting(by link: RedisLink) {
    if !isEstablished {
      isEstablished = true
      mailbox.setUp(true)
      logger.log(level: hasComplained ? .notice : .debug, "connected to Redis", metadata: ["redis": "\(url)"])
      hasComplained = false
    }
    if link.wasUseful { delay.reset() }
    for request in waiting { link.append(request) }
    waiting.removeAll()
  }

  /// Waits for the socket, the mailbox or the next deadline.
  private func poll() -> (readable: Bool, writable: Bool) {
    var descriptors = [pollfd(fd: mailbox.fileDescriptor, events: Int16(POLLIN), revents: 0)]
    if let link {
      let events = POLLIN | (link.waitsToWrite ? POLLOUT : 0)
      descriptors.append(pollfd(fd: link.fileDescriptor, events: Int16(events), revents: 0))
    }
    let maySleep = mailbox.fallAsleep()
    let timeout = maySleep ? millisecondsToNextDeadline() : 0
    _ = unsafe Glibc.poll(&descriptors, nfds_t(descriptors.count), timeout)
    mailbox.wakeUp(bySignal: descriptors[0].revents != 0)
    guard descriptors.count > 1 else { return (false, false) }
    let events = Int32(descriptors[1].revents)
    let isBroken = events & (POLLERR | POLLHUP | POLLNVAL) != 0
    return (events & POLLIN != 0 || isBroken, events & POLLOUT != 0 || isBroken)
  }

  private func millisecondsToNextDeadline() -> Int32 {
    var next = link?.deadline
    if link == nil { next = nextAttempt }
    for request in waiting where next.map({ request.deadline < $0 }) ?? true { next = request.deadline }
    guard let next else { return -1 }
    let (seconds, attoseconds) = (next - .now).components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    return Int32(clamping: max(0, milliseconds + 1))
  }

  private mutating func checkDeadlines() {
    let now = ContinuousClock.now
    if let link, let deadline = link.deadline, deadline <= now {
      lost(because: ConnectionFault(link.isReady ? "no answer in time" : "no connection within \(connectTimeout)"))
    }
    guard !waiting.isEmpty else { return }
    for request in waiting where request.deadline <= now {
      request.completion(.failure(.unavailable("no connection in time")))
    }
    waiting.removeAll { $0.deadline <= now }
  }

  private mutating func lost(because fault: ConnectionFault) {
    mailbox.setUp(false)
    let unsent = link?.abandon(because: fault) ?? []
    link = nil
    if isEstablished {
      isEstablished = false
      waiting = unsent + waiting
    } else {
      failWaiting(fault.isRefusal ? .refused(fault.description) : .unavailable(fault.description))
    }
    logger.log(
      level: hasComplained ? .debug : .warning, "no connection to Redis",
      metadata: ["redis": "\(url)", "cause": "\(fault)"])
    hasComplained = true
    nextAttempt = .now + delay.next()
  }

  private mutating func failWaiting(_ error: QueueError) {
    for request in waiting { request.completion(.failure(error)) }
    waiting.removeAll()
  }
}
