import Delivery
import Logging
import Platform

/// Where all loggers of the process write: the standard error stream, a line a record.
struct LogOutput: Sendable {
  private let settings: Configuration.LogSettings
  private let repeated: RepeatedRecords

  init(_ settings: Configuration.LogSettings, timeline: Timeline = Timeline()) {
    self.settings = settings
    repeated = RepeatedRecords { timeline.now }
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
    put(LogRecord(time: now, level: level, message: message, metadata: fields))
  }

  /// Tells how many records were held back of the kinds of which no more came.
  func tellHeldBack(_ scope: RepeatedRecords.Scope) {
    for (kind, count) in repeated.takeHeldBack(scope) {
      var fields: Logger.Metadata = ["held_back": "\(count)"]
      fields["class"] = kind.failureClass.map { "\($0)" }
      fields["error"] = kind.error.map { "\($0)" }
      put(LogRecord(time: now, level: kind.level, message: kind.message, metadata: fields))
    }
  }

  private var now: Timestamp { Timestamp(nanoseconds: WallClock.nanoseconds) }

  private func put(_ record: LogRecord) {
    switch settings.format {
    case .text: StandardStream.error.write(record.text)
    case .json: StandardStream.error.write(record.json)
    }
  }
}
