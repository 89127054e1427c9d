internal import HTTPServer
internal import Synchronization
internal import Telemetry

/// Renders the metrics for all who wait for them, one round at a time.
///
/// Who comes while a round is under way waits for the next, so that nobody is told what was true before the question. A
/// round renders a format once, for however many scrapers: none of them keeps others from being answered, and all of
/// them together keep one thread busy at most.
final class ScrapeRounds: Sendable {
  /// What a scraper takes.
  struct Wish: Hashable {
    let format: ExpositionFormat
    let takesGzip: Bool
  }

  private struct State {
    var waiting: [Wish: [CheckedContinuation<HTTPResponse, Never>]] = [:]
    var isUnderWay = false
  }

  /// Smaller bodies fit a packet or two as they are.
  private static let compressedFrom = 1_024

  private let render: @Sendable (ExpositionFormat) async -> [UInt8]
  private let state = Mutex(State())

  init(render: @escaping @Sendable (ExpositionFormat) async -> [UInt8]) { self.render = render }

  /// The answer of the next round.
  func answer(to wish: Wish) async -> HTTPResponse {
    await withCheckedContinuation { continuation in
      let isFirst = state.withLock { state in
        state.waiting[wish, default: []].append(continuation)
        defer { state.isUnderWay = true }
        return !state.isUnderWay
      }
      // Off the server's thread: rendering and compressing thousands of lines would hold up the probes.
      if isFirst { Task { await self.run() } }
    }
  }

  /// How many wait for the next round.
  var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

  /// Goes on for as long as somebody waits.
  private func run() async {
    while let waiting = nextRound() {
      for format in ExpositionFormat.allCases where waiting.keys.contains(where: { $0.format == format }) {
        let body = await render(format)
        for takesGzip in [false, true] {
          guard let scrapers = waiting[Wish(format: format, takesGzip: takesGzip)] else { continue }
          let response = Self.response(body, format, compressed: takesGzip)
          for scraper in scrapers { scraper.resume(returning: response) }
        }
      }
    }
  }

  private func nextRound() -> [Wish: [CheckedContinuation<HTTPResponse, Never>]]? {
    state.withLock { state in
      state.isUnderWay = !state.waiting.isEmpty
      defer { state.waiting = [:] }
      return state.isUnderWay ? state.waiting : nil
    }
  }

  private static func response(_ body: [UInt8], _ format: ExpositionFormat, compressed: Bool) -> HTTPResponse {
    var headers = [("Content-Type", format.contentType), ("Vary", "Accept, Accept-Encoding")]
    guard compressed, body.count > compressedFrom, let smaller = Gzip.compress(body) else {
      return HTTPResponse(status: 200, headers: headers, sharing: SharedBody(body))
    }
    headers.append(("Content-Encoding", "gzip"))
    return HTTPResponse(status: 200, headers: headers, sharing: SharedBody(smaller))
  }
}
