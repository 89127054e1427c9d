import JSON
import Messaging
import Testing

@testable import Operations

@Suite struct ReportTests {
  @Test func `the first problems are told by line, and then they are counted`() {
    var tally = ProblemTally()
    let remarks = (1...30).compactMap { line in
      tally.add(
        line.isMultiple(of: 3)
          ? PayloadError(field: "texto", problem: "is empty")
          : PayloadError(field: "payload", problem: "is not valid JSON: an unexpected word at byte \(line)"), at: line)
    }
    #expect(remarks.count == 20 && remarks[0] == "line 1: payload: is not valid JSON: an unexpected word at byte 1")
    #expect(tally.total == 30)
    #expect(
      tally.summary == [
        "10 more lines refused; of all 30:",
        "  20 × payload: is not valid JSON: an unexpected word (line 1, 2, 4, …)",
        "  10 × texto: is empty (line 3, 6, 9, …)",
      ])
    #expect(tally.problems.map(\.count) == [20, 10])
  }

  @Test func `few problems need no summary`() {
    var tally = ProblemTally()
    for line in 1...20 { #expect(tally.add(PayloadError(field: "a", problem: "b"), at: line) != nil) }
    #expect(tally.summary.isEmpty && tally.add(PayloadError(field: "a", problem: "b"), at: 21) == nil)
    #expect(tally.summary.first == "1 more line refused; of all 21:")
  }

  @Test func `problems of many kinds take little memory`() {
    var tally = ProblemTally()
    for line in 1...1_000 { _ = tally.add(PayloadError(field: "a", problem: "kind \(line)"), at: line) }
    #expect(tally.problems.count == 51 && tally.problems[0].text == "other problems")
    #expect(tally.problems.reduce(0) { $0 + $1.count } == 1_000 && tally.problems.allSatisfy { $0.lines.count <= 20 })
  }

  @Test func `a problem stays on its line, unless it is the whole file's`() {
    var tally = ProblemTally()
    #expect(tally.add(PayloadError(field: "file", problem: "is a PDF"), at: 1) == "the file is a PDF")
    #expect(
      tally.add(PayloadError(field: "texto", problem: "wants {a\nb}"), at: 3)
        == "line 3: texto: \("wants {a\nb}".onOneLine)")
  }

  @Test func `the same text to the same number is noticed`() throws {
    var seen = SeenMessages()
    #expect(seen.warning == nil)
    for (line, (number, text)) in [
      ("11988880001", "oi"), ("11988880002", "oi"), ("11988880001", "oi!"), ("(11) 98888-0001", "oi"),
      ("11988880001", "oi"), ("11988880001", "o"), ("11988880001", "oi!"),
    ].enumerated() {
      try note(number, text, at: line + 1, in: &seen)
    }
    seen.settle()
    #expect(seen.repeated == 3 && seen.warning?.contains("3 messages are") == true)
    #expect(seen.warning?.contains("first on line 4") == true)
    var one = SeenMessages()
    for line in 1...2 {
      try note("11988880001", "oi", at: line, in: &one)
      one.settle()
    }
    #expect(one.warning?.contains("1 message is") == true)
  }

  @Test func `what differs in one byte is not the same`() throws {
    var seen = SeenMessages()
    let text = Array("Olá, Ana! Sua fatura vence amanhã.".unicodeScalars)
    for place in text.indices {
      for scalar in ["x", "y", " x", ""] {
        var changed = String.UnicodeScalarView(text)
        changed.replaceSubrange(
          changed.index(changed.startIndex, offsetBy: place)...changed.index(changed.startIndex, offsetBy: place),
          with: scalar.unicodeScalars)
        try note("11988880001", String(changed), at: place, in: &seen)
      }
    }
    seen.settle()
    #expect(seen.repeated == 0)
  }

  @Test(arguments: [0, 1, 10, 5_000])
  func `a set of fingerprints holds what it was given, up to its bound`(bound: Int) {
    var set = FingerprintSet(maximumCount: bound)
    let numbers = (0..<6_000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    let first = numbers.map { set.insert($0) }
    #expect(first.allSatisfy(\.self) && set.count == min(bound, 6_000))
    let second = numbers.map { set.insert($0) }
    #expect(second == numbers.indices.map { $0 >= bound })
  }

  @Test func `a preview masks the number and shows the text`() throws {
    let preview = Preview(try message("11988880001", "Olá\r\n\u{1B}[2JAna", instance: "loja"), line: 7)
    #expect(preview.lines == ["line 7, to 5511*****0001, on loja:", "  Olá", "  \("\u{1B}[2JAna".onOneLine)", ""])
    #expect(
      preview.json.text
        == #"{"line":7,"recipient":"5511*****0001","instance":"loja","text":"Olá\r\n\u001b[2JAna"}"#)
    let long = Preview(try message("11988880001", String(repeating: "x", count: 9_000)), line: nil)
    #expect(long.lines.count == 3 && long.lines[0] == "to 5511*****0001:" && long.lines[1].count == 2_003)
  }

  @Test func `a dry run says that nothing was enqueued`() throws {
    var report = IntakeReport(lane: .urgent, isDryRun: true)
    report.messages = 2
    _ = report.problems.add(PayloadError(field: "texto", problem: "is empty"), at: 4)
    report.previews = [Preview(try message("11988880001", "oi"), line: 2)]
    report.kind = FileKind(
      format: .csv, encoding: .utf8, columns: FileKind.Columns(separator: 0x09, headings: [.number: "Fone"]))
    #expect(
      report.text(isFile: true)
        == "line 2, to 5511*****0001:\n  oi\n\ndry run: 2 messages for urgente, 1 line refused; nothing was enqueued")
    #expect(
      report.json(isFile: true).text == #"""
        {"lane":"urgente","enqueued":0,"refused":1,"dry_run":true,"valid":2,"repeated":0,"problems":[{"problem":"texto: is \#
        empty","count":1,"lines":[4]}],"file":{"format":"csv","encoding":"UTF-8","separator":"\t","columns":{"telefone":\#
        "Fone"}},"preview":[{"line":2,"recipient":"5511*****0001","instance":null,"text":"oi"}]}
        """#)
  }

  private func note(_ number: String, _ text: String, at line: Int, in seen: inout SeenMessages) throws {
    seen.add(try #require(Fingerprint(try message(number, text))), at: line)
  }

  private func message(_ number: String, _ text: String, instance: String = "") throws -> Message {
    try Message(
      payload: JSONValue.object([
        ("id", "a"), ("telefone", .string(number)), ("texto", .string(text)), ("instancia", .string(instance)),
      ]).bytes)
  }
}
