/// A form in which the metrics can be had.
public enum ExpositionFormat: CaseIterable, Sendable {
  /// Prometheus' text format 0.0.4.
  case text

  /// OpenMetrics 1.0.
  case openMetrics

  /// The value of the header `Content-Type`, without which some scrapers refuse an answer.
  public var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// The format that suits a request's header `Accept` best.
  ///
  /// OpenMetrics is for those who ask for it by name, in version 1.0.0 or in none, and give the text format no higher
  /// weight; at equal weights the one that stands first wins. All else gets the text format, refusals of it included.
  public static func negotiate(accept: String?) -> ExpositionFormat {
    guard let accept else { return .text }
    let ranges = accept.split(separator: ",").compactMap { MediaRange($0) }
    guard let wanted = best(of: ranges, where: \.isOpenMetrics), wanted.weight > 0 else { return .text }
    // The most specific range that matches is the one that counts, so `*/*` does not speak for a named format.
    let rival =
      best(of: ranges, where: \.isText) ?? best(of: ranges) { $0.type == "text/*" }
      ?? best(of: ranges) { $0.type == "*/*" }
    guard let rival else { return .openMetrics }
    if wanted.weight == rival.weight {
      return rival.isText && rival.position < wanted.position ? .text : .openMetrics
    }
    return wanted.weight > rival.weight ? .openMetrics : .text
  }

  private static func best(
    of ranges: [MediaRange], where matches: (MediaRange) -> Bool
  ) -> (weight: Double, position: Int, isText: Bool)? {
    var best: (weight: Double, position: Int, isText: Bool)?
    for (position, range) in ranges.enumerated() where matches(range) {
      if let best, best.weight >= range.weight { continue }
      best = (range.weight, position, range.isText)
    }
    return best
  }
}
