internal import Operations
internal import Redis

extension RedisScript {
  /// Ends leases whose messages were sent, and keeps what they are known again by.
  ///
  /// KEYS: in flight, in-flight bodies, totals, those begun.
  /// ARGV: prefix of the hashes of what was sent, for how long that is kept in ms or 0, how many tokens, the tokens, at most
  /// 1,000, their messages' digests or empty texts.
  /// Result: how many were held, when that was all of them; else an array with 1 for each that was held and 0 for the
  /// others.
  static let acknowledge = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    local count, window = tonumber(ARGV[3]), tonumber(ARGV[2])
    local tokens = {unpack(ARGV, 4, 3 + count)}
    local scores = redis.call('ZMSCORE', KEYS[1], unpack(tokens))
    -- First what may fail, when its key is of another type: a body without its lease would be nobody's.
    redis.call('HDEL', KEYS[2], unpack(tokens))
    local removed = redis.call('ZREM', KEYS[1], unpack(tokens))
    if removed > 0 then
      -- What is only counted must not undo what was done.
      redis.pcall('HINCRBY', KEYS[3], 'enviadas', removed)
      redis.pcall('HDEL', KEYS[4], unpack(tokens))
      local now, sent = window > 0 and clock(), {}
      for position = 1, window > 0 and count or 0 do
        local digest = ARGV[3 + count + position]
        if digest ~= '' and scores[position] then
          sent[#sent + 1] = digest
          sent[#sent + 1] = number(now)
        end
      end
      if #sent > 0 then
        local key = ARGV[1] .. number(math.floor(now / window))
        redis.pcall('HSET', key, unpack(sent))
        redis.pcall('PEXPIRE', key, number(2 * window))
      end
    end
    if removed == count then return removed end
    local held, seen = {}, {}
    for position, token in ipairs(tokens) do
      held[position] = (scores[position] and not seen[token]) and 1 or 0
      seen[token] = true
    end
    return held
    """#)
}
