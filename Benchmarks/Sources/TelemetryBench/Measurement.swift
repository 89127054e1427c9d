import Foundation

/// The median time of one call, over several rounds.
enum Measurement {
  static let rounds = 5

  /// Nanoseconds a call, when `threads` threads make `calls` calls each at the same time.
  static func perCall(calls: Int, threads: Int, _ body: @escaping @Sendable (_ calls: Int) -> Void) -> Double {
    median {
      let ready = DispatchSemaphore(value: 0)
      let start = DispatchSemaphore(value: 0)
      let done = DispatchGroup()
      for _ in 0..<threads {
        done.enter()
        Thread.detachNewThread {
          body(calls / 100)
          ready.signal()
          start.wait()
          body(calls)
          done.leave()
        }
      }
      for _ in 0..<threads { ready.wait() }
      return ContinuousClock().measure {
        for _ in 0..<threads { start.signal() }
        done.wait()
      } / .nanoseconds(calls)
    }
  }

  /// Nanoseconds for each of the units of work that `body` says it did.
  static func perUnit(_ body: () -> Int) -> Double {
    _ = body()
    return median {
      var units = 0
      let time = ContinuousClock().measure { units = body() }
      return time / .nanoseconds(units)
    }
  }

  private static func median(_ round: () -> Double) -> Double {
    (0..<rounds).map { _ in round() }.sorted()[rounds / 2]
  }
}
