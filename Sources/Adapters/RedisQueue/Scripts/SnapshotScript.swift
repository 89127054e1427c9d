internal import Redis

extension RedisScript {
  /// Counts what the queue holds, and tries whether the server takes writes: the removal of nothing is one.
  ///
  /// KEYS: in flight, schedule, dead letters, totals, what was sorted out, turns, the lanes.
  /// ARGV: prefix of the instances' queues, groups at most whose front messages are compared, the lanes' names.
  /// Result: `{in flight, scheduled, dead, sent in all, time in ms, the error of a write or an empty text, each lane}`. A
  /// lane is `{length}` when empty, else `{length, the message at its front}`, cut off after 64 KiB; `{-1, error}` when
  /// it can't be counted. What was sorted out of it counts, too, and stands before it.
  static let snapshot = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    local sorted = redis.call('HMGET', KEYS[5], unpack(ARGV, 3))
    local groups
    -- The message that has waited longest of those whose turn comes next.
    local function firstSorted(lane)
      groups = groups or redis.call('ZRANGE', KEYS[6], 0, ARGV[2] - 1)
      local oldest, front
      for _, group in ipairs(groups) do
        local element = redis.call('LINDEX', ARGV[1] .. lane .. ':' .. group, -1)
        if element then
          local since, start = string.match(element, '^(%d+)[^|]*|()')
          if since and (not oldest or tonumber(since) < oldest) then
            oldest, front = tonumber(since), string.sub(element, start, start + 65535)
          end
        end
      end
      return front
    end
    local function state(position, key)
      local front = redis.pcall('LRANGE', key, -1, -1)
      if front.err then return {-1, front.err} end
      local length = tonumber(sorted[position] or 0)
      local first = front[1] and string.sub(front[1], 1, 65536)
      if length > 0 then first = firstSorted(ARGV[2 + position]) or first end
      if front[1] then length = length + redis.call('LLEN', key) end
      return first and {length, first} or {length}
    end
    local write = redis.pcall('ZREM', KEYS[1], '')
    local counts = {
      redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2]), redis.call('ZCARD', KEYS[3]),
      tonumber(redis.call('HGET', KEYS[4], 'enviadas') or 0) or 0, clock(), type(write) == 'table' and write.err or ''
    }
    for lane = 7, #KEYS do counts[#counts + 1] = state(lane - 6, KEYS[lane]) end
    return counts
    """#)

  /// Counts the instances for which something waits, and what waits for them, by why; once for the whole fleet in a while.
  ///
  /// Mends what was sorted out of each lane, should somebody have removed queues by hand.
  ///
  /// KEYS: the instances' queues (7), the last count.
  /// ARGV: prefix of the instances' queues, ms for which a count is good, most groups to look at.
  /// Result: numbers as one text, separated by blanks: instances that go on, waiting for their pace, at their daily cap, in
  /// quiet hours, stopped, paused; messages in the same order without the first, then those that wait for order; the time in
  /// ms since which the message waits that has waited longest for a stopped instance, or 0.
  static let census = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    local now = clock()
    -- Without the right to keep a count it is made anew each time.
    local cached = redis.pcall('GET', KEYS[8])
    if type(cached) ~= 'string' then cached = '' end
    local noted, result = string.match(cached, '^(%d+)|(.*)$')
    if noted and now - tonumber(noted) < tonumber(ARGV[2]) and now >= tonumber(noted) then return result end
    if redis.call('ZCARD', KEYS[1]) + redis.call('ZCARD', KEYS[3]) == 0 then
      return '0 0 0 0 0 0 0 0 0 0 0 0 0'
    end
    \#(LuaLibrary.letGrow)
    letGrow(KEYS[7])
    \#(LuaLibrary.instanceQueues)
    local instances = {ativa = 0, ritmo = 0, limite_diario = 0, silencio = 0, parada = 0, pausada = 0, ordem = 0}
    local messages = {ativa = 0, ritmo = 0, limite_diario = 0, silencio = 0, parada = 0, pausada = 0, ordem = 0}
    local totals, oldest = {}, 0
    for _, lane in ipairs(laneNames) do totals[lane] = 0 end
    local function lengthOf(group)
      local length = 0
      for _, lane in ipairs(laneNames) do
        local count = redis.call('LLEN', queueKey(lane, group))
        totals[lane] = totals[lane] + count
        length = length + count
      end
      return length
    end
    local function reasonOf(group)
      local own = string.match(group, '\n(%a+)')
      if own == 'silencio' or own == 'ordem' then return own end
      local h = healthOf(instanceOf(group))
      if h then return h.state == 'pausada' and 'pausada' or 'parada' end
      local p = pacingOf(instanceOf(group))
      return p.why == 'limite_diario' and 'limite_diario' or 'ritmo'
    end
    local most = tonumber(ARGV[3])
    for _, group in ipairs(redis.call('ZRANGE', turns, 0, most - 1)) do
      instances.ativa = instances.ativa + 1
      local length = lengthOf(group)
      -- Of an instance with a pace one message may go now, the others wait for it.
      if pacingOf(instanceOf(group)).why == 'ritmo' then messages.ritmo = messages.ritmo + length - 1 end
    end
    for _, group in ipairs(redis.call('ZRANGE', blocked, 0, most - 1)) do
      local reason = reasonOf(group)
      instances[reason] = instances[reason] + 1
      messages[reason] = messages[reason] + lengthOf(group)
      if reason == 'parada' then
        for _, lane in ipairs(laneNames) do
          local element = redis.call('LINDEX', queueKey(lane, group), -1)
          local since = element and tonumber(string.match(element, '^(%d+)'))
          if since and (oldest == 0 or since < oldest) then oldest = since end
        end
      end
    end
    if redis.call('ZCARD', turns) <= most and redis.call('ZCARD', blocked) <= most then
      for lane, count in pairs(totals) do
        if count > 0 then
          redis.call('HSET', sorted, lane, count)
        else
          redis.call('HDEL', sorted, lane)
        end
      end
    end
    local names = {'ritmo', 'limite_diario', 'silencio', 'parada', 'pausada'}
    local numbers = {instances.ativa}
    for _, name in ipairs(names) do numbers[#numbers + 1] = instances[name] end
    for _, name in ipairs(names) do numbers[#numbers + 1] = messages[name] end
    numbers[#numbers + 1], numbers[#numbers + 2] = messages.ordem, number(oldest)
    local result = table.concat(numbers, ' ')
    redis.pcall('SET', KEYS[8], number(now) .. '|' .. result, 'PX', ARGV[2])
    return result
    """#)

  /// Buries messages that have waited too long for a stopped instance.
  ///
  /// KEYS: the instances' queues (7), dead letters, their bodies.
  /// ARGV: prefix of the instances' queues, ms that are too long, most to bury, most dead letters to keep, prefix of the
  /// names that the dead letters get.
  /// Result: `{how many were buried, 1 when there may be more}`.
  static let buryOverdue = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    if redis.call('HLEN', KEYS[5]) == 0 then return {0, 0} end
    local now = clock()
    \#(LuaLibrary.instanceQueues)
    local dead, deadBodies = KEYS[8], KEYS[9]
    local before = now - tonumber(ARGV[2])
    local most = math.min(tonumber(ARGV[3]), tonumber(ARGV[4]) - redis.call('ZCARD', dead) - redis.call('ZCARD', leases))
    local buried = 0
    redis.call('TYPE', deadBodies)
    letGrow(leases)
    local records = redis.call('HGETALL', health)
    for position = 1, #records, 2 do
      local instance = records[position]
      local h = healthOf(instance)
      if h and h.state == 'parada' and h.since <= before then
        for _, lane in ipairs(laneNames) do
          local key = queueKey(lane, instance)
          while buried < most do
            local element = redis.call('LINDEX', key, -1)
            local since, start = string.match(element or '', '^(%d+)[^|]*|()')
            if not since or tonumber(since) > before then break end
            local header = cjson.encode({fila = lane, motivo = 'instancia_parada', instancia = instance,
              erro = 'its instance was stopped for too long: ' .. h.reason})
            local id = ARGV[5] .. string.format('p%012d', buried)
            redis.call('HSET', deadBodies, id, header .. '\n' .. string.sub(element, start))
            redis.call('ZADD', dead, number(now), id)
            redis.call('RPOP', key)
            redis.call('HINCRBY', sorted, lane, -1)
            buried = buried + 1
          end
        end
        place(instance, now)
      end
    end
    return {buried, buried == most and most > 0 and 1 or 0}
    """#)
}
