import Delivery
import IOThread
import Logging

/// Writes each record as one line to the standard error stream.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  let format: Configuration.LogSettings.Format
  private let repeated: RepeatedRecords

  init(_ settings: Configuration.LogSettings, timeline: Timeline = Timeline()) {
    logLevel = settings.level
    format = settings.format
    repeated = RepeatedRecords { timeline.now }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = event.metadata.map { metadata.merging($0) { _, own in own } } ?? metadata
    let message = event.message.description
    if event.level >= .notice {
      // What is wrong is told by message, class and error; whose message it was differs from line to line.
      let kind = "\(message) \(fields["class"]?.description ?? "") \(fields["error"]?.description ?? "")"
      switch repeated.decide(on: kind) {
      case .holdBack: return
      case .write(let heldBack): if heldBack > 0 { fields["held_back"] = "\(heldBack)" }
      }
    }
    let record = LogRecord(
      time: Timestamp(nanoseconds: WallClock.nanoseconds), level: event.level, message: message, metadata: fields)
    switch format {
    case .text: StandardStream.error.write(record.text)
    case .json: StandardStream.error.write(record.json)
    }
  }
}
