import Messaging
import Operations
import Platform
import Synchronization

/// Reads a file's phone numbers batch by batch, on threads that may block.
final class NumberBatchReader: Sendable {
  /// Numbers that go to Redis together, and what is to be said of the lines between them.
  struct Batch: Sendable {
    var numbers: [PhoneNumber] = []
    var problems: [(error: PayloadError, line: Int)] = []
    var isLast = false
  }

  private static let maximumRecords = 4_000

  private let file: FileReader
  private let column: ColumnChoice?
  private let records = Mutex<NumberRecords?>(nil)

  /// A reader.
  ///
  /// - Parameters:
  ///   - file: what to read.
  ///   - column: the column that a person has named.
  init(_ file: FileReader, column: ColumnChoice?) {
    self.file = file
    self.column = column
  }

  /// The next numbers; a cancelled task gets an error instead, also from a pipe that gives nothing.
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
    try records.withLock { records throws(SourceError) in
      if records == nil {
        records = try NumberRecords(column: column) { () throws(SourceError) in
          do throws(SystemError) { return try self.file.read() } catch { throw SourceError(error.description) }
        }
      }
      var batch = Batch()
      for _ in 0..<Self.maximumRecords {
        guard let record = try records?.record() else {
          batch.isLast = true
          break
        }
        switch record.outcome {
        case .success(let number): batch.numbers.append(number)
        case .failure(let error): batch.problems.append((error, record.line))
        }
      }
      return batch
    }
  }
}
