import Synchronization
import TestSupport
import Testing

@testable import Platform

@Suite(.hangLimit)
struct EventLoopTests {
  private let loop: EventLoop

  init() throws { loop = try EventLoop(named: "loop of tests") }

  @Test func `runs tasks on its own thread`() async throws {
    let elsewhere = await threadName()
    let names = await withTaskExecutorPreference(loop.executor) {
      var names: [String] = []
      for _ in 0..<3 {
        names.append(await threadName())
        await Task.yield()
      }
      return names
    }
    #expect(elsewhere != "loop of tests")
    #expect(names == Array(repeating: "loop of tests", count: 3))
  }

  @Test func `runs what comes from many threads, each task to its end`() async throws {
    let sum = await withTaskGroup(of: Int.self) { group in
      for number in 0..<200 {
        group.addTask(executorPreference: loop.executor) {
          for _ in 0..<20 { await Task.yield() }
          return number
        }
      }
      return await group.reduce(0, +)
    }
    #expect(sum == 199 * 200 / 2)
  }

  @Test func `tasks that are always ready leave the residents their turn`() async throws {
    let flag = Flag()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<500 {
        group.addTask(executorPreference: loop.executor) {
          while !flag.isUp.load(ordering: .relaxed) { await Task.yield() }
        }
      }
      group.addTask(executorPreference: loop.executor) {
        try? await loop.clock.sleep(for: .milliseconds(5))
        flag.isUp.store(true, ordering: .relaxed)
      }
    }
  }

  @Test func `wakes each sleeper at its time, whatever the order of their coming`() async throws {
    let start = MonotonicTime.now
    let times = [3_600_000, 30, 10, 20].map { start.advanced(milliseconds: $0) }
    await withTaskGroup(of: MonotonicTime?.self) { group in
      for time in times {
        group.addTask {
          guard (try? await loop.clock.sleep(until: time)) != nil else { return nil }
          #expect(MonotonicTime.now >= time)
          return time
        }
      }
      for _ in 0..<3 { #expect(await group.next() != .some(nil)) }
      group.cancelAll()
      #expect(await group.next() == .some(nil))
    }
  }

  @Test func `a sleeper that is cancelled wakes at once`() async throws {
    let sleeper = Task { try await loop.clock.sleep(for: .forever) }
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
    await #expect(throws: CancellationError.self) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.cancelAll()
        group.addTask { try await loop.clock.sleep(for: .forever) }
        try await group.waitForAll()
      }
    }
  }

  @Test func `a resident is told of its sockets and its mail, and of the end`() async throws {
    var loop: EventLoop? = try EventLoop(named: "loop of tests")
    let inbox = try #require(loop?.makeInbox(for: Int.self))
    let signal = try WakeSignal()
    let (events, note) = AsyncStream.makeStream(of: String.self)
    loop?.add { sockets in Recorder(inbox: inbox, signal: signal, sockets: sockets) { note.yield($0) } }
    signal.signal()
    inbox.post(7)
    var iterator = events.makeAsyncIterator()
    let told = [await iterator.next(), await iterator.next()]
    #expect(Set(told) == ["mail [7]", "ready"])
    loop = nil
    #expect(await iterator.next() == "end")
  }

  @Test func `a closed inbox takes nothing more and ends its owner`() async throws {
    let inbox = loop.makeInbox(for: Int.self)
    let (events, note) = AsyncStream.makeStream(of: String.self)
    let signal = try WakeSignal()
    loop.add { sockets in Recorder(inbox: inbox, signal: signal, sockets: sockets) { note.yield($0) } }
    inbox.close()
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == "end")
    #expect(!inbox.post(1))
  }

  private func threadName() async -> String {
    let name = (try? SmallFile.contents(of: "/proc/thread-self/comm")) ?? []
    return String(decoding: name.dropLast(), as: UTF8.self)
  }
}

/// A resident that says what it is told.
private final class Recorder: LoopResident {
  private let inbox: LoopInbox<Int>
  private let signal: WakeSignal
  private let sockets: LoopSockets
  private let say: (String) -> Void
  private var isWatching = false
  private var letters: [Int] = []

  init(inbox: LoopInbox<Int>, signal: WakeSignal, sockets: LoopSockets, say: @escaping (String) -> Void) {
    self.inbox = inbox
    self.signal = signal
    self.sockets = sockets
    self.say = say
  }

  var hasMail: Bool { !inbox.isEmpty }

  func handle(_ event: Poller.Event) {
    signal.reset()
    say("ready")
  }

  func work() -> LoopSchedule {
    if !isWatching { sockets.watch(signal.fileDescriptor, for: .readable) }
    isWatching = true
    let isOver = inbox.drain(into: &letters)
    if !letters.isEmpty { say("mail \(letters)") }
    letters = []
    guard !isOver else {
      end()
      return .over
    }
    return .whenAsked
  }

  func end() { say("end") }
}

private final class Flag: Sendable {
  let isUp = Atomic(false)
}
