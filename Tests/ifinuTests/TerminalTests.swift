import JSON
import Operations
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
    #expect(table.text == "ID                  X\na\\r\\nb\\nc\\u001b[2J  d\n")
  }

  @Test(arguments: [
    ("plain ação 👍🏽", "plain ação 👍🏽"), ("a\r\nb", "a\\r\\nb"), ("a\tb", "a\\tb"), ("", ""),
    ("\u{2028}\u{2029}", "\\u2028\\u2029"), ("x\u{202E}gpj", "x\\u202egpj"), ("\u{9B}31m", "\\u009b31m"),
    ("\u{7F}\u{0}", "\\u007f\\u0000"), ("a\u{200B}\u{FEFF}", "a\\u200b\\ufeff"), ("\u{E0041}", "\\udb40\\udc41"),
  ])
  func `a text fits on one line`(text: String, line: String) {
    #expect(text.onOneLine == line)
  }

  @Test(arguments: ["plain ação 👍🏽", "x\u{202E}gpj", "\u{85}\u{2028}", "\"\\\n\u{7F}", "\u{E0041}"])
  func `JSON shows what is not seen, and is the same when it is read`(text: String) throws {
    let shown = JSONValue.object([("name", .string(text))]).displayText
    #expect(shown == shown.onOneLine)
    #expect(try JSONDocument(parsing: Array(shown.utf8)).root["name"]?.string == text)
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
