import Foundation
import Testing

@testable import Operations

@Suite struct TranscoderTests {
  private static let text = "telefone;texto\r\n11988880001;Olá João, “tudo” bem? – R$ 1.234,56 €\r\nAÇÃO ™…\r\n"

  @Test(arguments: [
    (TextEncoding.ascii, String.Encoding.utf8), (.ascii, .windowsCP1252), (.utf8, .utf8),
    (.utf16LittleEndian, .utf16LittleEndian), (.utf16BigEndian, .utf16BigEndian),
  ])
  func `a text is the same however it is written, and however it comes in pieces`(
    start: TextEncoding, encoding: String.Encoding
  ) throws {
    let bytes = try Self.text.bytes(encoding)
    for size in [1, 2, 3, 5, 7, 64, 10_000] {
      let (output, _) = transcode(bytes, from: start, size: size)
      #expect(String(decoding: output, as: UTF8.self) == Self.text, "in pieces of \(size)")
    }
  }

  @Test func `all of Windows-1252 is known`() throws {
    let undefined: [UInt8] = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
    for byte in UInt8(0x80)...0xFF where !undefined.contains(byte) {
      let expected = try #require(String(data: Data([0x20, byte]), encoding: .windowsCP1252))
      #expect(transcode([0x20, byte], from: .windows1252, size: 9).output == Array(expected.utf8), "\(byte)")
    }
    for byte in undefined { #expect(transcode([byte], from: .windows1252, size: 9).output == [0xFF]) }
  }

  @Test(
    arguments: [
      ([0x61, 0, 0x3D, 0xD8], [0x61, 0xFF]), ([0x3D, 0xD8, 0x61, 0], [0xFF, 0x61]), ([0x00, 0xDC], [0xFF]),
      ([0x61], [0xFF]), ([0x3D, 0xD8, 0x3D, 0xD8, 0x4D, 0xDC], [0xFF, 0xF0, 0x9F, 0x91, 0x8D]),
      ([0x3D, 0xD8, 0x4D, 0xDC], [0xF0, 0x9F, 0x91, 0x8D]),
    ] as [([UInt8], [UInt8])])
  func `halves of characters in UTF-16 are told`(bytes: [UInt8], expected: [UInt8]) {
    for size in 1...4 { #expect(transcode(bytes, from: .utf16LittleEndian, size: size).output == expected) }
  }

  @Test(arguments: [String.Encoding.utf8, .windowsCP1252])
  func `the first accent decides, however late it comes`(encoding: String.Encoding) throws {
    let early = [UInt8](repeating: 0x61, count: 3 * Transcoder.window)
    let late = try "é ".bytes(encoding)
    let bytes = early + late + early + late
    let (output, known) = transcode(bytes, from: .ascii, size: 10_000)
    #expect(output == early + Array("é ".utf8) + early + Array("é ".utf8))
    #expect(known == (encoding == .utf8 ? .utf8 : .windows1252))
  }

  @Test func `nothing is held back while all is ASCII`() {
    var transcoder = Transcoder(.ascii)
    #expect(transcoder.decode([0x61, 0x62]) == [0x61, 0x62] && transcoder.encoding == .ascii)
    #expect(transcoder.decode([0x63, 0xE9]) == [0x63] && transcoder.finish() == [0xC3, 0xA9])
    #expect(transcoder.encoding == .windows1252)
  }

  @Test(arguments: [1, 2, 100])
  func `UTF-8 in a text of Windows-1252 is told, and not mangled`(size: Int) throws {
    let bytes = try "Olá, você; ação\n".bytes(.windowsCP1252) + Array("João\n".utf8)
    let output = transcode(bytes, from: .windows1252, size: size).output
    #expect(output == Array("Olá, você; ação\nJo".utf8) + [0xFF] + Array("o\n".utf8))
  }

  @Test func `capitals before quotes and dots are no UTF-8`() throws {
    let text = "“AMANHû, AMANHÅ, VOCÊ…, IRMÃ\u{A0}X, ÃÃ, Ã"
    #expect(transcode(try text.bytes(.windowsCP1252), from: .windows1252, size: 3).output == Array(text.utf8))
  }

  @Test func `of an unknown text only ASCII comes through`() {
    let (output, encoding) = transcode("a;Não é João\n".macRoman, from: .ascii, size: 4)
    #expect(
      output == Array("a;N".utf8) + [0xFF] + Array("o ".utf8) + [0xFF] + Array(" Jo".utf8) + [0xFF] + Array("o\n".utf8))
    #expect(encoding == .unknown)
  }

  private func transcode(
    _ bytes: [UInt8], from encoding: TextEncoding, size: Int
  ) -> (output: [UInt8], encoding: TextEncoding) {
    var transcoder = Transcoder(encoding)
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      output += transcoder.decode(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    return (output + transcoder.finish(), transcoder.encoding)
  }
}
