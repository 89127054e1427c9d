internal import Redis

extension RedisScript {
  /// Reads the beginnings of dead letters.
  ///
  /// KEYS: the dead letters' bodies.
  /// ARGV: bytes of each payload, ids, at most 1,000.
  /// Result: for each its size, and its header with the payload's beginning; of one that is not there 0 and false.
  static let heads = RedisScript(
    #"""
    local heads = {}
    for position = 2, #ARGV do
      local body = redis.call('HGET', KEYS[1], ARGV[position])
      heads[#heads + 1] = body and #body or 0
      heads[#heads + 1] = body and string.sub(body, 1, (string.find(body, '\n', 1, true) or 0) + ARGV[1])
    end
    return heads
    """#)

  /// Puts a dead letter back into a lane, behind what waits there.
  ///
  /// KEYS: dead letters, their bodies, the lane.
  /// ARGV: id, payload.
  /// Result: 1, or 0 when there is no such dead letter.
  static let requeue = RedisScript(
    #"""
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
    redis.call('LPUSH', KEYS[3], ARGV[2])
    redis.call('HDEL', KEYS[2], ARGV[1])
    redis.call('ZREM', KEYS[1], ARGV[1])
    return 1
    """#)

  /// Removes dead letters for good.
  ///
  /// KEYS: dead letters, their bodies.
  /// ARGV: ids, at most 1,000.
  /// Result: how many there were.
  static let purge = RedisScript(
    #"""
    redis.call('HDEL', KEYS[2], unpack(ARGV))
    return redis.call('ZREM', KEYS[1], unpack(ARGV))
    """#)
}
