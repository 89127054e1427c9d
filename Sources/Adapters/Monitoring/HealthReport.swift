internal import HTTPServer

/// Whether a part of the program does its work.
package enum HealthReport: Sendable, Equatable {
  /// It does.
  case healthy
  /// It does not; why, one line each, fit to be read by strangers.
  case unhealthy(reasons: [String])

  var response: HTTPResponse {
    switch self {
    case .healthy: .text(200, "ok\n")
    case .unhealthy(let reasons): .text(503, reasons.map { "\($0)\n" }.joined())
    }
  }
}
