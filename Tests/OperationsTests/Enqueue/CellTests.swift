import Testing

@testable import Operations

@Suite struct CellTests {
  @Test(arguments: [
    ("oi", "oi"), ("", ""), (#"="11988887777""#, "11988887777"), (#"="a ""b"" c""#, #"a "b" c"#), (#"="""#, ""),
    (#"=""#, #"=""#), ("=1+1", "=1+1"), (#""a""#, #""a""#), (" x ", " x "),
  ])
  func `a formula that gives a text is that text`(field: String, text: String) {
    #expect(Cell.text(Array(field.utf8)[...]) == text)
  }

  @Test func `what is not UTF-8 is no text`() {
    #expect(Cell.text([0x61, 0xFF]) == nil && Cell.text([0x3D, 0x22, 0xFF, 0x22]) == nil)
  }

  @Test(arguments: [
    ("  a b\t", "a b"), ("\u{A0}a\u{202F}", "a"), ("\u{FEFF}\u{200B}a\u{200F}\r\n", "a"), ("", ""), (" \u{A0} ", ""),
    ("ç", "ç"), ("👍🏽 ", "👍🏽"),
  ])
  func `what can't be seen at the ends goes`(text: String, trimmed: String) {
    #expect(Cell.trimmed(text) == trimmed)
    #expect(Cell.isBlank(Array(text.utf8)[...]) == trimmed.isEmpty)
  }

  @Test(arguments: ["#N/D", "#VALOR!", "#REF!", "null", "NULL", "NaN", "\\N", "undefined", "#NÚM!"])
  func `a program's word for nothing is nothing`(text: String) { #expect(Cell.isNothing(text)) }

  @Test(arguments: ["", "Ana", "Nulo", "None", "0", "#1", "-"])
  func `other words are something`(text: String) { #expect(!Cell.isNothing(text)) }
}
