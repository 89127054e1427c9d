import Testing

@testable import Operations

@Suite struct CSVRecordTests {
  @Test(arguments: [
    ("a,b,c", ["a", "b", "c"]), ("a;b", ["a;b"]), ("", [""]), (",", ["", ""]), (#""a,b",c"#, ["a,b", "c"]),
    (#""a;b",c"#, ["a;b", "c"]), (#""Ele disse ""oi""",x"#, [#"Ele disse "oi""#, "x"]), (#""""#, [""]),
    ("\",\"", [","]), ("\"\",x", ["", "x"]), ("\",\"\"\",y", [",\"", "y"]),
    (#"meio "da" linha,x"#, [#"meio "da" linha"#, "x"]), (#""a"b,c"#, ["ab", "c"]), ("a,b;c", ["a", "b;c"]),
    (#"="0012",b"#, [#"="0012""#, "b"]), (#""=""0012""",b"#, [#"="0012""#, "b"]), ("a,,", ["a", "", ""]),
    (#"a,"b""#, ["a", "b"]), (#"a,"b"",c"#, ["a", #"b",c"#]),
  ])
  func `fields are what RFC 4180 says`(line: String, fields: [String]) {
    let record = CSVRecord(separator: UInt8(ascii: ","), line: Array(line.utf8))
    #expect(texts(record) == fields)
  }

  @Test func `without a separator there is one field`() {
    #expect(texts(CSVRecord(separator: nil, line: Array("a,b;c\td".utf8))) == ["a,b;c\td"])
  }

  @Test func `a field goes on over lines while its quote is open`() {
    var record = CSVRecord(separator: UInt8(ascii: ","))
    record.append(Array(#"x,"um"#.utf8))
    #expect(record.isOpen)
    record.append([])
    record.append(Array(#"dois"",""#.utf8))
    #expect(!record.isOpen)
    #expect(texts(record) == ["x", "um\n\ndois\","])
  }

  @Test(arguments: [
    (#""11988880001;""Olá; Ana"";x""#, ["11988880001", "Olá; Ana", "x"]), ("a;b", ["a", "b"]),
    (#""a""#, ["a"]), (#""Olá; 11988880001""#, ["Olá; 11988880001"]), (#""a;""b""#, [#"a;"b"#]),
  ])
  func `a line that a spreadsheet took for one field is taken apart`(line: String, fields: [String]) {
    #expect(texts(CSVRecord(separator: UInt8(ascii: ";"), line: Array(line.utf8)).unpacked(always: false)) == fields)
  }

  private func texts(_ record: CSVRecord) -> [String] {
    (0..<record.count).map { String(decoding: record[$0], as: UTF8.self) }
  }
}
