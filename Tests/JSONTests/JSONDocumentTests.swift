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

  @Test func `finds a member whose name is written with escapes, and counts repeated ones`() throws {
    let root = try JSONDocument(parsing: Array(#"{"\u0069d":"x","id":"y"}"#.utf8)).root
    #expect(root["id"]?.string == "x")
    #expect(root.count(of: "id") == 2)
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
}
