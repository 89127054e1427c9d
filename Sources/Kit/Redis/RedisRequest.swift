internal import Platform

/// Commands on their way: the bytes, the number of replies, and the completion that gets them.
struct RedisRequest: Sendable {
  /// What happens with the replies, or with the lack of them; called on the loop's thread, so it must be quick.
  typealias Completion = @Sendable (Result<[RedisReply], RedisError>) -> Void

  let bytes: [UInt8]
  let replyCount: Int
  let deadline: MonotonicTime
  let completion: Completion

  init(_ commands: [RedisCommand], timeout: Duration, completion: @escaping Completion) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(commands.reduce(0) { $0 + $1.byteCount })
    var blockingTime = Duration.zero
    for command in commands {
      command.write(to: &bytes)
      blockingTime += command.blockingTime
    }
    self.bytes = bytes
    replyCount = commands.count
    deadline = .now.advanced(by: timeout + blockingTime)
    self.completion = completion
  }
}
