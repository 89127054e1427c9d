import Platform
import Testing

@Suite struct MonotonicTimeTests {
  @Test func `is the time of the standard library's continuous clock`() {
    let clock = ContinuousClock()
    let (start, standardStart) = (MonotonicTime.now, clock.now)
    let apart = standardStart.duration(to: clock.now) - start.duration(to: .now)
    #expect(abs(apart / .seconds(1)) < 5)
    #expect(start <= .now)
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
