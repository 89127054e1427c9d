import IOThread
import UnixSignals

/// SIGTERM and SIGINT, listened to from the start: the first asks to shut down, the second ends the process at once.
struct StopSignals {
  private let signals: UnixSignalsSequence

  /// Starts listening; signals that come before ``obey(_:)`` are kept for it.
  init() async { signals = await UnixSignalsSequence(trapping: .sigterm, .sigint) }

  /// Obeys signals until the task is cancelled.
  ///
  /// One listener hears both signals, so that they can't be taken for one another.
  func obey(_ shutDown: () async -> Void) async {
    var isShuttingDown = false
    for await signal in signals {
      if isShuttingDown { ProcessExit.endAtOnce(with: 128 + signal.rawValue) }
      isShuttingDown = true
      await shutDown()
    }
  }
}
