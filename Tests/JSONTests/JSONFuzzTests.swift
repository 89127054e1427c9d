import JSON
import TestSupport
import Testing

@Suite struct JSONFuzzTests {
  private static let good = [
    #" { "n":null,"b":true,"i":-12,"d":1.5e2,"s":"a\u00e7\n\ud83d\ude00","a":[1,[2],{}],"o":{"k":"v"} } "#,
    #"{"id":"a","tentativas":0,"proxima_tentativa":"0001-01-01T00:00:00Z","x":[{"y":[[[]]]}]}"#,
    "[]", "{}", #""\\\"""#, "[1e-7,0.0,-0,12345678901234567890,true,false,null]", #"{"":{"":""}}"#,
  ]
  /// Bytes that mean something in JSON, so that more mutations get further than the first byte.
  private static let alphabet =
    Array(#"{}[]",:\ue0123456789-+.tfnrbs/"#.utf8) + [0x00, 0x09, 0x20, 0x7F, 0xC3, 0xA7, 0xFF]

  @Test(arguments: 1...8)
  func `never crashes on mutations, and reads again what it edited`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var read = 0
    for round in 0..<4_000 {
      let text = mutated(Array(Self.good[round % Self.good.count].utf8), &random)
      guard let document = try? JSONDocument(parsing: text) else { continue }
      read += 1
      visit(document.root)
      let edited = document.replacing([
        ("tentativas", 3), ("novo", ["a": [.number(.infinity), "\u{0}\"\\"]]), ("", .null),
      ])
      let again = try JSONDocument(parsing: edited).root
      guard document.root.kind == .object else {
        #expect(edited == text)
        continue
      }
      #expect(again["tentativas"]?.integer == 3)
      #expect(again["novo"]?["a"]?.elements.map(\.kind) == [.null, .string])
      #expect(again[""]?.kind == .null)
    }
    #expect(read > 500)
  }

  @Test func `never crashes on bytes at random`() {
    var random = SeededRandom(seed: 99)
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...40, using: &random)
      let bytes = (0..<length).map { _ in
        Bool.random(using: &random)
          ? Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)]
          : UInt8.random(in: 0...255, using: &random)
      }
      if let document = try? JSONDocument(parsing: bytes) { visit(document.root) }
    }
  }

  @Test func `reads what it wrote, whatever stands in it`() throws {
    var random = SeededRandom(seed: 5)
    for _ in 0..<1_000 {
      let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      let number = Double(bitPattern: random.next())
      let integer = Int(truncatingIfNeeded: random.next())
      let value: JSONValue = .object([(text, .array([.string(text), .number(number), .integer(integer)]))])
      let read = try JSONDocument(parsing: value.bytes).root[text]?.elements
      #expect(read?[0].string.map { Array($0.utf8) } == Array(text.utf8))
      #expect(read?[1].double == (number.isFinite ? number : nil))
      #expect(read?[2].integer == integer)
    }
  }

  private func mutated(_ text: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 0...3, using: &random) where !text.isEmpty {
      let place = Int.random(in: 0..<text.count, using: &random)
      let byte = Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)]
      switch Int.random(in: 0...4, using: &random) {
      case 0: text[place] = byte
      case 1: text.insert(byte, at: place)
      case 2: text.remove(at: place)
      case 3: text.removeLast(text.count - place)
      default: text.insert(contentsOf: text[place...].prefix(8), at: place)
      }
    }
    return text
  }

  /// Asks a value and all within it everything that can be asked.
  private func visit(_ view: JSONView) {
    _ = (view.string, view.integer, view.double, view.boolean, view.bytes.count)
    #expect(view.range.lowerBound < view.range.upperBound)
    for element in view.elements { visit(element) }
    for (name, value) in view.members {
      #expect(view[name] != nil)
      #expect(view.find(name).count >= 1)
      visit(value)
    }
  }
}
