/// The first commands on a new connection: credentials, database and the connection's name.
struct RedisGreeting {
  private struct Step {
    let command: RedisCommand
    let purpose: String
    let mayFail: Bool
  }

  private let steps: [Step]

  init(url: RedisURL, name: String) {
    var steps: [Step] = []
    if let password = url.password {
      let command = url.user.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password)
      steps.append(Step(command: command, purpose: "the credentials", mayFail: false))
    }
    if url.database != 0 {
      let command = RedisCommand("SELECT", String(url.database))
      steps.append(Step(command: command, purpose: "database \(url.database)", mayFail: false))
    }
    let naming = RedisCommand("CLIENT", "SETNAME", name)
    steps.append(Step(command: naming, purpose: "the connection's name", mayFail: true))
    self.steps = steps
  }

  var commands: [RedisCommand] { steps.map(\.command) }

  /// Judges the answer to one of the commands; a name that is refused is no reason to stay away.
  func check(_ reply: RedisReply, at position: Int) throws(ConnectionFault) {
    guard case .error(let text) = reply else { return }
    let error = ErrorReply(text)
    guard !error.isTransient else { throw ConnectionFault(error.message) }
    guard !error.wantsCredentials else {
      throw ConnectionFault("it wants a password, and the Redis URL has none: redis://:password@host", isRefusal: true)
    }
    guard !steps[position].mayFail else { return }
    throw ConnectionFault("\(steps[position].purpose) in the Redis URL: \(error.message)", isRefusal: true)
  }
}
