/// What a TZif file holds (RFC 9636): its data block with 64-bit times, and the footer.
struct TimeZoneFile {
  /// When the offset from UTC changes, in seconds since 1970, ascending, and to how many seconds east.
  var changes: [OffsetChange] = []
  /// The offset before the first change.
  var initialOffset = 0
  /// What goes for after the last change; nil where the file does not tell.
  var footer: RecurringOffsets?

  /// Reads a file.
  ///
  /// - Throws: ``TimeZoneError/damaged(_:)``.
  init(parsing bytes: [UInt8]) throws(TimeZoneError) {
    var reader = Reader(rest: bytes[...])
    let first = try reader.header()
    guard first.version >= UInt8(ascii: "2") else { throw .damaged("version 1, without 64-bit times") }
    try reader.skip(first.bytes(ofTime: 4))
    let header = try reader.header()
    guard header.leapSeconds == 0 else { throw .damaged("it counts leap seconds") }
    guard (1...256).contains(header.types) else { throw .damaged("no types of local time, or more than 256") }
    let times = try reader.list(header.times) { reader throws(TimeZoneError) in try reader.integer(8) }
    let types = try reader.list(header.times) { reader throws(TimeZoneError) in try reader.integer(1) & 0xFF }
    let offsets = try reader.list(header.types) { reader throws(TimeZoneError) in
      let offset = try reader.integer(4)
      try reader.skip(2)
      // RFC 9636, section 3.2.
      guard (-89_999...93_599).contains(offset) else { throw .damaged("an offset of \(offset) seconds") }
      return offset
    }
    try reader.skip(header.letters + header.standardFlags + header.universalFlags)
    for (time, type) in zip(times, types) {
      guard type < offsets.count else { throw .damaged("a type that is not there") }
      guard changes.last.map({ $0.at < time }) ?? true else { throw .damaged("times out of order") }
      changes.append(OffsetChange(at: time, offset: offsets[type]))
    }
    initialOffset = offsets[0]
    footer = try reader.footer().map { text throws(TimeZoneError) in
      guard let rules = RecurringOffsets(posix: text) else { throw .damaged("a footer that is no POSIX TZ string") }
      return rules
    }
  }
}

/// From a time on, in seconds since 1970, local time is that many seconds ahead of UTC.
struct OffsetChange: Equatable, Sendable {
  let at: Int
  let offset: Int
}

extension TimeZoneFile {
  fileprivate struct Header {
    var version: UInt8 = 0
    var universalFlags = 0
    var standardFlags = 0
    var leapSeconds = 0
    var times = 0
    var types = 0
    var letters = 0

    func bytes(ofTime width: Int) -> Int {
      times * (width + 1) + types * 6 + letters + leapSeconds * (width + 4) + standardFlags + universalFlags
    }
  }

  fileprivate struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func header() throws(TimeZoneError) -> Header {
      guard rest.starts(with: Array("TZif".utf8)) else { throw .damaged("it is no TZif file") }
      try skip(4)
      var header = Header()
      header.version = UInt8(truncatingIfNeeded: try integer(1))
      try skip(15)
      header.universalFlags = try count()
      header.standardFlags = try count()
      header.leapSeconds = try count()
      header.times = try count()
      header.types = try count()
      header.letters = try count()
      return header
    }

    /// A list of values, of at least a byte each.
    mutating func list(
      _ count: Int, _ element: (inout Reader) throws(TimeZoneError) -> Int
    ) throws(TimeZoneError) -> [Int] {
      guard count <= rest.count else { throw Self.ended }
      var values: [Int] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(try element(&self)) }
      return values
    }

    /// A signed number, the highest byte first.
    mutating func integer(_ width: Int) throws(TimeZoneError) -> Int {
      guard rest.count >= width else { throw Self.ended }
      let first = rest.first.map { Int(Int8(bitPattern: $0)) } ?? 0
      let value = rest.prefix(width).dropFirst().reduce(first) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(width)
      return value
    }

    mutating func skip(_ width: Int) throws(TimeZoneError) {
      guard width <= rest.count else { throw Self.ended }
      rest = rest.dropFirst(width)
    }

    /// The text between two line feeds; nil when it is empty.
    mutating func footer() throws(TimeZoneError) -> String? {
      guard rest.popFirst() == UInt8(ascii: "\n"), let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
        throw .damaged("it has no footer")
      }
      return end == rest.startIndex ? nil : String(decoding: rest[..<end], as: UTF8.self)
    }

    private mutating func count() throws(TimeZoneError) -> Int { try integer(4) & 0xFFFF_FFFF }

    private static let ended = TimeZoneError.damaged("it ends too early")
  }
}
