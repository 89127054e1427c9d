/// Why a command got no answer, or not the one that it was sent for.
package enum RedisError: Error, Equatable, CustomStringConvertible {
  /// The server is away, and the command never left: nothing was changed.
  case unavailable(String)
  /// The connection broke with the command on the wire: it may or may not have been carried out.
  case interrupted(String)
  /// The server is there and turns this client away: a wrong password, or none. Nothing was changed.
  case denied(String)
  /// The server answered with an error.
  case server(ErrorReply)
  /// The reply is of another type or shape than the command's.
  case unexpectedReply(String)

  /// The cause, without secrets or data.
  package var description: String {
    switch self {
    case .unavailable(let cause): "Redis is away: \(cause)"
    case .interrupted(let cause): "the connection to Redis broke with a command under way: \(cause)"
    case .denied(let cause), .unexpectedReply(let cause): cause
    case .server(let reply): reply.message
    }
  }
}
