internal import Glibc
internal import Synchronization

/// A client's connection from acceptance to close, and the one request that stands on it.
///
/// The loop's thread drives it. A handler that ends on another thread leaves its answer here, and gets back which
/// connection the loop is to be told to resume; what comes a second time, or too late, goes nowhere.
final class HTTPConnection: Sendable {
  private enum Phase {
    /// No request, or headers on their way.
    case waiting
    case receiving(RequestIntake)
    /// The body is too large: it is read and thrown away up to a bound, and then refused.
    case discarding(bytes: Int)
    /// The handler runs on the loop's thread.
    case handling
    /// The handler goes on elsewhere, and the library is about to ask again.
    case running(Task<Void, Never>)
    /// The handler goes on elsewhere, and the library waits for its answer.
    case suspended(ConnectionHandle, Task<Void, Never>)
    case answered(HTTPResponse)
    case responding
    case closed
  }

  /// What the loop's thread is to do now that it asks for an answer.
  enum Step {
    case begin
    case handle(HTTPRequest)
    case refuse(HTTPResponse)
    case send(HTTPResponse)
    case wait
    case close
  }

  private struct State {
    var phase = Phase.waiting
    var since = ContinuousClock.now
    var holdsExchange = false

    var isResponding: Bool { if case .responding = phase { true } else { false } }

    mutating func enter(_ phase: Phase) {
      self.phase = phase
      since = .now
    }
  }

  /// Its place among the connections.
  let slot: Int
  private let socket: Int32
  private let state = Mutex(State())

  init(socket: Int32, slot: Int) {
    self.socket = socket
    self.slot = slot
  }

  /// Decides what is next when the library has no more of the request to hand over.
  func nextStep(_ handle: ConnectionHandle) -> Step {
    state.withLock { state in
      switch state.phase {
      case .waiting:
        return .begin
      case .receiving(let intake):
        state.enter(.handling)
        state.holdsExchange = true
        return .handle(intake.request)
      case .discarding:
        return .refuse(.bodyTooLarge)
      case .answered(let response):
        return .send(response)
      case .running(let handler):
        state.phase = .suspended(handle, handler)
        handle.suspend()
        return .wait
      case .handling, .suspended, .responding, .closed:
        return .close
      }
    }
  }

  /// Starts a request whose headers are in.
  func receive(_ intake: RequestIntake) { state.withLock { $0.enter(.receiving(intake)) } }

  /// Starts a request whose body is known to be too large.
  func discardBody() { state.withLock { $0.enter(.discarding(bytes: 0)) } }

  /// Takes a part of the body; false when there is so much of it that the connection has to go.
  func receive(_ part: UnsafeRawBufferPointer, limits: HTTPLimits) -> Bool {
    state.withLock { state in
      switch state.phase {
      case .receiving(var intake):
        // Taken out of the state, so that the body grows in place.
        state.phase = .waiting
        let fits = unsafe intake.append(part, upTo: limits.bodyBytes)
        state.phase = fits ? .receiving(intake) : .discarding(bytes: limits.bodyBytes + part.count)
        return true
      case .discarding(let bytes):
        state.phase = .discarding(bytes: bytes + part.count)
        return bytes + part.count <= limits.discardedBytes
      default:
        return false
      }
    }
  }

  /// After the handler's first stretch: its answer when it has ended, nil when it goes on.
  ///
  /// The library asks again at once, and waits from then on. Told to wait the first time it would, once it goes on, read
  /// before it answers, and take a client that has no more to say for one that has gone.
  func answerOrRun(_ handler: Task<Void, Never>) -> HTTPResponse? {
    state.withLock { state in
      if case .answered(let response) = state.phase { return response }
      state.enter(.running(handler))
      return nil
    }
  }

  /// Leaves the handler's answer; gives the connection that waits for it, nil when none does.
  func answer(_ response: HTTPResponse) -> ConnectionHandle? {
    state.withLock { state in
      switch state.phase {
      case .handling, .running:
        state.enter(.answered(response))
        return nil
      case .suspended(let handle, _):
        state.enter(.answered(response))
        return handle
      default:
        return nil
      }
    }
  }

  /// The answer is about to be handed to the library.
  func respond() { state.withLock { $0.enter(.responding) } }

  /// The request is over, however it ended; true when it had been counted as one.
  func complete() -> Bool {
    state.withLock { state in
      defer { state.holdsExchange = false }
      state.enter(.waiting)
      return state.holdsExchange
    }
  }

  /// The library is about to close the socket; true when a request was still counted.
  func close() -> Bool {
    state.withLock { state in
      defer { state.holdsExchange = false }
      state.enter(.closed)
      return state.holdsExchange
    }
  }

  /// Tells the handler that its answer is no longer wanted.
  func cancel() {
    state.withLock { state in
      switch state.phase {
      case .running(let handler), .suspended(_, let handler): handler.cancel()
      default: break
      }
    }
  }

  /// Ends a connection for another's sake.
  func giveWay() {
    state.withLock { state in
      if case .closed = state.phase { return }
      shutDown(dropsAnswer: state.isResponding)
    }
  }

  /// Ends a connection that took too long, and cancels the handler of one whose client is gone.
  func review(at now: ContinuousClock.Instant, limits: HTTPLimits) {
    state.withLock { state in
      switch state.phase {
      case .waiting:
        let isOverdue = now - state.since > limits.idle
        if isOverdue || now - state.since > limits.reviewInterval && isAbandonedByClient {
          shutDown(dropsAnswer: false)
        }
      case .receiving, .discarding, .responding:
        if now - state.since > limits.transfer { shutDown(dropsAnswer: state.isResponding) }
      case .suspended(_, let handler):
        if now - state.since > limits.reviewInterval, isAbandonedByClient { handler.cancel() }
      case .handling, .running, .answered, .closed:
        break
      }
    }
  }

  /// Closing is the library's; it does so once it sees the end. The lock keeps the descriptor from being another's.
  ///
  /// - Parameter dropsAnswer: the system would hold what the client has not taken in for minutes after the close.
  private func shutDown(dropsAnswer: Bool) {
    if dropsAnswer {
      var atOnce = linger(l_onoff: 1, l_linger: 0)
      _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
    }
    _ = shutdown(socket, Int32(SHUT_RDWR))
  }

  private var isAbandonedByClient: Bool {
    let peerClosed = Int16(0x2000)  // POLLRDHUP, which glibc hides without _GNU_SOURCE
    var descriptor = pollfd(fd: socket, events: peerClosed, revents: 0)
    guard unsafe poll(&descriptor, 1, 0) > 0 else { return false }
    return descriptor.revents & (peerClosed | Int16(POLLHUP | POLLERR)) != 0
  }
}
