internal import DequeModule
internal import Platform

/// One life of a connection, from the connect to the fault that ends it: what was sent, what is still to be sent,
/// and who waits for a reply, in the order in which the replies will come. It lives on one thread.
final class RedisLink {
  private enum Phase {
    case connecting
    case greeting
    case ready
  }

  private struct Unanswered {
    let request: RedisRequest
    /// Where the request's bytes begin in all that this link sends.
    let offset: Int
    var replies: [RedisReply] = []
  }

  private let socket: RedisSocket
  private let greeting: RedisGreeting
  private let setUpDeadline: MonotonicTime
  private var phase = Phase.connecting
  private var greetingsMissing = 0
  private var output: [UInt8] = []
  private var outputStart = 0
  private var sentCount = 0
  private var queuedCount = 0
  private var unanswered: Deque<Unanswered> = []
  private var mustLeave = false

  /// Whether a reply to a request, and not only to the greeting, has come.
  private(set) var wasUseful = false

  /// Starts to connect to an address; a host's name would have to be looked up, and that may block.
  init(
    to address: RedisURL.Endpoint, greeting: RedisGreeting, largestReply: Int, until deadline: MonotonicTime
  ) throws(ConnectionFault) {
    setUpDeadline = deadline
    self.greeting = greeting
    socket = try RedisSocket(connectingTo: address, largestReply: largestReply)
  }

  var fileDescriptor: Int32 { socket.fileDescriptor }

  /// Whether requests are taken.
  var isReady: Bool { phase == .ready }

  /// Whether the connect has not ended yet.
  var isConnecting: Bool { phase == .connecting }

  /// Whether there is something to send, or the connect to end.
  var waitsToWrite: Bool { phase == .connecting || outputStart < output.count }

  /// When this link is to be given up unless a reply comes before.
  var deadline: MonotonicTime? { phase == .ready ? unanswered.first?.request.deadline : setUpDeadline }

  /// Takes a request to be sent; only when ready.
  func append(_ request: RedisRequest) {
    unanswered.append(Unanswered(request: request, offset: queuedCount))
    queue(request.bytes)
  }

  /// The socket can be written to.
  func write() throws(ConnectionFault) {
    if phase == .connecting {
      try socket.finishConnecting()
      phase = .greeting
      for command in greeting.commands {
        var bytes: [UInt8] = []
        command.write(to: &bytes)
        queue(bytes)
      }
      greetingsMissing = greeting.commands.count
    }
    while outputStart < output.count {
      let count = try socket.send(output[outputStart...])
      guard count > 0 else { return }
      outputStart += count
      sentCount += count
    }
    output.removeAll(keepingCapacity: output.capacity <= 1 << 20)
    outputStart = 0
  }

  /// The socket can be read from: hands out the replies that are whole.
  func read() throws(ConnectionFault) {
    var mayHaveMore = true
    while mayHaveMore {
      mayHaveMore = try socket.receive()
      while let reply = try socket.nextReply() { try handle(reply) }
    }
    if mustLeave { throw ConnectionFault("the server has become a replica") }
  }

  /// Ends the link: who had a byte sent learns that it was interrupted, the others may be sent by another link.
  ///
  /// - Returns: the requests of which nothing was sent.
  func abandon(because fault: ConnectionFault) -> [RedisRequest] {
    var unsent: [RedisRequest] = []
    for entry in unanswered {
      if entry.offset < sentCount {
        entry.request.completion(.failure(.interrupted(fault.description)))
      } else {
        unsent.append(entry.request)
      }
    }
    unanswered.removeAll()
    return unsent
  }

  private func queue(_ bytes: [UInt8]) {
    output.append(contentsOf: bytes)
    queuedCount += bytes.count
  }

  private func handle(_ reply: RedisReply) throws(ConnectionFault) {
    guard phase == .ready else { return try greet(reply) }
    guard !unanswered.isEmpty else { throw ConnectionFault("an answer that nobody asked for") }
    if case .error(let text) = reply, ErrorReply(text).isFromReplica { mustLeave = true }
    wasUseful = true
    if unanswered[0].request.replyCount == 1 {
      return unanswered.removeFirst().request.completion(.success([reply]))
    }
    unanswered[0].replies.append(reply)
    guard unanswered[0].replies.count == unanswered[0].request.replyCount else { return }
    let entry = unanswered.removeFirst()
    entry.request.completion(.success(entry.replies))
  }

  private func greet(_ reply: RedisReply) throws(ConnectionFault) {
    guard phase == .greeting, greetingsMissing > 0 else { throw ConnectionFault("an answer that nobody asked for") }
    try greeting.check(reply, at: greeting.commands.count - greetingsMissing)
    greetingsMissing -= 1
    if greetingsMissing == 0 { phase = .ready }
  }
}
