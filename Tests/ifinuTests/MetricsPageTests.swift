import Testing

@testable import ifinu

@Suite struct MetricsPageTests {
  private static let page = """
    # HELP envios Sends.
    # TYPE envios counter
    envios{resultado="sucesso"} 7
    envios{resultado="fal}ha \\" x"} 2
    envios_outros 100
    ifinu_build_info{version="1"} 1
    d_bucket{le="0.1"} 10
    d_bucket{le="0.5"} 20
    d_bucket{le="+Inf"} 20
    nonsense
    torto{a="b"} abc
    """

  @Test func `samples are found by their series, and what is none is left out`() {
    let page = MetricsPage(Array(Self.page.utf8))
    #expect(page.isWorker && !MetricsPage(Array("up 1\n".utf8)).isWorker)
    #expect(page.value(#"envios{resultado="sucesso"}"#) == 7)
    #expect(page.value("absent") == 0 && page.value("torto{a=\"b\"}") == 0)
    #expect(page.sum("envios") == 9)
    #expect(MetricsPage([0xFF, 0x00]).sum("envios") == 0)
  }

  @Test func `the buckets of all series are added up`() {
    let page = MetricsPage(
      Array("h_bucket{a=\"x\",le=\"1\"} 3\nh_bucket{a=\"y\",le=\"1\"} 4\nh_bucket{a=\"x\",le=\"+Inf\"} 5\n".utf8))
    let buckets = page.buckets("h")
    #expect(buckets.map(\.bound) == [1, .infinity] && buckets.map(\.count) == [7, 5])
  }

  @Test(arguments: [(0.5, 0.1), (0.25, 0.05), (0.75, 0.3), (1, 0.5)])
  func `percentiles are interpolated as Prometheus does it`(share: Double, seconds: Double) throws {
    let page = MetricsPage(Array(Self.page.utf8))
    let found = try #require(HistogramGain(of: "d", from: MetricsPage([]), to: page).percentile(share))
    #expect(abs(found - seconds) < 1e-9)
  }

  @Test func `only what came between the scrapes counts`() {
    let earlier = MetricsPage(Array("d_bucket{le=\"1\"} 5\nd_bucket{le=\"2\"} 5\nd_bucket{le=\"+Inf\"} 5\n".utf8))
    let later = MetricsPage(Array("d_bucket{le=\"1\"} 5\nd_bucket{le=\"2\"} 9\nd_bucket{le=\"+Inf\"} 9\n".utf8))
    #expect(HistogramGain(of: "d", from: earlier, to: later).percentile(0.5) == 1.5)
    #expect(HistogramGain(of: "d", from: later, to: later).percentile(0.5) == nil)
    #expect(HistogramGain(of: "absent", from: earlier, to: later).percentile(0.5) == nil)
  }

  @Test func `what lies beyond the last bound is told as that bound`() {
    let page = MetricsPage(Array("d_bucket{le=\"1\"} 0\nd_bucket{le=\"+Inf\"} 4\n".utf8))
    #expect(HistogramGain(of: "d", from: MetricsPage([]), to: page).percentile(0.99) == 1)
  }
}
