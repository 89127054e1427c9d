import Synchronization
import Testing

@testable import ifinu

@Suite struct RepeatedRecordsTests {
  @Test func `the first few that are alike are written, and the next window tells how many were not`() {
    let clock = HandClock()
    let repeated = RepeatedRecords { clock.now }
    let first = (1...20).map { _ in repeated.decide(on: "Redis is away") }
    let written = first.filter { $0 == .write(heldBack: 0) }.count
    #expect(written > 0 && written < 20)
    #expect(first.dropFirst(written).allSatisfy { $0 == .holdBack })
    #expect(repeated.decide(on: "another") == .write(heldBack: 0))
    clock.advance(by: .seconds(10))
    #expect(repeated.decide(on: "Redis is away") == .write(heldBack: 20 - written))
    #expect(repeated.decide(on: "Redis is away") == .write(heldBack: 0))
  }

  @Test func `however many kinds there are, each is written`() {
    let repeated = RepeatedRecords { .zero }
    #expect((1...5_000).allSatisfy { repeated.decide(on: "kind \($0)") == .write(heldBack: 0) })
  }

  private final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)

    var now: Duration { time.withLock(\.self) }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
  }
}
