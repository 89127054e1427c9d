package import HTTPServer

extension HTTPLimits {
  /// Without limits of time, for tests that are about something else.
  package static let patient = HTTPLimits().patient

  /// The same without limits of time.
  package var patient: HTTPLimits {
    var limits = self
    limits.idle = .forever
    limits.transfer = .forever
    return limits
  }
}
