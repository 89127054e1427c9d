import Delivery
import Foundation
import Platform
import Testing

@testable import EvolutionAPI

/// A process that was held up, by a stopped machine or a busy one, finds answers that came in time.
@Suite(.timeLimit(.minutes(5)))
struct HeldUpLoopTests {
  @Test func `an answer that lies in the socket is read before a time-out is believed`() async throws {
    let (requests, request) = AsyncStream.makeStream(of: Void.self)
    let (answers, answer) = AsyncStream.makeStream(of: Void.self)
    let isHeldUp = DispatchSemaphore(value: 0)
    let server = try RawServer { connection in
      connection.readRequest()
      request.yield()
      isHeldUp.wait()
      connection.answer(201, #"{"key":{"id":"A"}}"#)
      answer.yield()
    }
    let loop = try EventLoop(named: "held up")
    var settings = patientSettings
    settings.timeout = .seconds(3)
    let client = try EvolutionClient(address: EvolutionAddress(server.url), settings: settings, on: loop)
    let start = ContinuousClock.now
    async let receipt = client.send(message())
    for await _ in requests { break }

    let goesOn = DispatchSemaphore(value: 0)
    let holdUp = Task(executorPreference: loop.executor) {
      isHeldUp.signal()
      goesOn.waitBlocking()
    }
    for await _ in answers { break }
    // The time-out passes while the loop stands still.
    try await Task.sleep(until: start + settings.timeout + .milliseconds(200))
    goesOn.signal()
    await holdUp.value
    #expect(try await receipt == SendReceipt(providerID: "A"))
  }

  @Test func `a time-out is believed where nothing has arrived`() async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.waitForEnd()
    }
    let failure = try await client(server.url, sendTimeout: .milliseconds(100)).failure(sending: message())
    #expect(failure.kind == .uncertain)
    #expect(failure.detail.contains("no answer in time"))
  }
}

extension DispatchSemaphore {
  /// Waits on the caller's thread, whoever's it is: that is what is wanted here.
  fileprivate func waitBlocking() { wait() }
}
