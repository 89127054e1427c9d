/// The fields of one record of a CSV text (RFC 4180), taken in line by line: while a quote is open the record goes on.
struct CSVRecord {
  private static let quote = UInt8(ascii: "\"")

  /// What separates the fields; nil when there is only one.
  let separator: UInt8?
  /// How long the record has become, in bytes.
  private(set) var size = 0
  /// Whether a quote is open, so that the next line belongs to the record, too.
  private(set) var isOpen = false
  /// The fields one behind the other, without quotes and separators.
  private(set) var bytes: [UInt8] = []
  /// Where each field but the last ends.
  private var ends: [Int] = []
  private var lines = 0

  /// A record to come.
  init(separator: UInt8?) { self.separator = separator }

  /// A record of one line.
  init(separator: UInt8?, line: [UInt8]) {
    self.separator = separator
    append(line)
  }

  /// How many fields there are.
  var count: Int { ends.count + 1 }

  /// The bytes of a field.
  subscript(position: Int) -> ArraySlice<UInt8> {
    bytes[(position == 0 ? 0 : ends[position - 1])..<(position < ends.count ? ends[position] : bytes.count)]
  }

  /// Takes in a line.
  mutating func append(_ line: [UInt8]) {
    if lines > 0 { bytes.append(UInt8(ascii: "\n")) }
    lines += 1
    size += line.count + 1
    bytes.reserveCapacity(bytes.count + line.count)
    var position = 0
    while position < line.count {
      let stop = isOpen ? Self.quote : separator ?? Self.quote
      let start = position
      while position < line.count, line[position] != Self.quote, line[position] != stop { position += 1 }
      bytes.append(contentsOf: line[start..<position])
      guard position < line.count else { return }
      let byte = line[position]
      position += 1
      if byte != Self.quote {
        ends.append(bytes.count)
      } else if isOpen {
        isOpen = position < line.count && line[position] == Self.quote
        guard isOpen else { continue }
        bytes.append(byte)
        position += 1
      } else if bytes.count == ends.last ?? 0 {
        isOpen = true
      } else {
        bytes.append(byte)
      }
    }
  }

  /// The record, or the one that its only field holds: a spreadsheet that took lines for single fields has put quotes
  /// around those with quotes in them.
  ///
  /// - Parameter always: whether the headings were such a field, too. Else one without quotes in it is rather a text with
  ///   separators, and others are missing.
  /// - Returns: the record that was meant.
  func unpacked(always: Bool) -> CSVRecord {
    guard ends.isEmpty, let separator, always || bytes.contains(Self.quote), bytes.contains(separator) else {
      return self
    }
    let inner = CSVRecord(separator: separator, line: bytes)
    return inner.isOpen ? self : inner
  }
}
