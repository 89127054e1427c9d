package import Concurrency
package import Delivery
import Synchronization

/// A sender that answers as a test tells it to, and keeps what it was asked to send.
package final class StubSender: MessageSender {
  /// What is answered to a message; the number counts the calls from 1 on.
  package typealias Answer = @Sendable (OutgoingMessage, Int) async -> Result<SendReceipt, SendFailure>

  private struct State {
    var messages: [OutgoingMessage] = []
    var inFlight = 0
    var peakInFlight = 0
  }

  private let state = Mutex(State())
  private let answer: Answer

  /// A sender that accepts every message, or answers as it is told.
  package init(_ answer: @escaping Answer = { _, _ in .success(SendReceipt(providerID: "3EB0")) }) {
    self.answer = answer
  }

  /// The messages that it was asked to send, in order.
  package var messages: [OutgoingMessage] { state.withLock(\.messages) }

  /// The ids of those messages.
  package var ids: [String] { messages.map(\.id) }

  /// How many it was asked to send.
  package var calls: Int { state.withLock(\.messages.count) }

  /// How many wait for their answer now.
  package var inFlight: Int { state.withLock(\.inFlight) }

  /// The most that ever waited at once.
  package var peakInFlight: Int { state.withLock(\.peakInFlight) }

  /// Keeps the message and gives the answer that the test set.
  package func send(_ message: OutgoingMessage) async throws(SendFailure) -> SendReceipt {
    let call = state.withLock { state in
      state.messages.append(message)
      state.inFlight += 1
      state.peakInFlight = max(state.peakInFlight, state.inFlight)
      return state.messages.count
    }
    defer { state.withLock { $0.inFlight -= 1 } }
    return try await answer(message, call).get()
  }
}

extension StubSender {
  /// A sender whose answers never come: a cancelled call ends as uncertain, as the real one's do.
  package static func hanging() -> StubSender { holding(until: ManualResetEvent()) }

  /// A sender whose answers come once a event is opened; a cancelled call ends as uncertain, as the real one's do.
  package static func holding(until event: ManualResetEvent) -> StubSender {
    StubSender { _, _ in
      await event.wait()
      guard event.isSet else { return .failure(SendFailure(.uncertain, detail: "cut off")) }
      return .success(SendReceipt(providerID: nil))
    }
  }

  /// A sender that fails the same way each time.
  package static func failing(_ failure: SendFailure) -> StubSender { StubSender { _, _ in .failure(failure) } }
}
