extension SendFailure.Kind {
  /// What a person has to do about an instance that was stopped for it.
  public var fix: String {
    switch self {
    case .credential: "check IFINU_EVOLUTION_API_KEY against the server's AUTHENTICATION_API_KEY"
    case .unknownInstance: "check the instance's name, or create the instance"
    case .restricted: "WhatsApp has restricted the number: look at the phone, and pause the instance meanwhile"
    case .instanceUnavailable, .timedOut, .uncertain:
      "look whether the phone is connected; read the QR code if it is not"
    case .unlicensed: "activate Evolution's licence, or run version 2.3.7"
    case .rateLimited: "send more slowly: IFINU_INSTANCE_INTERVAL"
    case .invalidRequest, .unknownNumber: "look at what the messages have in common: ifinu instances show"
    case .serverError, .connectionFailed: "look at the Evolution server"
    }
  }
}
