import IOThread
import ServiceLifecycle
import UnixSignals

/// Ends the process at once when a second signal comes while the first is being obeyed.
struct SecondSignal: Service {
  func run() async {
    // The task of its own outlives the service, which ends with the first signal like all others.
    Task {
      var received = 0
      for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
        received += 1
        if received == 2 { ProcessExit.endAtOnce(with: 128 + signal.rawValue) }
      }
    }
    try? await gracefulShutdown()
  }
}
