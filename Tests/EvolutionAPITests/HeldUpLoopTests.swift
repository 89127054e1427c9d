import Delivery
import Foundation
import HTTPClient
import Platform
import TestSupport
import Testing

@testable import EvolutionAPI

/// A process that was held up, by a stopped machine or a busy one, finds answers that came in time.
@Suite(.hangLimit)
struct HeldUpLoopTests {
  @Test func `an answer that lies in the socket is read before a time-out is believed`() async throws {
    // On a slow machine the first of the time-outs may pass before the loop stands still.
    for timeout in [Duration.seconds(1), .seconds(8), .seconds(60)] {
      if try await isReadAfterHoldUp(timeout) { return }
    }
    Issue.record("the loop was never held up in time")
  }

  /// Sends a message, and holds the loop up from before its answer until the time-out has passed.
  ///
  /// - Returns: false when the time-out passed before the loop stood still, so that nothing was tried.
  private func isReadAfterHoldUp(_ timeout: Duration) async throws -> Bool {
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
    settings.timeout = timeout
    let client = try EvolutionClient(address: EvolutionAddress(server.url), settings: settings, on: loop)
    let start = ContinuousClock.now
    async let result = client.transfers.perform(TransferRequest(url: server.url, body: [1]))
    for await _ in requests { break }

    let goesOn = DispatchSemaphore(value: 0)
    let holdUp = Task(executorPreference: loop.executor) {
      let beginning = ContinuousClock.now
      isHeldUp.signal()
      goesOn.waitBlocking()
      return beginning
    }
    for await _ in answers { break }
    let end = start + timeout + .milliseconds(100)
    try await eventually("the time-out passes while the loop stands still") { ContinuousClock.now > end }
    goesOn.signal()
    guard await holdUp.value < start + timeout else { return false }
    guard case .answer(let found) = await result else {
      Issue.record("the answer was not read")
      return true
    }
    #expect(found.status == 201)
    return true
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
