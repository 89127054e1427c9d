/// What can be asked of a monitoring server; the raw value is the label `rota` of its series.
enum MonitoringRoute: String, CaseIterable {
  case metrics = "/metrics"
  case live = "/livez"
  case ready = "/readyz"
  case other = "outra"

  init(path: String) {
    self = Self.allCases.first { $0 != .other && $0.rawValue == path } ?? .other
  }

  /// The codes that it is answered with.
  var statuses: [Int] {
    switch self {
    case .metrics: [200, 405]
    case .live, .ready: [200, 405, 503]
    case .other: [404]
    }
  }

  /// The codes of requests refused before their route was looked at, which count as `outra`.
  static let refusals = [413, 431, 503]
}
