import Foundation
import JSON
import Messaging
import Testing
import Time

@testable import Operations

/// Reads files as `ifinu enqueue` does.
struct IntakeFixture {
  /// One record, as far as tests look at it.
  struct Seen {
    let line: Int
    let outcome: Result<NewMessage, PayloadError>

    var field: String? { error?.field }
    var problem: String? { error?.problem }
    var payload: [UInt8]? { (try? outcome.get())?.payload }

    private var error: PayloadError? {
      guard case .failure(let error) = outcome else { return nil }
      return error
    }

    /// A text in the payload.
    func text(_ name: String) -> String? {
      payload.flatMap { try? JSONDocument(parsing: $0).root[name]?.string }
    }
  }

  var format: FileFormat?
  var name = "-"
  var columns: [String] = []
  var text: String?
  var isLiteral = false
  var instance: String?
  /// How many bytes come at a time.
  var pieces = 65_536

  static let now = Timestamp(milliseconds: 1_767_323_045_000)

  /// The records of a file.
  func read(_ file: [UInt8]) throws -> [Seen] { try readAll(file).records }

  /// The records of a file.
  func read(_ file: String) throws -> [Seen] { try read(Array(file.utf8)) }

  /// What a file is taken for.
  func kind(_ file: [UInt8]) throws -> FileKind? { try readAll(file).kind }

  /// The records of a file, and what it is taken for.
  func readAll(_ file: [UInt8]) throws -> (records: [Seen], kind: FileKind?) {
    var order = IntakeOrder(maker: MessageMaker(instance: instance, now: Self.now))
    order.fileName = name
    order.format = format
    order.columns = columns.compactMap { ColumnChoice($0) }
    order.text = try text.map { isLiteral ? Template(literal: $0) : try Template($0) }
    order.isLiteral = isLiteral
    let records = try MessageRecords(order, next: Self.source(file, pieces))
    var seen: [Seen] = []
    while let record = try records.record() { seen.append(Seen(line: record.line, outcome: record.outcome)) }
    return (seen, records.kind)
  }

  /// A file that comes in pieces.
  static func source(_ file: [UInt8], _ size: Int) -> () throws(SourceError) -> [UInt8] {
    var rest = file[...]
    return { () throws(SourceError) in
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
  }
}

extension String {
  /// The text as other programs write it.
  func bytes(_ encoding: Encoding) throws -> [UInt8] { Array(try #require(data(using: encoding))) }

  /// The text as old Macs write it, as far as Portuguese goes.
  var macRoman: [UInt8] {
    let accents: [Unicode.Scalar: UInt8] = [
      "á": 0x87, "à": 0x88, "â": 0x89, "ã": 0x8B, "ç": 0x8D, "é": 0x8E, "ê": 0x90, "í": 0x92, "ó": 0x97, "ô": 0x99,
      "õ": 0x9B, "ú": 0x9C,
    ]
    return unicodeScalars.map { accents[$0] ?? UInt8(ascii: $0) }
  }
}
