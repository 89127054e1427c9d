import Delivery
import Testing

@Suite struct InstanceNameTests {
  @Test(arguments: ["loja", "Loja-1_2.3~x", "a", "...", "0", String(repeating: "a", count: 128)])
  func `takes a plain path segment`(name: String) {
    #expect(InstanceName(name)?.value == name)
    #expect(InstanceName(name)?.description == name)
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "a\\b", "a b", "a?b", "a#b", "a%2Fb", "á", "a\n", "a\0", "a:b", "@", "loja📞", "a;b",
    String(repeating: "a", count: 129),
  ])
  func `refuses whatever could lead a request elsewhere`(name: String) {
    #expect(InstanceName(name) == nil)
  }
}
