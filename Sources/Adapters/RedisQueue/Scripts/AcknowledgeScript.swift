internal import Operations
internal import Redis

extension RedisScript {
  /// Ends leases whose messages were sent.
  ///
  /// KEYS: in flight, in-flight bodies, totals, those begun.
  /// ARGV: tokens, at most 1,000.
  /// Result: how many were held, when that was all of them; else an array with 1 for each that was held and 0 for the
  /// others.
  static let acknowledge = RedisScript(
    #"""
    local scores = redis.call('ZMSCORE', KEYS[1], unpack(ARGV))
    -- First what may fail, when its key is of another type: a body without its lease would be nobody's.
    redis.call('HDEL', KEYS[2], unpack(ARGV))
    local removed = redis.call('ZREM', KEYS[1], unpack(ARGV))
    if removed > 0 then
      -- What is only counted must not undo what was done.
      redis.pcall('HINCRBY', KEYS[3], 'enviadas', removed)
      redis.pcall('HDEL', KEYS[4], unpack(ARGV))
    end
    if removed == #ARGV then return removed end
    local held, seen = {}, {}
    for position, token in ipairs(ARGV) do
      held[position] = (scores[position] and not seen[token]) and 1 or 0
      seen[token] = true
    end
    return held
    """#)
}
