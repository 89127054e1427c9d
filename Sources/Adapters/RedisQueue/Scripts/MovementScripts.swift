internal import Operations
internal import Redis

extension RedisScript {
  /// Moves scheduled messages that are due to the left ends of their lanes, in the order in which they fell due. Those
  /// whose lane's key holds no list stay where they are, and are an error once the others have been moved.
  ///
  /// KEYS: schedule, scheduled bodies, the lanes.
  /// ARGV: limit (at most 256), bytes after which to stop, the default lane's name, the lanes' names.
  /// Result: `{how many were moved, ms until the next is due: 0 when more are due now, -1 when none is scheduled}`.
  static let promote = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    \#(LuaLibrary.lanes)
    \#(LuaLibrary.tried)
    local schedule, bodies, room = KEYS[1], KEYS[2], tonumber(ARGV[2])
    local next = redis.call('ZRANGE', schedule, 0, 0, 'WITHSCORES')
    if #next == 0 then return {0, -1} end
    local now = clock()
    if tonumber(next[2]) > now then return {0, tonumber(next[2]) - now} end

    local keyOf = lanesFrom(3, 4)
    local due = redis.call('ZRANGEBYSCORE', schedule, '-inf', number(now), 'LIMIT', 0, ARGV[1])
    local moved = {}
    letGrow(schedule)
    for _, token in ipairs(due) do
      if room <= 0 then break end
      local envelope = redis.call('HGET', bodies, token)
      local isMoved = true
      if envelope then
        local lane, _, payload = opened(envelope)
        isMoved = tried('LPUSH', keyOf[lane], payload)
        room = room - #payload
      end
      if isMoved then moved[#moved + 1] = token end
    end
    if #moved > 0 then
      redis.call('HDEL', bodies, unpack(moved))
      redis.call('ZREM', schedule, unpack(moved))
    end
    if fault then return fault end

    next = redis.call('ZRANGE', schedule, 0, 0, 'WITHSCORES')
    if #next == 0 then return {#moved, -1} end
    return {#moved, math.max(0, tonumber(next[2]) - now)}
    """#)

  /// Returns the messages of expired leases to the front of their lanes in their old order, or of their groups while
  /// anything waits there, or buries those that were recovered too often; then drops dead letters that are too old.
  ///
  /// What may have been sent says so from now on, by when: `"incerta_desde"`, in ms.
  ///
  /// The last to expire go first, so that those which a next call returns stand before them again. Those whose lane's key
  /// holds no list keep their expired leases.
  ///
  /// A call that was held up on its way does nothing: the server may have been held up as well, and the holders of the
  /// leases it finds expired are about to be heard. So it is when nobody has called for long, or the server's clock has
  /// stepped: leases are left alone then until their holders have had the time to extend them.
  ///
  /// Bodies that have no lease, which somebody removed by hand, go to the dead letters: they may have been sent.
  ///
  /// KEYS: the instances' queues (7), in-flight bodies, those begun, instances, directory, dead letters, their bodies,
  /// recoveries, clock, the lanes.
  /// ARGV: prefix of the instances' queues, the default instance or an empty text, limit (at most 256), bytes after which to
  /// stop, recoveries that make a message poison, greatest age of a dead letter in ms, the server's time in ms until which
  /// the call is good, ms without a call after which leases are left alone, for how many ms, lease in ms, the default lane's
  /// name, the lanes' names.
  /// Result: `{the server's time in ms, leases ended, of which buried as poison, old dead letters that fell off, 1 when more may have
  /// expired, the error that kept some from being ended or an empty text, bodies without a lease, leases of which buried as uncertain}`; the time alone when
  /// the call came too late.
  static let recover = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    \#(LuaLibrary.lanes)
    \#(LuaLibrary.tried)
    \#(LuaLibrary.trim)
    local bodies, begun, instancesKey, directoryKey, dead, deadBodies, counted, times = unpack(KEYS, 8, 15)
    local defaultInstance = ARGV[2]
    local limit, room, deadly = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
    local now, lease = clock(), tonumber(ARGV[10])
    if now > tonumber(ARGV[7]) then return {now} end
    \#(LuaLibrary.instanceQueues)
    \#(LuaLibrary.grouping)
    local silence, truce = tonumber(ARGV[8]), tonumber(ARGV[9])
    local noted = redis.call('HMGET', times, 'visto', 'tregua')
    local seen, leaveAlone = tonumber(noted[1] or ''), tonumber(noted[2] or '') or 0
    local hasSteppedBack = seen and now < seen - 1000
    if hasSteppedBack then
      -- Times of before the step would outlast the lease by as much as it was.
      local latest = now + lease
      for _, token in ipairs(redis.call('ZRANGEBYSCORE', leases, '(' .. number(latest), '+inf')) do
        redis.call('ZADD', leases, number(latest), token)
      end
    end
    if hasSteppedBack or leaveAlone > now + truce or (seen and now - seen > silence) then leaveAlone = now + truce end
    letGrow(leases)
    redis.call('HSET', times, 'visto', number(now), 'tregua', number(leaveAlone))

    local expired = {}
    if now >= leaveAlone then
      expired = redis.call('ZREVRANGEBYSCORE', leases, number(now), '-inf', 'LIMIT', 0, limit, 'WITHSCORES')
    end
    local keyOf, ended, buried, uncertain, touched = lanesFrom(16, 12), {}, 0, 0, {}

    local function counting(payload, step) return tried('HINCRBY', counted, redis.sha1hex(payload), step) end

    local function buries(token, lane, payload, reason, cause)
      local header = '{"fila":"' .. lane .. '","motivo":"' .. reason .. '","erro":"' .. cause .. '"}'
      if not tried('HSET', deadBodies, token, header .. '\n' .. payload) then return false end
      return tried('ZADD', dead, number(now), token)
    end

    local function returns(token, lane, payload)
      if not isSorting then return tried('RPUSH', keyOf[lane], payload) end
      local group = groupOf(payload)
      touched[group] = true
      giveBack(group, lane, payload, now, token)
      return true
    end

    -- When sending began, as far as is known; nil when it never did.
    local function beginning(token, expiry)
      local noted = redis.call('HGET', begun, token)
      if noted then return tonumber(noted) end
      return string.find(token, '+', 1, true) and expiry - lease or nil
    end

    local function ends(token, envelope, expiry)
      local lane, recoveries, payload = opened(envelope)
      room = room - #payload
      local carriesCount = isObject(payload)
      local since = carriesCount and beginning(token, expiry)
      local count = carriesCount and recoveries + 1 or counting(payload, 1)
      if not count then return false end
      if count < deadly then
        if since and not string.find(payload, '"incerta_desde":[1-9]') then
          local brace = string.find(payload, '{', 1, true)
          payload = string.sub(payload, 1, brace) .. '"incerta_desde":' .. number(since) .. ',' ..
            string.sub(payload, brace + 1)
        end
        if carriesCount then payload = marked(payload, count) end
        local isReturned = returns(token, lane, payload)
        if not isReturned and not carriesCount then counting(payload, -1) end
        return isReturned
      end
      local cause = 'recovered ' .. count .. ' times without an outcome'
      local wasBegun = since or (carriesCount and string.find(payload, '"incerta_desde":[1-9]'))
      if not buries(token, lane, payload, wasBegun and 'incerto' or 'veneno', cause) then return false end
      if not carriesCount then redis.call('HDEL', counted, redis.sha1hex(payload)) end
      if wasBegun then uncertain = uncertain + 1 else buried = buried + 1 end
      return true
    end

    for position = 1, #expired, 2 do
      if room <= 0 then break end
      local token = expired[position]
      local envelope = redis.call('HGET', bodies, token)
      if not envelope or ends(token, envelope, tonumber(expired[position + 1])) then ended[#ended + 1] = token end
    end
    if #ended > 0 then
      redis.call('HDEL', bodies, unpack(ended))
      redis.call('ZREM', leases, unpack(ended))
      redis.call('HDEL', begun, unpack(ended))
    end
    for group in pairs(touched) do place(group, now) end

    local orphans = {}
    -- A user who may not ask is told nothing of them, and works all the same.
    local bodyCount = redis.pcall('HLEN', bodies)
    if type(bodyCount) == 'number' and bodyCount > redis.call('ZCARD', leases) then
      local tokens = redis.pcall('HKEYS', bodies)
      for _, token in ipairs(tokens.err and {} or tokens) do
        if #orphans == limit or room <= 0 then break end
        if not redis.call('ZSCORE', leases, token) then
          local lane, _, payload = opened(redis.call('HGET', bodies, token))
          room = room - #payload
          if buries(token, lane, payload, 'incerto', 'its lease was gone') then orphans[#orphans + 1] = token end
        end
      end
      if #orphans > 0 then redis.call('HDEL', bodies, unpack(orphans)) end
    end

    local fallen = trim(dead, deadBodies, now, tonumber(ARGV[6]))
    local count = #expired / 2
    local hasMore = (#ended > 0 and (count == limit or #ended < count)) or fallen == 1000 or #orphans == limit
    return {now, #ended, buried, fallen, hasMore and 1 or 0, fault and fault.err or '', #orphans, uncertain}
    """#)
}
