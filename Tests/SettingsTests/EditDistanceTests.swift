import Testing

@testable import Settings

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("IFINU_WORKER", "IFINU_WORKERS", 1), ("ab", "ba", 2),
  ])
  func `the fewest changes are counted, both ways`(left: String, right: String, distance: Int) {
    #expect(EditDistance.between(left, right) == distance)
    #expect(EditDistance.between(right, left) == distance)
  }

  @Test(
    arguments: [
      ("lojq", ["filial", "loja", "lojas"], "loja"), ("loja", ["loja 2", "loja 1"], "loja 1"),
      ("ifinu_ana@x.br_17", ["ifinu_bia@x.br_17", "ifinu_ana@x.br_18"], "ifinu_ana@x.br_18"),
      ("loja", ["matriz", "x"], nil), ("loja", [], nil), ("LOJA", ["loja"], nil),
    ] as [(String, [String], String?)])
  func `the nearest word is meant, unless it is quite another`(word: String, others: [String], nearest: String?) {
    #expect(EditDistance.nearest(to: word, among: others) == nearest)
    #expect(EditDistance.nearest(to: word, among: others.reversed()) == nearest)
  }
}
