import Testing

@testable import ifinu

@Suite struct CSVRecordTests {
  @Test(arguments: [
    ("a,b,c", ["a", "b", "c"]), ("a;b", ["a", "b"]), ("", [""]), (",", ["", ""]), (#""a,b";c"#, ["a,b", "c"]),
    (#""a;b",c"#, ["a;b", "c"]), (#""Ele disse ""oi""",x"#, [#"Ele disse "oi""#, "x"]), (#""""#, [""]),
    (#"meio "da" linha,x"#, [#"meio "da" linha"#, "x"]), (#""a"b,c"#, ["ab", "c"]), ("a,b;c", ["a", "b;c"]),
  ])
  func `fields are what RFC 4180 says`(line: String, fields: [String]) {
    var record = CSVRecord(separator: nil)
    record.append(Array(line.utf8))
    #expect(!record.isOpen)
    #expect(record.fields.map { String(decoding: $0, as: UTF8.self) } == fields)
  }

  @Test func `a field goes on over lines while its quote is open`() {
    var record = CSVRecord(separator: nil)
    record.append(Array(#"x,"um"#.utf8))
    #expect(record.isOpen)
    record.append([])
    record.append(Array(#"dois"",""#.utf8))
    #expect(!record.isOpen)
    #expect(record.fields == ["x", "um\n\ndois\","].map { Array($0.utf8) })
    #expect(record.separator == UInt8(ascii: ","))
  }

  @Test func `a separator that is known is the only one`() {
    var record = CSVRecord(separator: UInt8(ascii: ";"))
    record.append(Array("Olá, Ana;x".utf8))
    #expect(record.fields == ["Olá, Ana", "x"].map { Array($0.utf8) })
  }
}
