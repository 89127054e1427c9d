import Logging
import Synchronization
import Testing

@testable import ifinu

@Suite struct RepeatedRecordsTests {
  @Test func `the first few that are alike are written, and the next window tells how many were not`() {
    let clock = HandClock()
    let repeated = RepeatedRecords { clock.now }
    let first = (1...20).map { _ in repeated.decide(on: away) }
    let written = first.filter { $0 == .write(heldBack: 0) }.count
    #expect(written > 0 && written < 20)
    #expect(first.dropFirst(written).allSatisfy { $0 == .holdBack })
    #expect(repeated.decide(on: .init(level: .warning, message: "another")) == .write(heldBack: 0))
    clock.advance(by: .seconds(10))
    #expect(repeated.decide(on: away) == .write(heldBack: 20 - written))
    #expect(repeated.decide(on: away) == .write(heldBack: 0))
  }

  @Test func `however many kinds there are, each is written`() {
    let repeated = RepeatedRecords { .zero }
    #expect(
      (1...5_000).allSatisfy {
        repeated.decide(on: .init(level: .warning, message: "kind \($0)")) == .write(heldBack: 0)
      })
  }

  @Test func `what was held back last is told once, when its window is over or all is`() {
    let clock = HandClock()
    let repeated = RepeatedRecords { clock.now }
    let written = (1...20).count { _ in repeated.decide(on: away) != .holdBack }
    #expect(repeated.takeHeldBack(.ended).isEmpty)
    clock.advance(by: .seconds(10))
    let told = repeated.takeHeldBack(.ended)
    #expect(told.map(\.kind) == [away] && told.map(\.count) == [20 - written])
    #expect(repeated.takeHeldBack(.all).isEmpty)
    #expect(repeated.decide(on: away) == .write(heldBack: 0))

    for _ in 1...20 { _ = repeated.decide(on: away) }
    #expect(repeated.takeHeldBack(.all).map(\.count) == [21 - written])
  }

  private let away = RepeatedRecords.Kind(level: .warning, message: "no messages fetched", error: "gone")

  private final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)

    var now: Duration { time.withLock(\.self) }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
  }
}
