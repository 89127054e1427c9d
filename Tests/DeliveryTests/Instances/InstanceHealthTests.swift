import Delivery
import TestSupport
import Testing
import Time

@Suite struct InstanceHealthTests {
  private typealias Admission = InstanceHealth.Admission

  private static let (first, second) = (Lease.Token("a"), Lease.Token("b"))
  private static let start = Timestamp(milliseconds: 1_768_478_400_000)

  private static func time(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }

  private static func stop(_ reason: SendFailure.Kind = .instanceUnavailable, grows: Bool = true) -> InstanceStop {
    InstanceStop(of: .named("loja"), because: reason, waits: [.seconds(2), .seconds(5), .seconds(10)], grows: grows)
  }

  private static func stopped(level: Int = 1, until: Int, trial: Lease.Token? = nil) -> InstanceHealth {
    .stopped(reason: .instanceUnavailable, since: start, level: level, until: time(until), trial: trial)
  }

  @Test(
    arguments: [
      (.healthy, 0, [], .freely), (.paused(since: start), 1_000_000, [], .never),
      (stopped(until: 2), 0, [], .later(time(2))), (stopped(until: 2), 1, [], .later(time(2))),
      (stopped(until: 2), 2, [], .onTrial), (stopped(until: 2), 3, [], .onTrial),
      // One trial at a time; when its worker has vanished, another.
      (stopped(until: 2, trial: first), 3, [first, second], .never),
      (stopped(until: 2, trial: first), 3, [second], .onTrial),
    ] as [(InstanceHealth, Int, Set<Lease.Token>, InstanceHealth.Admission)])
  func `lets out what its state allows`(
    health: InstanceHealth, seconds: Int, held: Set<Lease.Token>, admission: InstanceHealth.Admission
  ) {
    #expect(health.admits(at: Self.time(seconds), isHeld: held.contains) == admission)
  }

  @Test func `waits longer with each trial that fails, the last wait again and again`() {
    var health = InstanceHealth.healthy
    let hasStopped = health.fail(Self.first, Self.stop(), at: Self.time(0))
    #expect(hasStopped)
    #expect(health == Self.stopped(level: 1, until: 2))
    for (level, now, until) in [(2, 2, 7), (3, 7, 17), (3, 17, 27), (3, 100, 110)] {
      health.begin(trial: Self.second)
      let hasStoppedAgain = health.fail(Self.second, Self.stop(), at: Self.time(now))
      #expect(!hasStoppedAgain)
      #expect(health == Self.stopped(level: level, until: until))
    }
  }

  @Test func `what was under way when it was stopped has no say`() {
    var health = Self.stopped(until: 2)
    health.fail(Self.first, Self.stop(.credential), at: Self.time(1))
    #expect(health == Self.stopped(until: 2))
    health.begin(trial: Self.second)
    health.fail(Self.first, Self.stop(.credential), at: Self.time(3))
    #expect(health == Self.stopped(until: 2, trial: Self.second))
  }

  @Test func `the latest reason stands, and since when it is stopped stays`() {
    var health = Self.stopped(level: 2, until: 7, trial: Self.first)
    health.fail(Self.first, Self.stop(.restricted), at: Self.time(8))
    #expect(
      health
        == .stopped(reason: .restricted, since: Self.start, level: 3, until: Self.time(18), trial: nil))
  }

  @Test func `a stop that does not grow keeps its wait, and counts as the first one`() {
    var health = InstanceHealth.healthy
    health.fail(Self.first, Self.stop(grows: false), at: Self.time(0))
    #expect(health == Self.stopped(level: 1, until: 2))
    health.begin(trial: Self.first)
    health.fail(Self.first, Self.stop(grows: false), at: Self.time(2))
    #expect(health == Self.stopped(level: 1, until: 4))
  }

  @Test(arguments: [
    (InstanceHealth.healthy, false, InstanceHealth.healthy),
    (stopped(level: 3, until: 10), true, .healthy),
    (stopped(until: 2, trial: first), true, .healthy),
    (.paused(since: start), false, .paused(since: start)),
  ])
  func `one message that is taken ends a stop, and no pause`(
    before: InstanceHealth, ends: Bool, after: InstanceHealth
  ) {
    var health = before
    let hasEnded = health.succeed()
    #expect(hasEnded == ends)
    #expect(health == after)
  }

  @Test func `a pause is ended by no failure and no trial`() {
    var health = InstanceHealth.paused(since: Self.start)
    health.begin(trial: Self.first)
    let hasStopped = health.fail(Self.first, Self.stop(), at: Self.time(1))
    #expect(!hasStopped)
    #expect(health == .paused(since: Self.start))
    var healthy = InstanceHealth.healthy
    healthy.begin(trial: Self.first)
    #expect(healthy == .healthy)
  }

  @Test func `a stop without waits has one`() {
    var health = InstanceHealth.healthy
    health.fail(
      Self.first, InstanceStop(of: .named("loja"), because: .instanceUnavailable, waits: []), at: Self.time(0))
    #expect(health == Self.stopped(level: 1, until: 1))
  }
}
