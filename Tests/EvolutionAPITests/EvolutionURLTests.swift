import Messaging
import Testing

@testable import EvolutionAPI

@Suite
struct EvolutionURLTests {
  @Test(arguments: [
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ("https://evo.example.com/api/v2//", "https://evo.example.com/api/v2"), ("HTTP://evo", "http://evo"),
    ("http://[::1]:8080", "http://[::1]:8080"),
  ])
  func `an address loses the slash at its end`(text: String, base: String) throws {
    #expect(try EvolutionURL(text).base == base)
    let instance = try #require(InstanceName("vendas"))
    #expect(try EvolutionURL(text).sendText(instance) == base + "/message/sendText/vendas")
  }

  @Test(arguments: [
    ("", ""), ("127.0.0.1", "http"), ("evo.example.com:8080", "http"), ("ftp://evo", "http"),
    ("file:///etc/passwd", "http"), ("http://", "host"), ("http:///x", "host"), ("http://evo:99999", "port"),
    ("http://evo:x", "port"), ("http://e vo", ""), ("http://evo/\r\nx", ""), ("http://evo?x=1", "?"),
    ("http://evo#x", "#"), ("http://ana:senha@evo", "password"),
  ])
  func `what no request can go to is refused with the fix`(text: String, hint: String) {
    let error = #expect(throws: EvolutionSetupError.self) { try EvolutionURL(text) }
    #expect(error?.setting == .baseURL)
    #expect(hint.isEmpty || error?.reason.contains(hint) == true)
    #expect(error?.description.contains("senha") == false)
  }
}
