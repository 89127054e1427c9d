import Testing

@testable import Operations

@Suite struct JSONElementsTests {
  @Test(arguments: [1, 2, 3, 7, 1_000])
  func `the elements of an array are cut out, however it comes in pieces`(size: Int) throws {
    let text = #"""
       [ {"a": "]}\"[,{", "b": [1, {"c": null}]}
      ,{"d":"\\"},

        "um, dois" , 5,true
      , [] ]

      """#
    let found = try elements(text, size: size)
    #expect(
      found.map(\.element) == [
        value(#"{"a": "]}\"[,{", "b": [1, {"c": null}]}"#), value(#"{"d":"\\"}"#), value(#""um, dois""#), value("5"),
        value("true"), value("[]"),
      ])
    #expect(found.map(\.line) == [1, 2, 4, 4, 4, 5])
  }

  @Test(arguments: [1, 4, 1_000])
  func `objects one behind the other are cut out`(size: Int) throws {
    let text = "{\n \"a\": 1\n}\n{\"b\":\n2}{}\r\n\r\n{\r\n\"c\":3}\r\n"
    let found = try elements(text, isArray: false, size: size)
    #expect(found.map(\.element) == ["{\n \"a\": 1\n}", "{\"b\":\n2}", "{}", "{\r\n\"c\":3}"].map(value))
    #expect(found.map(\.line) == [1, 4, 5, 7])
  }

  @Test(arguments: [
    ("[]", 0), ("[ ]\n", 0), ("[1]", 1), ("[1,2]", 2), ("[\"\"]", 1), ("[{}]", 1), ("\n\n[1]", 1),
  ])
  func `whole arrays end well`(text: String, count: Int) throws {
    for size in [1, 100] {
      let found = try elements(text, size: size)
      #expect(found.count == count && !found.contains { $0.isBroken })
    }
  }

  @Test(arguments: [
    ("[1", 1, 1), ("[1,", 1, 1), ("[1 2]", 1, 1), ("[,1]", 0, 1), ("[1,]", 1, 1), ("[1] x", 1, 1), ("[1]]", 1, 1),
    ("[{\"a\":1\n,\n", 0, 1), ("[\n{}\n{}]", 1, 3), ("[\n\"a", 0, 2), ("[}", 0, 1), ("[1,\n\n2\n", 2, 4), ("[", 0, 1),
  ])
  func `where an array breaks off is told, once`(text: String, good: Int, line: Int) throws {
    for size in [1, 3, 100] {
      let found = try elements(text, size: size)
      #expect(found.prefix(good).allSatisfy { !$0.isBroken } && found.count == good + 1)
      #expect(found.last?.isBroken == true && found.last?.line == line, "\(found)")
    }
  }

  @Test(arguments: [1, 3, 100])
  func `an element over the bound is skipped, and the next one is whole again`(size: Int) throws {
    let long = "{\"a\":\"\(String(repeating: "x", count: 50))\"}"
    let found = try elements("[\(long),\n{\"b\":1},\(long)]", size: size, maximumLength: 20)
    #expect(found.map(\.element) == [.tooLong, value("{\"b\":1}"), .tooLong] && found.map(\.line) == [1, 2, 2])
  }

  @Test func `an array of any size takes little memory`() throws {
    var rest = 200_000
    var source = JSONElements(isArray: true, maximumLength: 1 << 20) { () throws(SourceError) in
      rest -= 1
      return rest == 199_999
        ? Array("[".utf8) : rest > 0 ? Array("{\"id\":\(rest)},".utf8) : rest == 0 ? Array("1]".utf8) : []
    }
    var count = 0
    while case .value? = try source.element() { count += 1 }
    #expect(count == 199_999)
  }

  private struct Found: CustomStringConvertible {
    let line: Int
    let element: JSONElements.Element

    var isBroken: Bool { if case .broken = element { true } else { false } }
    var description: String { "\(line): \(element)" }
  }

  private func value(_ text: String) -> JSONElements.Element { .value(Array(text.utf8)) }

  private func elements(
    _ text: String, isArray: Bool = true, size: Int, maximumLength: Int = 1 << 20
  ) throws -> [Found] {
    var source = JSONElements(
      isArray: isArray, maximumLength: maximumLength, next: IntakeFixture.source(Array(text.utf8), size))
    var found: [Found] = []
    while let element = try source.element() { found.append(Found(line: source.line, element: element)) }
    return found
  }
}
