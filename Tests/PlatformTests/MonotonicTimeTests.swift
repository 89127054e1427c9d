import Platform
import Testing

@Suite struct MonotonicTimeTests {
  @Test func `is the time of the standard library's continuous clock`() {
    // Each look at the one clock lies between two at the other, however long it takes to get from one to the next.
    var looks: [(before: MonotonicTime, standard: ContinuousClock.Instant, after: MonotonicTime)] = []
    for _ in 0..<1_000 { looks.append((.now, .now, .now)) }
    for (look, next) in zip(looks, looks.dropFirst()) {
      let standard = look.standard.duration(to: next.standard)
      #expect(look.after.duration(to: next.before) <= standard)
      #expect(standard <= look.before.duration(to: next.after))
    }
  }

  @Test(arguments: [
    (Duration.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1500), 1_500_000_000), (.seconds(-2), -2_000_000_000),
    (Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999), 1),
  ])
  func `goes forward and back by durations, to the nanosecond`(duration: Duration, count: Int) {
    let start = MonotonicTime(nanoseconds: 5_000_000_000)
    let end = start.advanced(by: duration)
    #expect(end.nanoseconds == start.nanoseconds + Int64(count))
    #expect(start.duration(to: end) == .nanoseconds(count))
    #expect((end < start) == (count < 0))
  }

  @Test func `what is out of all reach lies far away`() {
    let start = MonotonicTime.now
    #expect(start.advanced(by: .seconds(1e15)) > start.advanced(by: .seconds(1e9)))
    #expect(start.advanced(by: .seconds(-1e15)) < start.advanced(by: .seconds(-1e9)))
  }

  @Test func `counts milliseconds`() {
    #expect(MonotonicTime(nanoseconds: 7).advanced(milliseconds: 3).nanoseconds == 3_000_007)
  }
}
