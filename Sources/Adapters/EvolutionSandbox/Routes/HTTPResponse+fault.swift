internal import HTTPServer
internal import JSON

extension HTTPResponse {
  /// What a client sees of a fault. One that is never answered, or as if it were none, has no answer here: the connection
  /// is closed.
  static func fault(_ fault: Fault) -> HTTPResponse {
    switch fault {
    case .closed: serverError("Connection Closed")
    case .timedOut: serverError("Timed Out")
    case .notLoaded: serverError("Cannot read properties of undefined (reading 'onWhatsApp')")
    case .overLimit: serverError("rate-overlimit")
    case .tooMany: failure(429, "Too Many Requests", "rate-overlimit", headers: [("Retry-After", "1")])
    case .closedSending: badRequest(["Error: Connection Closed"])
    case .timedOutSending: badRequest(["Error: Timed Out"])
    case .noGroup: badRequest(["[object Object]"])
    case .notStored:
      badRequest(["PrismaClientKnownRequestError: Invalid `this.prismaRepository.prisma.message.create()` invocation"])
    case .empty: HTTPResponse(status: 201)
    case .meta:
      json(
        201,
        [
          "message": "(#131026) Message undeliverable", "type": "OAuthException", "code": 131_026,
          "error_data": ["messaging_product": "whatsapp", "details": "Message Undeliverable."],
          "fbtrace_id": "ifinu-sandbox",
        ])
    case .wrongKey: unauthorized
    case .noInstance: unknownInstance("sandbox")
    case .restricted: failure(403, "Forbidden", ["This account is restricted"])
    case .forbidden: page(403, "403 Forbidden")
    case .badRequest: page(400, "400 Bad Request")
    case .page: page(200, "Down for maintenance")
    case .unavailable: page(503, "503 Service Temporarily Unavailable")
    case .wrongPath: page(404, "Cannot POST /message/sendText/")
    case .unlicensed:
      json(
        503,
        [
          "error": "service not activated", "code": "LICENSE_REQUIRED",
          "message": "This instance of the API has not been activated.",
        ])
    case .gateway: page(504, "504 Gateway Time-out")
    case .drop, .dropBefore, .hang, .hangBefore, .refused, .unheard: drop
    }
  }

  /// A page in HTML, as a proxy or another program answers.
  private static func page(_ status: Int, _ text: String) -> HTTPResponse {
    let page = """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>Error</title></head>
      <body><pre>\(text)</pre></body>
      </html>

      """
    return HTTPResponse(
      status: status, headers: [("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8))
  }
}
