import Logging
import Platform
import Time

/// Where all loggers of the process write: the standard error stream, a line a record. A reader that stands still holds
/// nobody up: records for which there is no room are dropped, and counted in the log.
struct LogOutput: Sendable {
  private let settings: LogSettings
  private let repeated: RepeatedRecords
  private let writer: BackgroundWriter

  /// An output at work.
  ///
  /// - Throws: `SystemError` when the system gives no thread.
  init(_ settings: LogSettings, clock: MonotonicClock = MonotonicClock()) throws(SystemError) {
    self.settings = settings
    writer = try BackgroundWriter(to: .error) { dropped in
      let record = LogRecord(
        time: Self.now, level: .warning, message: "log records dropped: nobody read them fast enough",
        metadata: ["dropped": "\(dropped)"])
      return Self.line(record, settings)
    }
    repeated = RepeatedRecords { clock.now }
  }

  /// A logger that writes here.
  var logger: Logger {
    Logger(label: "ifinu") { _ in LineLogHandler(output: self, logLevel: settings.level) }
  }

  /// Writes a record, unless enough like it have been written just now.
  func write(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) {
    var fields = metadata
    if level >= .notice {
      let kind = RepeatedRecords.Kind(
        level: level, message: message, failureClass: fields["class"]?.description,
        error: fields["error"]?.description)
      switch repeated.decide(on: kind) {
      case .holdBack: return
      case .write(let heldBack): if heldBack > 0 { fields["held_back"] = "\(heldBack)" }
      }
    }
    put(LogRecord(time: Self.now, level: level, message: message, metadata: fields))
  }

  /// Tells how many records were held back of the kinds of which no more came.
  func tellHeldBack(_ scope: RepeatedRecords.Scope) {
    for (kind, count) in repeated.takeHeldBack(scope) {
      var fields: Logger.Metadata = ["held_back": "\(count)"]
      fields["class"] = kind.failureClass.map { "\($0)" }
      fields["error"] = kind.error.map { "\($0)" }
      put(LogRecord(time: Self.now, level: kind.level, message: kind.message, metadata: fields))
    }
  }

  /// Tells what was held back, and waits until all is written; not for long, since the reader may stand still.
  func end() async {
    tellHeldBack(.all)
    await writer.flush(within: Self.endBound)
  }

  private static let endBound = Duration.seconds(1)

  private static var now: Timestamp { Timestamp(nanoseconds: WallClock.nanoseconds) }

  private func put(_ record: LogRecord) { writer.write(Self.line(record, settings)) }

  private static func line(_ record: LogRecord, _ settings: LogSettings) -> [UInt8] {
    switch settings.format {
    case .text: record.text
    case .json: record.json
    }
  }
}

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
