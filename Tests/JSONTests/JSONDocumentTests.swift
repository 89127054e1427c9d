import JSON
import Testing

@Suite struct JSONDocumentTests {
  @Test func `reads every kind of value`() throws {
    let text = #" { "n":null,"b":true,"i":-12,"d":1.5e2,"s":"a\u00e7\n\ud83d\ude00","a":[1,[2],{}],"o":{"k":"v"} } "#
    let root = try JSONDocument(parsing: Array(text.utf8)).root
    #expect(root["n"]?.kind == .null)
    #expect(root["b"]?.boolean == true)
    #expect(root["i"]?.integer == -12)
    #expect(root["d"]?.double == 150)
    #expect(root["s"]?.string == "aç\n😀")
    #expect(root["a"]?.elements.map(\.kind) == [.number, .array, .object])
    #expect(root["o"]?["k"]?.string == "v")
    #expect(root["missing"] == nil)
    #expect(root.members.map(\.name) == ["n", "b", "i", "d", "s", "a", "o"])
  }

  @Test(arguments: [
    "", " ", "{", "}", "[1,]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}", "01", "1.", "-", "1e", "+1",
    "tru", "nul", #""abc"#, #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "\"\u{1}\"", "1 2",
    "NaN", "'a'",
  ])
  func `refuses what is not JSON`(text: String) {
    #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
  }

  @Test func `refuses a text nested too deep, at once`() {
    #expect(throws: JSONError(offset: 64, reason: "nested deeper than 64 levels")) {
      try JSONDocument(parsing: Array(repeating: UInt8(ascii: "["), count: 100_000))
    }
  }

  @Test func `refuses invalid UTF-8 and says where`() {
    #expect(throws: JSONError(offset: 2, reason: "invalid UTF-8")) {
      try JSONDocument(parsing: [UInt8(ascii: "\""), UInt8(ascii: "a"), 0xFF, UInt8(ascii: "\"")])
    }
  }

  @Test(arguments: 0..<24)
  func `takes a string's bytes for what they are, wherever they stand`(offset: Int) throws {
    let before = String(repeating: "x", count: offset)
    func read(_ bytes: [UInt8], then rest: String = "tail") throws -> JSONView {
      try JSONDocument(parsing: Array("\"\(before)".utf8) + bytes + Array("\(rest)\"".utf8)).root
    }
    for plain in " !#[]\u{7F}" {
      #expect(try read(Array(plain.utf8)).string == "\(before)\(plain)tail")
    }
    #expect(try read(Array("ção 😀".utf8)).string == "\(before)ção 😀tail")
    #expect(try read(Array(#"\"\\\u0041"#.utf8)).string == "\(before)\"\\Atail")
    for control in UInt8(0)..<0x20 {
      #expect(throws: JSONError(offset: 1 + offset, reason: "a bare control character in a string")) {
        try read([control])
      }
    }
    for broken in [[0x80], [0xC3], [0xFF], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]] {
      for rest in ["", "tail", "a longer tail \\n"] {
        #expect(throws: JSONError(offset: 1 + offset, reason: "invalid UTF-8")) { try read(broken, then: rest) }
      }
    }
    var written: [UInt8] = []
    JSONValue.write("\(before)\u{1F}\"é\\\u{7F}", to: &written)
    #expect(String(decoding: written, as: UTF8.self) == "\"\(before)\\u001f\\\"é\\\\\u{7F}\"")
  }

  @Test func `finds a member whose name is written with escapes, and counts repeated ones`() throws {
    let root = try JSONDocument(parsing: Array(#"{"\u0069d":"x","id":"y"}"#.utf8)).root
    #expect(root["id"]?.string == "x")
    #expect(root.find("id").count == 2)
  }

  @Test(arguments: [
    (#"{"id":"a","tentativas":0}"#, #"{"id":"a","tentativas":1,"novo":"z"}"#),
    (#"{"id":"a"}"#, #"{"id":"a","tentativas":1,"novo":"z"}"#),
    ("{ }", #"{ "tentativas":1,"novo":"z"}"#),
    (#" {"tentativas" : null , "v":1.50e1} "#, #" {"tentativas" : 1 , "v":1.50e1,"novo":"z"} "#),
  ])
  func `sets members and leaves the other bytes alone`(before: String, after: String) throws {
    let document = try JSONDocument(parsing: Array(before.utf8))
    let edited = document.replacing([("tentativas", 1), ("novo", "z")])
    #expect(String(decoding: edited, as: UTF8.self) == after)
  }

  @Test func `writes what it can read again`() throws {
    let value: JSONValue = [
      "text": "\"\\\u{1}\n\t\r ção 😀", "list": [1, true, .null, .number(.nan), .number(0.5)], "empty": [:],
    ]
    let root = try JSONDocument(parsing: value.bytes).root
    #expect(root["text"]?.string == "\"\\\u{1}\n\t\r ção 😀")
    #expect(root["list"]?.elements.map(\.kind) == [.number, .boolean, .null, .null, .number])
    #expect(root["empty"]?.members.isEmpty == true)
  }

  @Test func `sets a member that is named twice to its last value`() throws {
    let document = try JSONDocument(parsing: Array(#"{"a":1}"#.utf8))
    let edited = document.replacing([("a", 2), ("b", 3), ("a", 4), ("b", 5)])
    #expect(String(decoding: edited, as: UTF8.self) == #"{"a":4,"b":5}"#)
  }

  @Test(arguments: ["[1]", "1", "null", #""a""#])
  func `leaves alone what is no object`(text: String) throws {
    let document = try JSONDocument(parsing: Array(text.utf8))
    #expect(document.replacing([("a", 1)]) == Array(text.utf8))
    #expect(document.root["a"] == nil)
    #expect(document.root.members.isEmpty)
    #expect(document.root.find("a").count == 0)
  }

  @Test(
    arguments: [
      ("0", 0, 0.0), ("-0", 0, 0), ("9223372036854775807", Int.max, 0x1p63), ("9223372036854775808", nil, 0x1p63),
      ("-9223372036854775808", Int.min, -0x1p63), ("1.0", nil, 1), ("1e2", nil, 100), ("1E+2", nil, 100),
      ("1e-2", nil, 0.01), ("1e999", nil, .infinity),
      ("123456789012345678901234567890", nil, 0x1.8ee90ff6c373ep96),
    ] as [(String, Int?, Double)])
  func `reads numbers as what they are`(text: String, integer: Int?, double: Double) throws {
    let root = try JSONDocument(parsing: Array(text.utf8)).root
    #expect(root.integer == integer)
    #expect(root.double == double)
    #expect(root.string == nil)
    #expect(root.boolean == nil)
  }

  @Test func `reads every escape`() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0000\u00E7\uD83d\uDe00é""#
    #expect(try JSONDocument(parsing: Array(text.utf8)).root.string == "\"\\/\u{8}\u{C}\n\r\t\0ç😀é")
  }

  @Test(arguments: [64, 3])
  func `nests as deep as it is told and no deeper`(depth: Int) throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(try JSONDocument(parsing: nested(depth), maximumDepth: depth).root.kind == .array)
    #expect(throws: JSONError(offset: depth, reason: "nested deeper than \(depth) levels")) {
      try JSONDocument(parsing: nested(depth + 1), maximumDepth: depth)
    }
  }

  @Test(arguments: [
    ("", 0), ("{\"a\":1", 6), ("[1,]", 3), ("{\"a\" 1}", 5), ("tru", 0), ("1 2", 2), ("\"a", 2), ("[\u{FEFF}]", 1),
  ])
  func `says where a text is at fault, and quotes none of it`(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
    #expect(error?.offset == offset)
    #expect(error?.description.hasSuffix("at byte \(offset)") == true)
  }

  @Test func `shows the bytes of a value as they came`() throws {
    let root = try JSONDocument(parsing: Array(#"{"a": [1 , {"b":"\u0041"}] }"#.utf8)).root
    #expect(root["a"].map { String(decoding: $0.bytes, as: UTF8.self) } == #"[1 , {"b":"\u0041"}]"#)
  }
}
