import Delivery
import ServiceLifecycle

/// Tells what the log held back when what it was about is over and no further record tells it.
struct HeldBackReports: Service {
  let output: LogOutput
  let timeline: Timeline

  func run() async {
    await cancelWhenGracefulShutdown {
      while (try? await timeline.sleep(for: RepeatedRecords.window)) != nil { output.tellHeldBack(.ended) }
    }
  }
}
