import Messaging
import TestSupport
import Testing
import Time

@testable import Delivery

@Suite(.hangLimit)
struct SuspectsTests {
  private let clock = ManualClock()
  private let suspects: Suspects

  init() { suspects = Suspects(patience: .milliseconds(500), clock: MonotonicClock(clock)) }

  /// Failures on instances, which wait for what follows.
  private func failures(
    on instances: [String], runOf limit: Int = 5, otherwise: Suspects.Judgement = .message
  ) async throws -> [Task<Suspects.Judgement, Never>] {
    var tasks: [Task<Suspects.Judgement, Never>] = []
    for instance in instances {
      tasks.append(Task { await suspects.judgement(on: .named(instance), runOf: limit, otherwise: otherwise) })
      try await clock.awaitSleepers(tasks.count)
    }
    return tasks
  }

  private func values(_ tasks: [Task<Suspects.Judgement, Never>]) async -> [Suspects.Judgement] {
    var values: [Suspects.Judgement] = []
    for task in tasks { values.append(await task.value) }
    return values
  }

  @Test(arguments: [Suspects.Judgement.message, .instance])
  func `where nothing follows, it is as was said before`(otherwise: Suspects.Judgement) async throws {
    let waiting = try await failures(on: ["a", "b"], otherwise: otherwise)
    clock.advance(by: .milliseconds(500))
    #expect(await values(waiting) == [otherwise, otherwise])
  }

  @Test func `a run of failures is the instance's fault, and others wait on`() async throws {
    let waiting = try await failures(on: ["a", "b", "a"], runOf: 3)
    #expect(await suspects.judgement(on: .named("a"), runOf: 3, otherwise: .message) == .instance)
    #expect(await values([waiting[0], waiting[2]]) == [.instance, .instance])
    clock.advance(by: .milliseconds(500))
    #expect(await waiting[1].value == .message)
  }

  @Test func `the run goes on until something is taken`() async throws {
    let waiting = try await failures(on: ["a", "a"], runOf: 3)
    clock.advance(by: .milliseconds(500))
    #expect(await values(waiting) == [.message, .message])
    #expect(await suspects.judgement(on: .named("a"), runOf: 3, otherwise: .message) == .instance)
    #expect(await suspects.judgement(on: .named("a"), runOf: 3, otherwise: .message) == .instance)
    suspects.noteSuccess(on: .named("a"))
    let more = try await failures(on: ["a"], runOf: 3)
    clock.advance(by: .milliseconds(500))
    #expect(await values(more) == [.message])
  }

  @Test func `a success acquits the instance and blames the messages, those of that instance only`() async throws {
    let waiting = try await failures(on: ["a", "b", "a"], otherwise: .instance)
    suspects.noteSuccess(on: .named("a"))
    #expect(await values([waiting[0], waiting[2]]) == [.message, .message])
    clock.advance(by: .milliseconds(500))
    #expect(await waiting[1].value == .instance)
  }

  @Test func `when the host is blamed, everything that waits is acquitted`() async throws {
    let waiting = try await failures(on: ["a", "b", "c"])
    suspects.blameHost()
    #expect(await values(waiting) == [.host, .host, .host])
  }

  @Test func `without patience nothing waits`() async {
    let impatient = Suspects(patience: .zero, clock: MonotonicClock(clock))
    #expect(await impatient.judgement(on: .named("a"), runOf: 2, otherwise: .message) == .message)
    #expect(await impatient.judgement(on: .named("a"), runOf: 2, otherwise: .message) == .instance)
    #expect(clock.sleepers == 0)
  }

  @Test func `many at once are each judged once`() async throws {
    let names = ["a", "b", "c", "d"].map(InstanceName.named)
    let waiting = (0..<400).map { number in
      Task { await suspects.judgement(on: names[number % 4], runOf: .max, otherwise: .message) }
    }
    try await clock.awaitSleepers(400)
    suspects.noteSuccess(on: .named("a"))
    suspects.blameHost()
    let judgements = await values(waiting)
    #expect(judgements.count { $0 == .message } == 100 && judgements.count { $0 == .host } == 300)
  }
}
