import Delivery
import IOThread
import Logging

/// Writes each record as one line to the standard error stream.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  let format: Configuration.LogSettings.Format

  init(_ settings: Configuration.LogSettings) {
    logLevel = settings.level
    format = settings.format
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let record = LogRecord(
      time: Timestamp(nanoseconds: WallClock.nanoseconds), level: event.level, message: event.message.description,
      metadata: event.metadata.map { metadata.merging($0) { _, own in own } } ?? metadata)
    switch format {
    case .text: StandardStream.error.write(record.text)
    case .json: StandardStream.error.write(record.json)
    }
  }
}
