internal import Delivery
internal import JSON

/// An error of Meta's Cloud API, which Evolution passes on with status 201.
struct MetaError {
  /// Meta's number for it.
  let code: Int

  /// Reads `{"message","type","code",…}`, with or without an `error` around it.
  ///
  /// - Returns: nil when the answer is no such error.
  init?(_ root: JSONView) {
    let error = root["error"]?.kind == .object ? root["error"] : root
    guard let error, let code = error["code"].flatMap(Self.code), error["message"] != nil || error["type"] != nil else {
      return nil
    }
    self.code = code
  }

  private static func code(_ value: JSONView) -> Int? { value.integer ?? value.string.flatMap { Int($0) } }

  /// The class of failure that the code stands for; one that is not known is taken for passing.
  var kind: SendFailure.Kind {
    switch code {
    case 4, 80_007, 130_429, 131_056: .rateLimited
    case 131_026: .unknownNumber
    case 100, 131_047, 131_051, 132_001: .invalidRequest
    // 190 is the instance's own token, not the key that this program sends.
    case 190, 368, 131_031, 131_048: .restricted
    default: .serverError
    }
  }
}
