extension RedisScript {
  /// Counts what the queue holds, and tries whether the server takes writes: the removal of nothing is one.
  ///
  /// KEYS: the lanes (3), in flight, schedule, dead letters, totals.
  /// ARGV: none.
  /// Result: `{in flight, scheduled, dead, sent in all, time in ms, lane, lane, lane, the error of a write or an empty
  /// text}`, each lane `{length}` when empty, else
  /// `{length, the message at its front}`, cut off after 64 KiB; `{-1, error}` when it can't be counted.
  static let snapshot = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    local function state(key)
      local front = redis.pcall('LRANGE', key, -1, -1)
      if front.err then return {-1, front.err} end
      if not front[1] then return {0} end
      return {redis.call('LLEN', key), string.sub(front[1], 1, 65536)}
    end
    local write = redis.pcall('ZREM', KEYS[4], '')
    return {
      redis.call('ZCARD', KEYS[4]), redis.call('ZCARD', KEYS[5]), redis.call('ZCARD', KEYS[6]),
      tonumber(redis.call('HGET', KEYS[7], 'enviadas') or 0) or 0, clock(),
      state(KEYS[1]), state(KEYS[2]), state(KEYS[3]), type(write) == 'table' and write.err or ''
    }
    """#)
}
