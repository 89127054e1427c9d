import Testing

@testable import Operations

@Suite struct LineReaderTests {
  @Test(arguments: [1, 2, 3, 7, 1_000])
  func `lines are the same however the file comes in pieces`(size: Int) throws {
    let lines = try lines(of: "um\n\ndois\r\ntrês\r\rfim\n\r\nsem fim", size: size)
    #expect(lines == ["um", "", "dois", "três\r\rfim", "", "sem fim"].map(text))
  }

  @Test(arguments: [("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\n", ["a", ""]), ("a\r", ["a"])])
  func `the end of the last line is no line`(file: String, expected: [String]) throws {
    #expect(try lines(of: file, size: 4) == expected.map(text))
  }

  @Test(arguments: [1, 5, 64])
  func `a line over the bound is skipped, and the next one is whole again`(size: Int) throws {
    let long = String(repeating: "x", count: 11)
    let expected = [text("0123456789"), .tooLong, text("b"), .tooLong]
    #expect(try lines(of: "0123456789\n\(long)\nb\n\(long)\(long)", size: size) == expected)
  }

  @Test(arguments: [1, 2, 5, 64])
  func `lines may end with a carriage return alone`(size: Int) throws {
    #expect(try lines(of: "um\rdo\nis\r\rsem fim", size: size, end: 0x0D) == ["um", "do\nis", "", "sem fim"].map(text))
  }

  @Test func `a long line is looked through once`() throws {
    let count = 1 << 20
    var rest = count
    var reader = LineReader(maximumLength: 2 * count) { () throws(SourceError) in
      rest -= 64
      return rest >= 0 ? [UInt8](repeating: 0x61, count: 64) : []
    }
    #expect(try reader.line() == .text([UInt8](repeating: 0x61, count: count)))
  }

  private func text(_ text: String) -> LineReader.Line { .text(Array(text.utf8)) }

  private func lines(of file: String, size: Int, end: UInt8 = 0x0A) throws -> [LineReader.Line] {
    var reader = LineReader(maximumLength: 10, end: end, next: IntakeFixture.source(Array(file.utf8), size))
    var lines: [LineReader.Line] = []
    while let line = try reader.line() { lines.append(line) }
    return lines
  }
}
