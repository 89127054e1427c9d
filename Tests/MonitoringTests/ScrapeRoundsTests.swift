import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import HTTPServer
@testable import Monitoring

@Suite(.hangLimit) struct ScrapeRoundsTests {
  private static func wish(_ format: ExpositionFormat = .text, gzip: Bool = false) -> ScrapeRounds.Wish {
    ScrapeRounds.Wish(format: format, takesGzip: gzip)
  }

  @Test func `those who come during a round share the next, which renders each format once`() async throws {
    let gate = Gate()
    let rendered = Mutex<[ExpositionFormat]>([])
    let rounds = ScrapeRounds { format in
      let number = rendered.withLock { rendered in
        rendered.append(format)
        return rendered.count
      }
      await gate.pass()
      return [UInt8](repeating: UInt8(number), count: 5_000)
    }
    async let first = rounds.answer(to: Self.wish())
    await gate.waitUntil(entered: 1)
    let wishes = (0..<40).map { Self.wish($0 % 2 == 0 ? .text : .openMetrics, gzip: $0 % 4 < 2) }
    try await withThrowingTaskGroup(of: (ScrapeRounds.Wish, HTTPResponse).self) { group in
      for wish in wishes { group.addTask { (wish, await rounds.answer(to: wish)) } }
      try await eventually("all of them waiting") { rounds.waiting == wishes.count }
      await gate.open()
      var bodies: [ScrapeRounds.Wish: Set<ObjectIdentifier>] = [:]
      for try await (wish, answer) in group {
        #expect(answer.status == 200)
        #expect(answer.headers.contains { $0.name == "Content-Encoding" } == wish.takesGzip)
        let body = try #require(answer.sharedBody)
        bodies[wish, default: []].insert(ObjectIdentifier(body))
      }
      #expect(bodies.count == 4 && bodies.values.allSatisfy { $0.count == 1 })
    }
    #expect(await first.sharedBody?.count == 5_000)
    #expect(rendered.withLock { $0 } == [.text, .text, .openMetrics])
  }

  @Test func `nobody is told what was true before the question`() async {
    let value = Atomic<Int>(0)
    let gate = Gate()
    let rounds = ScrapeRounds { _ in
      let seen = value.load(ordering: .sequentiallyConsistent)
      await gate.pass()
      return [UInt8](repeating: 0, count: seen)
    }
    async let early = rounds.answer(to: Self.wish())
    await gate.waitUntil(entered: 1)
    value.store(1, ordering: .sequentiallyConsistent)
    async let late = rounds.answer(to: Self.wish())
    await gate.open()
    #expect(await early.sharedBody?.count == 0)
    #expect(await late.sharedBody?.count == 1)
    #expect(await rounds.answer(to: Self.wish()).sharedBody?.count == 1)
  }
}
