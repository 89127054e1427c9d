extension RedisScript {
  /// Counts what the queue holds.
  ///
  /// KEYS: the lanes (3), in flight, schedule, dead letters, totals.
  /// ARGV: none.
  /// Result: `{in flight, scheduled, dead, sent in all, time in ms, lane, lane, lane}`, each lane `{length}` when empty, else
  /// `{length, due time, creation time, digest}` of the message at its front: the times as they stand in its first
  /// 4 KiB, empty where there are none; the digest of the whole where there is neither.
  static let snapshot = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    local function state(key)
      local front = redis.call('LRANGE', key, -1, -1)[1]
      if not front then return {0} end
      local head = string.sub(front, 1, 4096)
      local due = string.match(head, '"proxima_tentativa"%s*:%s*"([^"]*)"') or ''
      local created = string.match(head, '"criado_em"%s*:%s*"([^"]*)"') or ''
      local digest = ''
      if due == '' and created == '' then digest = redis.sha1hex(front) end
      return {redis.call('LLEN', key), due, created, digest}
    end
    return {
      redis.call('ZCARD', KEYS[4]), redis.call('ZCARD', KEYS[5]), redis.call('ZCARD', KEYS[6]),
      tonumber(redis.call('HGET', KEYS[7], 'enviadas') or 0) or 0, clock(),
      state(KEYS[1]), state(KEYS[2]), state(KEYS[3])
    }
    """#)
}
