import Logging

/// Hands a logger's records to the process's output.
struct LineLogHandler: LogHandler {
  let output: LogOutput
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = event.metadata.map { metadata.merging($0) { _, own in own } } ?? metadata
    output.write(event.level, event.message.description, fields)
  }
}
