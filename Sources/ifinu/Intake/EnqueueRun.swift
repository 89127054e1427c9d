import Delivery
import Platform
import RedisQueue

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
    var done = 0
    var lastLine = 0
    var batch = try await read(after: done)
    while true {
      for remark in batch.remarks { StandardStream.error.writeLine(remark) }
      guard !Task.isCancelled else { throw Halted(done: Self.before(done, upTo: lastLine)) }
      let (isLast, after) = (batch.isLast, done + batch.payloads.count)
      async let following = isLast ? nil : read(after: after)
      do throws(WorkFailure) {
        if !batch.payloads.isEmpty { try await put(batch.payloads) }
      } catch {
        throw WorkFailure(message: "\(error.message); \(Self.before(done))", exitCode: error.exitCode)
      }
      done += batch.payloads.count
      lastLine = max(lastLine, batch.lastLine)
      progress.show(file.size.map { Double(batch.bytesRead) / Double(max(1, $0)) }, "\(done) messages")
      do {
        guard let next = try await following else { break }
        batch = next
      } catch {
        if Task.isCancelled { throw Halted(done: Self.before(done, upTo: lastLine)) }
        throw error
      }
    }
    progress.finish("\(done) messages")
    return reader.report
  }

  private func read(after done: Int) async throws(WorkFailure) -> BatchReader.Batch {
    do throws(SystemError) {
      return try await reader.next()
    } catch {
      throw WorkFailure(message: "\(fileName) can't be read (\(error)); \(Self.before(done))")
    }
  }

  private static func before(_ count: Int, upTo line: Int? = nil) -> String {
    let place = line.map { $0 > 0 ? ", up to line \($0)" : "" } ?? ""
    return "\(counted(count, "message")) went in before\(place)"
  }
}
