extension RedisScript {
  /// Moves scheduled messages that are due to the left ends of their lanes, in the order in which they fell due.
  ///
  /// KEYS: the lanes (3), schedule, scheduled bodies.
  /// ARGV: limit (at most 256), bytes after which to stop, the lanes' names (3).
  /// Result: `{how many were moved, ms until the next is due: 0 when more are due now, -1 when none is scheduled}`.
  static let promote = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    local schedule, bodies, room = KEYS[4], KEYS[5], tonumber(ARGV[2])
    local next = redis.call('ZRANGE', schedule, 0, 0, 'WITHSCORES')
    if #next == 0 then return {0, -1} end
    local now = clock()
    if tonumber(next[2]) > now then return {0, tonumber(next[2]) - now} end

    local keyOf = {}
    for lane = 1, 3 do keyOf[ARGV[2 + lane]] = KEYS[lane] end
    local due = redis.call('ZRANGEBYSCORE', schedule, '-inf', number(now), 'LIMIT', 0, ARGV[1])
    local moved = {}
    letGrow(schedule)
    for _, token in ipairs(due) do
      if room <= 0 then break end
      local envelope = redis.call('HGET', bodies, token)
      if envelope then
        local lane, _, payload = opened(envelope)
        redis.call('LPUSH', keyOf[lane] or KEYS[2], payload)
        room = room - #payload
      end
      moved[#moved + 1] = token
    end
    redis.call('HDEL', bodies, unpack(moved))
    redis.call('ZREM', schedule, unpack(moved))

    next = redis.call('ZRANGE', schedule, 0, 0, 'WITHSCORES')
    if #next == 0 then return {#moved, -1} end
    return {#moved, math.max(0, tonumber(next[2]) - now)}
    """#)

  /// Returns the messages of expired leases to the front of their lanes in their old order, or buries those that were
  /// recovered too often; then drops dead letters that are too old.
  ///
  /// The last to expire go first, so that those which a next call returns stand before them again.
  ///
  /// KEYS: the lanes (3), in flight, in-flight bodies, dead letters, their bodies, recoveries.
  /// ARGV: limit (at most 256), bytes after which to stop, recoveries that make a message poison, most dead letters to
  /// keep, greatest age in ms, the lanes' names (3).
  /// Result: `{leases ended, of which buried, old dead letters that fell off, 1 when more may have expired}`.
  static let recover = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    \#(LuaLibrary.trim)
    local inFlight, bodies, dead, deadBodies, counted = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
    local limit, room, deadly = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local now = clock()
    local expired = redis.call('ZREVRANGEBYSCORE', inFlight, number(now), '-inf', 'LIMIT', 0, limit)
    local keyOf, ended, buried = {}, {}, 0
    for lane = 1, 3 do keyOf[ARGV[5 + lane]] = KEYS[lane] end

    local function recovered(payload, recoveries)
      if isObject(payload) then return recoveries + 1 end
      return redis.call('HINCRBY', counted, redis.sha1hex(payload), 1)
    end

    if #expired > 0 then letGrow(inFlight) end
    for _, token in ipairs(expired) do
      if room <= 0 then break end
      local envelope = redis.call('HGET', bodies, token)
      if envelope then
        local lane, recoveries, payload = opened(envelope)
        local count = recovered(payload, recoveries)
        if count >= deadly then
          local cause = 'recovered ' .. count .. ' times without an outcome'
          local header = '{"fila":"' .. lane .. '","motivo":"veneno","erro":"' .. cause .. '"}'
          redis.call('HSET', deadBodies, token, header .. '\n' .. payload)
          redis.call('ZADD', dead, number(now), token)
          if not isObject(payload) then redis.call('HDEL', counted, redis.sha1hex(payload)) end
          buried = buried + 1
        else
          redis.call('RPUSH', keyOf[lane] or KEYS[2], isObject(payload) and marked(payload, count) or payload)
        end
        room = room - #payload
      end
      ended[#ended + 1] = token
    end
    if #ended > 0 then
      redis.call('HDEL', bodies, unpack(ended))
      redis.call('ZREM', inFlight, unpack(ended))
    end
    local fallen = trim(dead, deadBodies, now, tonumber(ARGV[4]), tonumber(ARGV[5]))
    local hasMore = (#ended > 0 and (#expired == limit or #ended < #expired)) or fallen == 1000
    return {#ended, buried, fallen, hasMore and 1 or 0}
    """#)
}
