import Testing

@testable import Operations

@Suite struct FileFormatTests {
  @Test(
    arguments: [
      ("[{\"a\":1}]", "x.txt", .json), ("\n  [\n", "-", .json), ("[]", "x.jsonl", .json), ("{\"a\":1}\n", "-", .jsonl),
      ("{\"a\":1}", "x.json", .jsonl), ("{\n  \"a\": 1\n}", "x.json", .json), ("{\"a\": 1,\r\n\"b\": 2}", "-", .json),
      ("{\"a\":\n1}", "-", .json), ("{\"a\":1,\n", "x.jsonl", .jsonl), ("{\"a\":1,\n", "X.NDJSON", .jsonl),
      ("{\"a\":1\n{\"b\":2}\n", "-", .jsonl), ("{\"a\":\"x\n", "-", .jsonl), ("telefone;texto", "x.csv", .csv),
      ("telefone;texto", "x.txt", .csv), ("telefone", "-", .csv), ("oops\n{\"a\":1}", "x.jsonl", .jsonl),
      ("oops", "x.json", .jsonl), ("", "x.csv", .csv), ("", "-", .csv), ("{\"a\":1}", "x.csv", .jsonl),
      ("{", "-", .json),
    ] as [(String, String, FileFormat)])
  func `a file is what it begins with`(text: String, name: String, format: FileFormat) {
    #expect(FileFormat.detect(Array(text.utf8), name: name) == format)
  }
}
