import Redis
import Synchronization
import TestSupport
import Testing

@testable import RedisQueue

/// What many ask for one by one, and when it goes.
@Suite(.hangLimit)
struct CallBatcherTests {
  private let server = AnsweringServer()

  private var batcher: CallBatcher<Int, String> {
    CallBatcher { [server] questions, completion in server.take(questions, completion) }
  }

  @Test func `what is asked while a call is under way goes as one call behind it`() async throws {
    let batcher = batcher
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for question in 0..<5 { group.addTask { try await batcher.ask(question) == "\(question)" } }
      try await eventually("the others to wait") { batcher.waiting == 4 }
      #expect(server.calls.map(\.count) == [1])
      server.answerAll()
      for try await isRight in group { #expect(isRight) }
    }
    #expect(server.calls.map(\.count) == [1, 4])
  }

  @Test func `what is held goes with the flush, all of it, and what comes then is held again`() async throws {
    let batcher = batcher
    server.answerAll()
    batcher.hold(true)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for question in 0..<1_500 { group.addTask { try await batcher.ask(question) == "\(question)" } }
      try await eventually("all to wait") { batcher.waiting == 1_500 }
      #expect(server.calls.isEmpty)
      batcher.flush()
      #expect(server.calls.map(\.count) == [1_000, 500])
      group.addTask { try await batcher.ask(1) == "1" }
      try await eventually("one to wait") { batcher.waiting == 1 }
      batcher.hold(false)
      for try await isRight in group { #expect(isRight) }
      #expect(try await batcher.ask(2) == "2")
    }
    #expect(server.calls.map(\.count) == [1_000, 500, 1, 1])
  }

  @Test func `everybody learns of a call that failed`() async throws {
    let batcher = batcher
    server.answerAll(failing: true)
    await #expect(throws: RedisError.unavailable("away")) { try await batcher.ask(1) }
  }
}

/// Takes calls, and answers each question with itself once it is told to.
private final class AnsweringServer: Sendable {
  typealias Completion = @Sendable (Result<[String], RedisError>) -> Void

  private struct State {
    var calls: [[Int]] = []
    var unanswered: [(questions: [Int], completion: Completion)] = []
    var isAnswering = false
    var isFailing = false
  }

  private let state = Mutex(State())

  var calls: [[Int]] { state.withLock(\.calls) }

  func take(_ questions: [Int], _ completion: @escaping Completion) {
    let isAnswering = state.withLock { state in
      state.calls.append(questions)
      if !state.isAnswering { state.unanswered.append((questions, completion)) }
      return state.isAnswering
    }
    if isAnswering { answer(questions, completion) }
  }

  func answerAll(failing: Bool = false) {
    let unanswered = state.withLock { state in
      state.isAnswering = true
      state.isFailing = failing
      defer { state.unanswered = [] }
      return state.unanswered
    }
    for call in unanswered { answer(call.questions, call.completion) }
  }

  private func answer(_ questions: [Int], _ completion: Completion) {
    completion(state.withLock(\.isFailing) ? .failure(.unavailable("away")) : .success(questions.map(String.init)))
  }
}
