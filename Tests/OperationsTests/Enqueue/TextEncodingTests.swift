import Foundation
import Testing

@testable import Operations

@Suite struct TextEncodingTests {
  @Test(
    arguments: [
      ([], .ascii, 0), (Array("telefone".utf8), .ascii, 0), ([0xEF, 0xBB, 0xBF, 0x61], .utf8, 3),
      ([0xFF, 0xFE, 0x61, 0], .utf16LittleEndian, 2), ([0xFE, 0xFF, 0, 0x61], .utf16BigEndian, 2),
      ([0x74, 0, 0x65, 0, 0x6C, 0], .utf16LittleEndian, 0), ([0, 0x74, 0, 0x65, 0, 0x6C], .utf16BigEndian, 0),
      ([0x4F, 0, 0x6C, 0, 0xE1, 0, 0x3B], .utf16LittleEndian, 0), ([0xFF], .ascii, 0), ([0xE1, 0x3B], .ascii, 0),
      ([0x61, 0, 0, 0x62, 0x63, 0x64], .ascii, 0), ([0x61, 0, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67], .ascii, 0),
    ] as [([UInt8], TextEncoding, Int)])
  func `the head of a text may tell how it is written`(head: [UInt8], encoding: TextEncoding, mark: Int) {
    let detected = TextEncoding.detect(head)
    #expect(detected.encoding == encoding && detected.mark == mark)
  }

  @Test(arguments: [
    "Olá", "São João, às 15h", "“AMANHû… você – R$ 10", "É", "coração", "D’ÁVILA", "Ação nº 1ª", "Windows™ €5,00",
    "IRMÃOS PREVIDÊNCIA", "VOCÊ…", "açaí",
  ])
  func `Portuguese is told for what it is written in`(text: String) throws {
    #expect(vote(Array(text.utf8)) == .utf8)
    #expect(vote(try text.bytes(.windowsCP1252)) == .windows1252)
  }

  @Test(arguments: ["Não é João", "açaí, você", "José", "São Paulo", "promoção até amanhã"])
  func `a text of an old Mac is not taken for one of Windows`(text: String) {
    #expect(vote(text.macRoman) == .unknown)
  }

  /// Code page 850: ç 0x87, ã 0xC6, é 0x82, á 0xA0, ê 0x88.
  @Test(
    arguments: [
      [0x4A, 0x6F, 0xC6, 0x6F], [0x4A, 0x6F, 0x73, 0x82], [0x61, 0x87, 0xC6, 0x6F], [0x76, 0x6F, 0x63, 0x88],
    ] as [[UInt8]])
  func `a text of DOS is not taken for one of Windows`(text: [UInt8]) { #expect(vote(text) == .unknown) }

  @Test func `one broken character does not make a text another`() throws {
    let text = Array("Olá, João e José; \u{E9}".utf8.dropLast()) + [0x3B] + Array("você".utf8)
    #expect(vote(text) == .utf8)
    #expect(vote(try "Olá, João e José; você".bytes(.windowsCP1252) + Array("é".utf8)) == .windows1252)
  }

  @Test func `a character may be cut off where the text goes on, and only there`() {
    for count in 1...3 { #expect(TextEncoding.vote(Array("a👍".utf8.prefix(1 + count)), isCut: true) == .utf8) }
    #expect(TextEncoding.vote([0x4F, 0x6C, 0xE1], isCut: true) == .utf8)
    #expect(TextEncoding.vote([0x4F, 0x6C, 0xE1], isCut: false) == .windows1252)
  }

  private func vote(_ text: [UInt8]) -> TextEncoding { TextEncoding.vote(text, isCut: false) }
}
