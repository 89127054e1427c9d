internal import Redis

extension RedisScript {
  /// Moves a leased message to the schedule.
  ///
  /// KEYS: in flight, in-flight bodies, schedule, scheduled bodies, those begun.
  /// ARGV: token, delay in ms, envelope.
  /// Result: 1, or 0 when the lease is not held.
  static let retry = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    local token = ARGV[1]
    if not redis.call('ZSCORE', KEYS[1], token) then return 0 end
    letGrow(KEYS[1])
    letGrow(KEYS[3])
    redis.call('HSET', KEYS[4], token, ARGV[3])
    redis.call('ZADD', KEYS[3], number(clock() + ARGV[2]), token)
    redis.call('HDEL', KEYS[2], token)
    redis.call('ZREM', KEYS[1], token)
    redis.call('HDEL', KEYS[5], token)
    return 1
    """#)

  /// Moves a leased message to the dead letters, the payload as the queue holds it. There is room for it: `reserve` saw to
  /// that.
  ///
  /// KEYS: in flight, in-flight bodies, dead letters, their bodies, recoveries, those begun.
  /// ARGV: token, header.
  /// Result: 1, or 0 when the lease is not held.
  static let bury = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    local token = ARGV[1]
    local held = redis.call('ZSCORE', KEYS[1], token)
    local envelope = held and redis.call('HGET', KEYS[2], token)
    if not envelope then return 0 end
    local lane, recoveries, payload = opened(envelope)
    local now = clock()
    letGrow(KEYS[1])
    letGrow(KEYS[3])
    redis.call('HSET', KEYS[4], token, ARGV[2] .. '\n' .. payload)
    redis.call('ZADD', KEYS[3], number(now), token)
    redis.call('HDEL', KEYS[2], token)
    redis.call('ZREM', KEYS[1], token)
    redis.call('HDEL', KEYS[6], token)
    if recoveries > 0 and not isObject(payload) then redis.pcall('HDEL', KEYS[5], redis.sha1hex(payload)) end
    return 1
    """#)

  /// Puts leased messages that were never tried back to the front of their lanes, in the order of the tokens; or of their
  /// groups, while anything waits there.
  ///
  /// KEYS: the instances' queues (7), in-flight bodies, those begun, instances, directory, the lanes.
  /// ARGV: prefix of the instances' queues, the default instance or an empty text, the default lane's name, the lanes'
  /// names, tokens, the first of which is to be the next one taken; at most 1,000.
  /// Result: an array with 1 for each that was held and 0 for the others.
  static let release = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    \#(LuaLibrary.lanes)
    local bodies, begun, instancesKey, directoryKey = unpack(KEYS, 8, 11)
    local defaultInstance = ARGV[2]
    \#(LuaLibrary.instanceQueues)
    \#(LuaLibrary.grouping)
    for lane = 12, #KEYS do
      -- A push that failed in the middle would leave what was pushed before in two places.
      local type = redis.call('TYPE', KEYS[lane]).ok
      if type ~= 'list' and type ~= 'none' then return {err = 'WRONGTYPE a lane holds a ' .. type} end
    end
    local keyOf = lanesFrom(12, 4)
    local tokens = {unpack(ARGV, 4 + #KEYS - 11)}
    local envelopes = redis.call('HMGET', bodies, unpack(tokens))
    local scores = redis.call('ZMSCORE', leases, unpack(tokens))
    local now = clock()
    local returned, held, touched = {}, {}, {}
    for position = #tokens, 1, -1 do
      local isHeld = scores[position] and envelopes[position]
      held[position] = isHeld and 1 or 0
      if isHeld then
        local lane, recoveries, payload = opened(envelopes[position])
        if isObject(payload) then payload = marked(payload, recoveries) end
        if #returned == 0 then letGrow(leases) end
        if isSorting then
          local group = groupOf(payload)
          giveBack(group, lane, payload, now, tokens[position])
          touched[group] = true
        else
          redis.call('RPUSH', keyOf[lane], payload)
        end
        returned[#returned + 1] = tokens[position]
      end
    end
    if #returned > 0 then
      redis.call('HDEL', bodies, unpack(returned))
      redis.call('ZREM', leases, unpack(returned))
      redis.call('HDEL', begun, unpack(returned))
    end
    for group in pairs(touched) do place(group, now) end
    return held
    """#)

  /// Makes leases last their full time again.
  ///
  /// KEYS: in flight.
  /// ARGV: lease in ms, tokens, at most 1,000.
  /// Result: the positions, counted from 0, of the tokens that are no longer held.
  static let extend = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    local tokens = {unpack(ARGV, 2)}
    local scores = redis.call('ZMSCORE', KEYS[1], unpack(tokens))
    local expiry = number(clock() + ARGV[1])
    local updates, lost = {}, {}
    for position, token in ipairs(tokens) do
      if scores[position] then
        updates[#updates + 1] = expiry
        updates[#updates + 1] = token
      else
        lost[#lost + 1] = position - 1
      end
    end
    if #updates > 0 then
      letGrow(KEYS[1])
      redis.call('ZADD', KEYS[1], 'XX', unpack(updates))
    end
    return lost
    """#)
}
