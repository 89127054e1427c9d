import Messaging
import Testing

@Suite struct InstanceNameTests {
  @Test(arguments: [
    ("loja", "loja"), ("Loja-1_2.3~x", "Loja-1_2.3~x"), ("...", "..."),
    // As the original system makes them up.
    ("ifinu_ana@empresa.com.br_1767225600", "ifinu_ana%40empresa.com.br_1767225600"),
    ("ifinu_ana+lojas@empresa.com.br_1", "ifinu_ana%2Blojas%40empresa.com.br_1"),
    // As people do.
    ("Loja do João", "Loja%20do%20Jo%C3%A3o"), ("📞", "%F0%9F%93%9E"), (" ", "%20"), ("a\u{2028}b", "a%E2%80%A8b"),
    // What would lead elsewhere.
    ("a/b", "a%2Fb"), ("a?b#c", "a%3Fb%23c"), ("a%2Fb", "a%252Fb"), ("a\\b", "a%5Cb"),
    ("a;b:c&d=e", "a%3Bb%3Ac%26d%3De"),
    (".", "%2E"), ("..", "%2E%2E"), ("../x", "..%2Fx"),
  ])
  func `takes free text and escapes it as a segment of a path`(name: String, segment: String) throws {
    let instance = try #require(InstanceName(name))
    #expect(instance.value == name)
    #expect(instance.description == name)
    #expect(instance.pathSegment == segment)
  }

  @Test func `takes up to 255 bytes`() {
    #expect(InstanceName(String(repeating: "a", count: 255)) != nil)
    #expect(InstanceName(String(repeating: "a", count: 256)) == nil)
    #expect(InstanceName(String(repeating: "ã", count: 127)) != nil)
    #expect(InstanceName(String(repeating: "ã", count: 128)) == nil)
  }

  @Test(arguments: ["", "a\n", "\ra", "a\0", "\u{7F}", "a\u{85}b", "\u{9B}31m"])
  func `refuses control characters and nothing at all`(name: String) {
    #expect(InstanceName(name) == nil)
  }
}
