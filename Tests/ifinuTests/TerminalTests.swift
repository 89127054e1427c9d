import Platform
import Testing

@testable import ifinu

@Suite struct TerminalTests {
  @Test func `a table lines up, without blanks at the ends of its lines`() {
    var table = TextTable(["A", "LONG", "C"])
    table.add(["ação", "b", ""])
    #expect(table.text == "A     LONG  C\nação  b\n")
  }

  @Test func `a cell can't break its row or command the terminal`() {
    var table = TextTable(["ID", "X"])
    table.add(["a\r\nb\nc\u{1B}[2J", "d"])
    #expect(table.text == "ID          X\na  b c [2J  d\n")
  }

  @Test(arguments: [
    ("plain ação 👍🏽", "plain ação 👍🏽"), ("a\r\nb", "a  b"), ("a\tb", "a b"), ("\u{2028}", " "), ("", ""),
  ])
  func `a text fits on one line`(text: String, line: String) {
    #expect(text.onOneLine == line)
  }

  @Test(arguments: [
    (true, [:], true), (true, ["NO_COLOR": ""], true), (true, ["TERM": "xterm"], true), (false, [:], false),
    (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": "0"], false), (true, ["TERM": "dumb"], false),
  ])
  func `colours are for terminals, unless NO_COLOR says no`(
    isTerminal: Bool, environment: [String: String], isColoured: Bool
  ) {
    let style = Style(isTerminal: isTerminal, environment: environment)
    for text in [style.good("a"), style.bad("a"), style.doubtful("a"), style.strong("a")] {
      #expect(text.hasPrefix("\u{1B}[") == isColoured && text.contains("a") && (isColoured || text == "a"))
    }
  }

  @Test func `nouns go with their numbers`() {
    #expect([0, 1, 2].map { counted($0, "line") } == ["0 lines", "1 line", "2 lines"])
  }
}
