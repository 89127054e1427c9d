import ServiceLifecycle
import Time

/// Tells what the log held back when what it was about is over and no further record tells it.
struct HeldBackReports: Service {
  let output: LogOutput
  let clock: MonotonicClock

  func run() async {
    await cancelWhenGracefulShutdown {
      while (try? await clock.sleep(for: RepeatedRecords.window)) != nil { output.tellHeldBack(.ended) }
    }
  }
}
