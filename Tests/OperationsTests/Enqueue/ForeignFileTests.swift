import Foundation
import Testing

@testable import Operations

@Suite struct ForeignFileTests {
  @Test(
    arguments: [
      (Array("PK\u{3}\u{4}\u{14}".utf8), "spreadsheet"), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "spreadsheet"),
      (Array("%PDF-1.7".utf8), "PDF"), ([0x1F, 0x8B, 8], "gunzip"), (Array("<html><table>".utf8), "HTML"),
      (Array("\u{FEFF}\r\n<?xml version".utf8), "HTML"), (Array("BEGIN:VCARD\r\n".utf8), "vCard"),
      ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], "UTF-32"), ([0x61, 0x62, 0, 0x63, 0x64], "no text"),
    ] as [([UInt8], String)])
  func `a file that is no text is named, with the way out`(head: [UInt8], words: String) {
    #expect(ForeignFile.problem(head)?.contains(words) == true)
  }

  @Test(arguments: ["", "PK;Nome;Telefone\n", "telefone;texto\n", "\u{FEFF}telefone", "[{}]", "{\"id\":1}", "a<b;c"])
  func `a text is none of them`(text: String) { #expect(ForeignFile.problem(Array(text.utf8)) == nil) }

  @Test func `UTF-16 has zero bytes and is a text`() throws {
    #expect(ForeignFile.problem(try "telefone\ttexto".bytes(.utf16LittleEndian)) == nil)
    #expect(ForeignFile.problem([0xFF, 0xFE] + (try "olá".bytes(.utf16LittleEndian))) == nil)
  }
}
