import Testing

@testable import HTTPClient

@Suite struct ParsedURLTests {
  @Test func `an address is taken apart once, whatever comes in between`() {
    var urls = ParsedURLs()
    let first = urls.parsed("http://127.0.0.1:8080/message/sendText/loja")
    #expect(first != nil)
    #expect(urls.parsed("http://127.0.0.1:8080/message/sendText/outra") !== first)
    #expect(urls.parsed("http://127.0.0.1:8080/message/sendText/loja") === first)
    #expect(urls.parsed("http://127.0.0.1:8080/message/sendText/loja") === first)
  }

  @Test func `what is no address is nil, and no other one instead`() {
    var urls = ParsedURLs()
    #expect(urls.parsed("http://127.0.0.1:8080/") != nil)
    #expect(urls.parsed("") == nil)
    #expect(urls.parsed("http://[") == nil)
    #expect(urls.parsed("http://127.0.0.1:8080/")?.text == "http://127.0.0.1:8080/")
  }

  @Test func `addresses without end take no memory without end, and stay right`() {
    var urls = ParsedURLs()
    weak let first = urls.parsed("http://127.0.0.1/0")
    for number in 0...1_000 { #expect(urls.parsed("http://127.0.0.1/\(number)")?.text.hasSuffix("/\(number)") == true) }
    #expect(first == nil)
    #expect(urls.parsed("http://127.0.0.1/0") != nil)
  }
}
