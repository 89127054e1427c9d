import Operations
import Platform

/// Brings a file's messages into a lane: while one batch is on its way to Redis the next is read.
struct EnqueueRun: Sendable {
  let file: FileReader
  let fileName: String
  let reader: BatchReader
  /// Brings a batch in.
  let put: @Sendable ([[UInt8]]) async throws(WorkFailure) -> Void

  /// Reads to the end of the file.
  ///
  /// - Returns: what came of it.
  /// - Throws: ``WorkFailure`` when Redis or the file fails, ``Halted`` when the task is cancelled; both say how many
  ///   messages went in before.
  func run() async throws -> IntakeReport {
    var progress = ProgressBar("enqueue")
    defer { progress.clear() }
    var done = Done()
    var batch = try await read(after: done)
    while true {
      if !batch.remarks.isEmpty { progress.clear() }
      for remark in batch.remarks { StandardStream.error.writeLine(remark) }
      guard !Task.isCancelled else { throw Halted(done: done.text) }
      let (isLast, after) = (batch.isLast, done.adding(batch))
      async let following = isLast ? nil : read(after: after)
      try await put(batch, after: done)
      done = after
      progress.show(file.size.map { Double(batch.bytesRead) / Double(max(1, $0)) }, "\(done.messages) messages")
      guard let next = try await following else { break }
      batch = next
    }
    progress.finish("\(done.messages) messages")
    return reader.report
  }

  private func read(after done: Done) async throws -> BatchReader.Batch {
    do throws(SourceError) {
      return try await reader.next()
    } catch {
      if Task.isCancelled { throw Halted(done: done.text) }
      throw WorkFailure(message: "\(fileName) can't be read (\(error)); \(done.text)")
    }
  }

  private func put(_ batch: BatchReader.Batch, after done: Done) async throws {
    guard !batch.payloads.isEmpty else { return }
    do throws(WorkFailure) {
      try await put(batch.payloads)
    } catch {
      let message = "\(error.message); \(done.text)"
      if Task.isCancelled { throw Halted(done: message) }
      throw WorkFailure(message: message, exitCode: error.exitCode)
    }
  }

  /// How far it has got.
  private struct Done {
    private(set) var messages = 0
    private var line = 0

    var text: String {
      "\(counted(messages, "message")) went in before" + (line > 0 ? ", up to line \(line)" : "")
    }

    func adding(_ batch: BatchReader.Batch) -> Done {
      var done = self
      done.messages += batch.payloads.count
      done.line = max(line, batch.lastLine)
      return done
    }
  }
}
