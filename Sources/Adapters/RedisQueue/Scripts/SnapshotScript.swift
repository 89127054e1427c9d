internal import Redis

extension RedisScript {
  /// Counts what the queue holds, and tries whether the server takes writes: the removal of nothing is one.
  ///
  /// KEYS: in flight, schedule, dead letters, totals, the lanes.
  /// ARGV: none.
  /// Result: `{in flight, scheduled, dead, sent in all, time in ms, the error of a write or an empty text, each lane}`. A
  /// lane is `{length}` when empty, else `{length, the message at its front}`, cut off after 64 KiB; `{-1, error}` when
  /// it can't be counted.
  static let snapshot = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    local function state(key)
      local front = redis.pcall('LRANGE', key, -1, -1)
      if front.err then return {-1, front.err} end
      if not front[1] then return {0} end
      return {redis.call('LLEN', key), string.sub(front[1], 1, 65536)}
    end
    local write = redis.pcall('ZREM', KEYS[1], '')
    local counts = {
      redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2]), redis.call('ZCARD', KEYS[3]),
      tonumber(redis.call('HGET', KEYS[4], 'enviadas') or 0) or 0, clock(), type(write) == 'table' and write.err or ''
    }
    for lane = 5, #KEYS do counts[#counts + 1] = state(KEYS[lane]) end
    return counts
    """#)
}
