import Messaging
import Operations
import Platform
import Synchronization

/// Reads a file's messages batch by batch, on threads that may block.
final class BatchReader: Sendable {
  /// Messages that go to Redis together, and what is to be said before.
  struct Batch: Sendable {
    var payloads: [[UInt8]] = []
    var remarks: [String] = []
    /// The last line that was read.
    var lastLine = 0
    /// How many bytes of the file have been read.
    var bytesRead = 0
    var isLast = false
  }

  private struct State {
    var records: MessageRecords?
    var report: IntakeReport
  }

  private static let maximumRecords = 4_000
  private static let maximumBytes = 1 << 20

  private let file: FileReader
  private let order: IntakeOrder
  private let state: Mutex<State>

  /// A reader.
  ///
  /// - Parameters:
  ///   - file: what to read.
  ///   - order: what is to be made of it.
  ///   - report: what is filled in on the way.
  init(_ file: FileReader, _ order: IntakeOrder, _ report: IntakeReport) {
    self.file = file
    self.order = order
    state = Mutex(State(report: report))
  }

  /// What came of the file so far.
  var report: IntakeReport { state.withLock(\.report) }

  /// The next messages; a cancelled task gets an error instead, also from a pipe that gives nothing.
  ///
  /// - Throws: `SourceError` when reading fails.
  func next() async throws(SourceError) -> Batch {
    let result: Result<Result<Batch, SourceError>, SystemError> = await withTaskCancellationHandler {
      do throws(SystemError) {
        return .success(
          try await IOThread.run(named: "intake") { Result { () throws(SourceError) in try self.read() } })
      } catch {
        return .failure(error)
      }
    } onCancel: {
      file.interrupt()
    }
    return try result.mapError { SourceError($0.description) }.get().get()
  }

  private func read() throws(SourceError) -> Batch {
    try state.withLock { state throws(SourceError) in
      var batch = Batch()
      var (records, bytes) = (0, 0)
      if state.records == nil {
        state.records = try MessageRecords(order) { () throws(SourceError) in
          do throws(SystemError) { return try self.file.read() } catch { throw SourceError(error.description) }
        }
      }
      while records < Self.maximumRecords, bytes < Self.maximumBytes {
        let record = try state.records?.record()
        if state.records?.encoding != state.report.kind?.encoding, let kind = state.records?.kind {
          if let remark = remark(on: kind, after: state.report.kind, at: record?.line) { batch.remarks.append(remark) }
          state.report.kind = kind
        }
        guard let record else {
          batch.isLast = true
          break
        }
        records += 1
        batch.lastLine = record.line
        switch record.outcome {
        case .success(let message):
          batch.payloads.append(message.payload)
          bytes += message.payload.count
          note(message, at: record.line, in: &state.report)
        case .failure(let error):
          if let remark = state.report.problems.add(error, at: record.line) { batch.remarks.append(remark) }
        }
      }
      state.report.seen.settle()
      batch.bytesRead = state.records?.bytesRead ?? 0
      return batch
    }
  }

  /// What is to be said of the file when it becomes plain what it is.
  private func remark(on kind: FileKind, after known: FileKind?, at line: Int?) -> String? {
    guard !kind.isPlain else { return nil }
    let name = order.fileName == "-" ? "standard input" : order.fileName
    if let known, !known.isPlain, let line { return "\(name): \(kind.encoding.rawValue), by line \(line)" }
    return "\(name): \(kind.text)"
  }

  private func note(_ message: NewMessage, at line: Int, in report: inout IntakeReport) {
    report.messages += 1
    if let fingerprint = message.fingerprint { report.seen.add(fingerprint, at: line) }
    guard report.isDryRun, report.previews.count < IntakeReport.previews,
      let read = try? Message(payload: message.payload)
    else { return }
    report.previews.append(Preview(read, line: line))
  }
}
