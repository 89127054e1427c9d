internal import Operations
internal import Redis

extension RedisScript {
  /// Notes that messages are about to be sent, so that whoever finds their leases expired knows that they may have been.
  ///
  /// KEYS: in flight, those begun.
  /// ARGV: tokens, at most 1,000.
  /// Result: how many were held, when that was all of them; else an array with 1 for each that was held and 0 for the
  /// others.
  static let noteBegun = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    local scores = redis.call('ZMSCORE', KEYS[1], unpack(ARGV))
    local now, count, held, fields = number(clock()), 0, {}, {}
    for position, token in ipairs(ARGV) do
      held[position] = scores[position] and 1 or 0
      if scores[position] then
        count = count + 1
        fields[2 * count - 1], fields[2 * count] = token, now
      end
    end
    letGrow(KEYS[1])
    if count > 0 then redis.call('HSET', KEYS[2], unpack(fields)) end
    return count == #ARGV and count or held
    """#)

  /// Lets a message of an instance with limits, or on trial, go out now, or puts it back to wait for its instance.
  ///
  /// KEYS: the instances' queues (7), in-flight bodies, those begun.
  /// ARGV: prefix of the instances' queues, token, instance, group that the message was taken from, most sends under way or
  /// 0, ms to the next start, cap of a day or -1, today, the next day's beginning in ms, ms after which sends under way are
  /// looked at again, since when the message waited for its instance in ms, the caps of the first days, the first day or 0.
  /// Days are counted from 1970-01-01.
  /// Result: `{1}` when it may go; `{0, why}` when it was put back; `{-1}` when the lease is not held.
  static let begin = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    \#(LuaLibrary.instanceQueues)
    local bodies, begun = KEYS[8], KEYS[9]
    local token, instance, group = ARGV[2], ARGV[3], ARGV[4]
    local most, interval = tonumber(ARGV[5]), tonumber(ARGV[6])
    local body = redis.call('ZSCORE', leases, token) and redis.call('HGET', bodies, token)
    if not body then return {-1} end
    local now = clock()
    letGrow(leases)
    local p = pacingOf(instance)
    if p.day ~= ARGV[8] then p.day, p.sent = ARGV[8], 0 end
    local cap = capOf(p, ARGV[7], ARGV[12], ARGV[13], ARGV[8])
    local why
    local h = healthOf(instance)
    if h and h.state == 'pausada' then
      why = 'pausada'
    elseif h and h.ends > now and h.probe ~= token then
      why = 'parada'
    elseif cap >= 0 and p.sent + #p.tokens >= cap then
      why, p.why, p.due = 'limite_diario', 'limite_diario', math.max(now + 1, tonumber(ARGV[9]))
    elseif p.next > now then
      why, p.why, p.due = 'ritmo', 'ritmo', p.next
    elseif most > 0 and #p.tokens >= most then
      why, p.why, p.due = 'ritmo', 'ritmo', now + tonumber(ARGV[10])
    end
    if why then
      keepPacing(instance, p)
      local lane, recoveries, payload = opened(body)
      if isObject(payload) then payload = marked(payload, recoveries) end
      giveBack(instance, lane, payload, ARGV[11], '')
      redis.call('HDEL', bodies, token)
      redis.call('ZREM', leases, token)
      if h and h.probe == token then
        h.probe = ''
        keepHealth(instance, h)
      end
      place(instance, now)
      if group ~= instance then place(group, now) end
      return {0, why}
    end
    p.next = now + interval
    p.tokens[#p.tokens + 1] = token
    p.due, p.why = p.next, (most > 0 or interval > 0) and 'ritmo' or 'livre'
    if most > 0 and #p.tokens >= most then p.due = math.max(p.due, now + tonumber(ARGV[10])) end
    if cap >= 0 and p.sent + #p.tokens >= cap then
      p.due, p.why = math.max(p.due, tonumber(ARGV[9])), 'limite_diario'
    end
    keepPacing(instance, p)
    redis.call('HSET', begun, token, number(now))
    place(instance, now)
    if group ~= instance then place(group, now) end
    return {1}
    """#)

  /// Ends a send on an instance with limits, or on trial: counts it when it was taken, and lets the instance go on.
  ///
  /// KEYS: the instances' queues (7), in-flight bodies, those begun, totals.
  /// ARGV: prefix of the instances' queues, token, instance, group that the message was taken from, 1 to acknowledge the
  /// message, cap of a day or -1, today or 0 when that is not known, the next day's beginning in ms, the caps of the first
  /// days, the first day or 0, ms since the send began or -1, ms to the next start, prefix of the hashes of what was sent, for how long that is kept in ms
  /// or 0, the message's digest or an empty text.
  /// Result: `{1 when the message was acknowledged, ms until more of the instance may go or -1, 1 when this ended a stop}`.
  static let finish = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.instanceQueues)
    local bodies, begun, totals = KEYS[8], KEYS[9], KEYS[10]
    local token, instance, group = ARGV[2], ARGV[3], ARGV[4]
    local now = clock()
    letGrow(leases)
    local isSent = ARGV[5] == '1' and redis.call('ZSCORE', leases, token) and true or false
    local hasOpened = 0
    if isSent then
      redis.call('HDEL', bodies, token)
      redis.call('ZREM', leases, token)
      redis.pcall('HINCRBY', totals, 'enviadas', 1)
      redis.call('HDEL', begun, token)
      local window = tonumber(ARGV[14])
      if window > 0 and ARGV[15] ~= '' then
        local key = ARGV[13] .. number(math.floor(now / window))
        redis.pcall('HSET', key, ARGV[15], number(now))
        redis.pcall('PEXPIRE', key, number(2 * window))
      end
      local h = healthOf(instance)
      if h and h.state ~= 'pausada' then
        redis.call('HDEL', health, instance)
        hasOpened = 1
      end
    end
    if redis.call('HEXISTS', pacing, instance) == 1 then
      local p = pacingOf(instance)
      local others = {}
      for _, other in ipairs(p.tokens) do if other ~= token then others[#others + 1] = other end end
      p.tokens = others
      -- What ended before it had begun knows of no day and no cap: begin looks at those again.
      if ARGV[7] ~= '0' and p.day ~= ARGV[7] then p.day, p.sent = ARGV[7], 0 end
      if isSent then
        p.sent = p.sent + 1
        if p.first == '0' then p.first = p.day end
      end
      -- The send may have begun later than it was let go.
      if tonumber(ARGV[11]) >= 0 then p.next = math.max(p.next, now - ARGV[11] + ARGV[12]) end
      p.due = p.next
      if p.why == 'limite_diario' then p.why = 'livre' end
      local cap = capOf(p, ARGV[6], ARGV[9], ARGV[10], p.day)
      if cap >= 0 and p.sent + #p.tokens >= cap then
        p.due, p.why = math.max(p.due, tonumber(ARGV[8])), 'limite_diario'
      end
      keepPacing(instance, p)
    end
    local due = place(instance, now)
    if group ~= instance then due = math.min(due, place(group, now)) end
    return {isSent and 1 or 0, due == math.huge and -1 or math.max(0, due - now), hasOpened}
    """#)

  /// Puts messages back to the front of their instance's queue, untried, and stops the instance for a while.
  ///
  /// The wait grows with each trial that fails. What was under way when the instance was stopped changes nothing more.
  ///
  /// KEYS: the instances' queues (7), in-flight bodies, those begun.
  /// ARGV: prefix of the instances' queues, instance, why, group that the messages were taken from, 1 when the wait does not
  /// grow by this, how many waits there are, the waits in ms, tokens, the first of which is to be the next one taken, then since when each message waited
  /// for its instance in ms, or 0.
  /// Result: `{1 when this stopped the instance, 2 when it prolonged the stop, until when, 1 for each message that was
  /// held}`.
  static let park = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    \#(LuaLibrary.instanceQueues)
    local bodies, begun = KEYS[8], KEYS[9]
    local instance, reason, group, waits = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[6])
    local rest = {unpack(ARGV, 7 + waits)}
    local tokens = {unpack(rest, 1, #rest / 2)}
    local now = clock()
    local envelopes = redis.call('HMGET', bodies, unpack(tokens))
    local scores = redis.call('ZMSCORE', leases, unpack(tokens))
    letGrow(leases)
    local h = healthOf(instance)
    local result, isTrial, returned = {0, 0}, false, {}
    for position = #tokens, 1, -1 do
      local isHeld = scores[position] and envelopes[position]
      result[2 + position] = isHeld and 1 or 0
      if isHeld then
        local lane, recoveries, payload = opened(envelopes[position])
        if isObject(payload) then payload = marked(payload, recoveries) end
        local since = tonumber(rest[#tokens + position])
        local isOnTrial = h and h.probe == tokens[position]
        giveBack(instance, lane, payload, since > 0 and since or now, isOnTrial and '' or tokens[position])
        returned[#returned + 1] = tokens[position]
        isTrial = isTrial or isOnTrial
      end
    end
    if #returned > 0 then
      redis.call('HDEL', bodies, unpack(returned))
      redis.call('ZREM', leases, unpack(returned))
      redis.call('HDEL', begun, unpack(returned))
      if not h or (h.state ~= 'pausada' and isTrial) then
        result[1] = h and 2 or 1
        h = h or {state = 'parada', since = now, level = 0}
        if ARGV[5] == '0' or h.level == 0 then h.level = math.min(h.level + 1, waits) end
        h.reason, h.ends, h.probe = reason, now + tonumber(ARGV[6 + h.level]), ''
        keepHealth(instance, h)
        result[2] = h.ends
      end
      freePace(instance)
    end
    place(instance, now)
    if group ~= instance then place(group, now) end
    return result
    """#)

  /// Puts a message into another group, untried: behind what waits there, or before it when it comes from there.
  ///
  /// KEYS: the instances' queues (7), in-flight bodies, those begun.
  /// ARGV: prefix of the instances' queues, token, the group, ms for which the group is blocked, the group that the message
  /// was taken from.
  /// Result: 1, or 0 when the lease is not held.
  static let file = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    \#(LuaLibrary.instanceQueues)
    local bodies, begun = KEYS[8], KEYS[9]
    local token, group, delay, from = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
    local body = redis.call('ZSCORE', leases, token) and redis.call('HGET', bodies, token)
    if not body then return 0 end
    local now = clock()
    letGrow(leases)
    local lane, recoveries, payload = opened(body)
    if isObject(payload) then payload = marked(payload, recoveries) end
    if from == group then
      giveBack(group, lane, payload, now, '')
    else
      append(group, lane, {number(now) .. '|' .. payload})
    end
    redis.call('HDEL', bodies, token)
    redis.call('ZREM', leases, token)
    redis.call('HDEL', begun, token)
    if delay > 0 then
      redis.call('ZREM', turns, group)
      redis.call('ZREM', urgentTurns, group)
      redis.call('ZADD', blocked, number(now + delay), group)
    else
      place(group, now)
    end
    if from ~= group and from ~= '' then place(from, now) end
    return 1
    """#)
}
