import Platform
import ServiceLifecycle
import UnixSignals

/// SIGTERM, SIGINT and, unless it is ignored, the SIGHUP of a terminal that closes: the first ends this service, and with it
/// the group, in order; a second one ends the process at once, but for SIGHUP, which a closing terminal may send twice.
struct StopSignals: Service {
  private let untilFirst: AsyncStream<Never>

  /// Listens from here on, whether or not the service runs yet.
  init() async {
    let trapped: [UnixSignal] = ProcessStart.ignoresHangUp ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup]
    let signals = await UnixSignalsSequence(trapping: trapped)
    let (untilFirst, continuation) = AsyncStream.makeStream(of: Never.self)
    self.untilFirst = untilFirst
    // One listener hears both signals, so that they can't be taken for one another; it ends with the process.
    Task {
      var isShuttingDown = false
      for await signal in signals {
        if isShuttingDown, signal == .sighup { continue }
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
