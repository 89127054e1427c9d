import Telemetry
import Testing

@Suite struct NegotiationTests {
  private static let prometheus =
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
    + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"

  @Test(arguments: [
    nil, "", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json", "application/*",
    "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;version=2.0.0",
    "application/openmetrics-text;q=0", "application/openmetrics-text;q=0,*/*", "application/openmetrics-text; q=0.000",
    "application/openmetrics-text;q=0.2, text/plain;q=0.3", "application/openmetrics-text;q=0.2, */*;q=0.3",
    "application/openmetrics-text;q=0.2, text/*;q=0.3", "text/plain, application/openmetrics-text",
    "application/openmetrics-text;q=nan", "application/openmetrics-text;q=inf", "application/openmetrics-text;q=2",
    "application/openmetrics-text;q=-1", "application/openmetrics-text;q=0x1", "application/openmetrics-text;q=",
    "application/openmetrics-textual", ";;;,,,;q=1", "application/vnd.google.protobuf;proto=x;encoding=delimited",
  ])
  func `the text format is for all who do not ask for the other`(accept: String?) {
    #expect(ExpositionFormat.negotiate(accept: accept) == .text)
  }

  @Test(arguments: [
    "application/openmetrics-text", "Application/OpenMetrics-Text; Version=1.0.0; charset=utf-8", prometheus,
    "application/openmetrics-text;version=\"1.0.0\"", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
    "application/openmetrics-text, text/plain", "text/plain;q=0.5,application/openmetrics-text;q=0.6",
    "application/openmetrics-text;q=0.1,text/plain;q=0", "*/*,application/openmetrics-text",
    "text/plain;q=0.1,application/openmetrics-text;q=0.2,*/*", "  application/openmetrics-text ; q = 1.000 ",
    "application/openmetrics-text;version=0.0.1,application/openmetrics-text;version=1.0.0;q=0.9,text/plain;q=0.1",
  ])
  func `OpenMetrics is for those who prefer it by name`(accept: String) {
    #expect(ExpositionFormat.negotiate(accept: accept) == .openMetrics)
  }

  @Test func `each format has its content type`() {
    #expect(ExpositionFormat.text.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(
      ExpositionFormat.openMetrics.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
  }
}
