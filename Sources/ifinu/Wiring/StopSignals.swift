import Platform
import ServiceLifecycle
import UnixSignals

/// SIGTERM and SIGINT: the first ends this service, and with it the group, in order; the second ends the process at
/// once.
struct StopSignals: Service {
  private let untilFirst: AsyncStream<Never>

  /// Listens from here on, whether or not the service runs yet.
  init() async {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let (untilFirst, continuation) = AsyncStream.makeStream(of: Never.self)
    self.untilFirst = untilFirst
    // One listener hears both signals, so that they can't be taken for one another; it ends with the process.
    Task {
      var isShuttingDown = false
      for await signal in signals {
        if isShuttingDown { ProcessExit.endAtOnce(with: 128 + signal.rawValue) }
        isShuttingDown = true
        continuation.finish()
      }
    }
  }

  func run() async {
    await cancelWhenGracefulShutdown {
      for await _ in untilFirst {}
    }
  }
}
