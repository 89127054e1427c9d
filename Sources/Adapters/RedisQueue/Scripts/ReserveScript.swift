internal import Delivery
internal import Operations
internal import Redis

extension RedisScript {
  /// Takes messages into leases.
  ///
  /// While nothing waits for an instance and no instance has limits, from the lanes' right ends, lanes strictly in order.
  /// Else what is in the lanes is sorted into the groups of its instances first, and taken from those in turn: first one
  /// after the other of those with something urgent, then of all. Of an instance with limits, or on trial, one message is
  /// taken, and the instance blocked until the taker has begun to send it.
  ///
  /// A lane whose key holds no list is passed over, and an error only when the others are empty. No more are taken than the
  /// dead letters have room for, should none of those in flight be sent. One that is too large to be any message goes to
  /// the dead letters at once: nobody has to hold it in memory.
  ///
  /// KEYS: the instances' queues (7), in-flight bodies, recoveries, dead letters, their bodies, instances, directory,
  /// limits, the lanes in order.
  /// ARGV: prefix of the instances' queues, limit, lease in ms, token prefix, first token number, bytes after which to stop,
  /// most dead letters to keep, bytes of the largest message, the header of a larger one behind its lane, the default
  /// instance or an empty text, 1 when every instance has limits, how many messages may wait in a lane unsorted, ms for
  /// which an instance with limits is blocked, instances that are passed over.
  /// Result: `{how many of each lane, recoveries of each, payload of each, how many were too large, 1 when a lane should be
  /// sorted, ms until a blocked group is due or -1, lane of each from 1, group of each, 1 for each of an instance with
  /// limits or on trial, since when each waited in its group, in ms}`, all but the numbers as arrays; of those taken from the lanes
  /// themselves the last four are empty. The tokens are the prefix with the numbers counted on from the first, 12 digits
  /// wide. `{dead letters}` alone when there is no room for one more.
  static let reserve = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    local bodies, counted, dead, deadBodies, instancesKey, directoryKey, limits = unpack(KEYS, 8, 14)
    local limit, lease, prefix, first = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
    local room, largest, defaultInstance = tonumber(ARGV[6]), tonumber(ARGV[8]), ARGV[10]
    \#(LuaLibrary.instanceQueues)
    \#(LuaLibrary.grouping)
    \#(LuaLibrary.sortingOut)
    local areAllLimited = ARGV[11] == '1'
    local areSomeLimited = areAllLimited or redis.call('EXISTS', limits) == 1
    local excluded, areExcluded = {}, #ARGV > 13
    for position = 14, #ARGV do excluded[ARGV[position]] = true end
    local counts, recoveries, payloads, buried = {}, {}, {}, 0
    local laneOf, groupsTaken, guards, waitingSince = {}, {}, {}, {}
    local now, expiry, fault

    local deadCount = redis.call('ZCARD', dead)
    local free = tonumber(ARGV[7]) - deadCount - redis.call('ZCARD', leases)
    if free <= 0 then return {deadCount} end
    limit = math.min(limit, free)

    local function unmarked(payload)
      local a, b, c = string.byte(payload, 1, 3)
      if a == 123 and b == 34 and c ~= 114 then return payload, 0 end
      local space, count, rest = string.match(payload, '^([ \t\r\n]*){"recuperacoes":(%d%d?),()')
      if space then return space .. '{' .. string.sub(payload, rest), tonumber(count) end
      if isObject(payload) then return payload, 0 end
      local count = redis.pcall('HGET', counted, redis.sha1hex(payload))
      return payload, type(count) == 'string' and tonumber(count) or 0
    end

    local function buries(lane, payload)
      -- A script that failed behind the first of the writes would leave the message in two places.
      local type = redis.call('TYPE', deadBodies).ok
      if type ~= 'hash' and type ~= 'none' then
        fault = {err = 'WRONGTYPE the dead letters hold a ' .. type}
        return false
      end
      local token = string.format('%sx%012d', prefix, first + buried)
      redis.call('HSET', deadBodies, token, '{"fila":"' .. lane .. '"' .. ARGV[9] .. '\n' .. payload)
      redis.call('ZADD', dead, number(now), token)
      buried = buried + 1
      return true
    end

    local fields, scores, leased = {}, {}, 0
    local function take(name, payload)
      local payload, count = unmarked(payload)
      local token = string.format('%s%012d', prefix, first + #payloads)
      leased = leased + 1
      payloads[#payloads + 1] = payload
      recoveries[#recoveries + 1] = count
      fields[2 * leased - 1] = token
      fields[2 * leased] = name .. '|' .. count .. '|' .. payload
      scores[2 * leased - 1] = expiry
      scores[2 * leased] = token
      room = room - #payload
      return token
    end
    local function keep()
      if leased == 0 then return end
      redis.call('HSET', bodies, unpack(fields))
      redis.call('ZADD', leases, unpack(scores))
      fields, scores, leased = {}, {}, 0
    end
    local function begin()
      now = clock()
      expiry = number(now + lease)
      letGrow(leases)
    end

    if not (isSorting or areSomeLimited or areExcluded) then
      local isDeep, isRead = 0, redis.call('EXISTS', sorted) == 1
      for lane, name in ipairs(laneNames) do
        local key = KEYS[14 + lane]
        local isEmpty, step = false, 4
        counts[lane] = 0
        local removed = 0
        while #payloads + buried < limit and room > 0 and not isEmpty do
          local wanted = math.min(step, limit - #payloads - buried)
          step = math.min(32, step * 4)
          local batch = redis.pcall('LRANGE', key, -wanted, -1)
          if batch.err then fault, batch = batch, {} end
          isEmpty = #batch < wanted
          if #batch > 0 then
            if not expiry then begin() end
            local taken = 0
            for position = #batch, 1, -1 do
              if room <= 0 then break end
              if #batch[position] > largest then
                if not buries(name, batch[position]) then
                  isEmpty = true
                  break
                end
              else
                take(name, batch[position])
                counts[lane] = counts[lane] + 1
              end
              taken = taken + 1
            end
            keep()
            if taken > 0 then redis.call('LTRIM', key, 0, -taken - 1) end
            removed = removed + taken
          end
        end
        local seen = 0
        if isRead and removed > 0 then
          seen = tonumber(redis.call('HGET', sorted, name .. ':visto') or 0)
          if isEmpty or seen <= removed then
            redis.call('HDEL', sorted, name .. ':visto', name .. ':grupo')
          else
            seen = seen - removed
            redis.call('HSET', sorted, name .. ':visto', seen)
          end
        end
        if not isEmpty then
          local length = redis.pcall('LLEN', key)
          if type(length) == 'number' and length - seen > tonumber(ARGV[12]) then isDeep = 1 end
        end
      end
      if fault and #payloads + buried == 0 then return fault end
      return {counts, recoveries, payloads, buried, isDeep, -1, laneOf, groupsTaken, guards, waitingSince}
    end

    begin()
    for _, group in ipairs(redis.call('ZRANGEBYSCORE', blocked, '-inf', number(now), 'LIMIT', 0, 200)) do
      place(group, now)
    end
    local isUnsorted, allowance = 0, 256
    for lane, name in ipairs(laneNames) do
      local key = KEYS[14 + lane]
      local length = redis.pcall('LLEN', key)
      if type(length) == 'table' then
        fault = length
      elseif length > 0 then
        local count = math.min(length, allowance, 32 + 2 * limit)
        if count > 0 then sortOut(key, name, count, now) end
        allowance = allowance - count
        if length > count then isUnsorted = 1 end
      end
    end

    -- Takes up to so many of a group's messages from some lanes; true when they hold no more.
    local function serve(group, lanes, wanted, isGuarded)
      local taken = 0
      for lane = 1, #laneNames do
        local name = laneNames[lane]
        while lanes[name] and taken < wanted do
          local step = math.min(wanted - taken, math.max(1, math.floor(room / 1048576)))
          local elements = redis.call('RPOP', queueKey(name, group), step) or {}
          for position, element in ipairs(elements) do
            local since, start = string.match(element, '^(%d+)[^|]*|()')
            local payload = string.sub(element, start or 1)
            if #payload > largest then
              if not buries(name, payload) then
                for rest = #elements, position, -1 do redis.call('RPUSH', queueKey(name, group), elements[rest]) end
                redis.call('HINCRBY', sorted, name, 1 - position)
                return true
              end
            else
              local token = take(name, payload)
              local place = #payloads
              laneOf[place], groupsTaken[place], guards[place] = lane, group, isGuarded and 1 or 0
              waitingSince[place] = tonumber(since or now)
              if isGuarded then
                local instance = instanceOf(group)
                local h = healthOf(instance)
                if h then
                  h.probe = token
                  keepHealth(instance, h)
                else
                  local p = pacingOf(instance)
                  p.due = now + tonumber(ARGV[13])
                  keepPacing(instance, p)
                end
              end
            end
            taken = taken + 1
          end
          if #elements > 0 then redis.call('HINCRBY', sorted, name, -#elements) end
          if #elements < step then break end
          if room <= 0 then return false end
        end
      end
      return taken < wanted
    end

    local function serveRing(ring, lanes)
      local isMoving = true
      while isMoving and #payloads + buried < limit and room > 0 do
        isMoving = false
        local wanted = limit - #payloads - buried
        local groups = redis.call('ZRANGE', ring, 0, wanted + #ARGV - 14)
        local share = math.max(1, math.floor(wanted / math.max(1, #groups)))
        for _, group in ipairs(groups) do
          local instance = instanceOf(group)
          if not excluded[instance] and #payloads + buried < limit and room > 0 then
            local isGuarded = areAllLimited or healthOf(instance) ~= nil
              or (areSomeLimited and redis.call('HEXISTS', limits, instance) == 1)
            -- What waits behind an earlier message goes one by one: it may have to go back.
            local isRow = string.find(group, '\n\#(WaitReason.order.rawValue)\n', 1, true)
            local isOne = isGuarded or isRow
            local isEmpty = serve(group, lanes, isOne and 1 or math.min(share, limit - #payloads - buried), isGuarded)
            keep()
            isMoving = true
            if isRow and not isEmpty then
              redis.call('ZREM', turns, group)
              redis.call('ZREM', urgentTurns, group)
              redis.call('ZADD', blocked, number(now + 1000), group)
            elseif isEmpty then
              redis.call('ZREM', ring, group)
              if ring == turns then place(group, now) end
            elseif isGuarded then
              place(group, now)
            else
              redis.call('ZADD', ring, 'XX', nextTurn(), group)
            end
          end
        end
      end
    end
    serveRing(urgentTurns, {[urgentLane] = true})
    local others = {}
    for _, name in ipairs(laneNames) do others[name] = true end
    serveRing(turns, others)

    local wait = -1
    if #payloads == 0 then
      local next = redis.call('ZRANGE', blocked, 0, 0, 'WITHSCORES')[2]
      local due = next and tonumber(next)
      if due and due < math.huge then wait = math.max(1, due - now) end
      if fault and buried == 0 then return fault end
    end
    return {counts, recoveries, payloads, buried, isUnsorted, wait, laneOf, groupsTaken, guards, waitingSince}
    """#)

  /// Sorts a lane's messages into the groups of their instances, when it holds those of more than one, or nothing may be
  /// taken past the groups anyway. A lane that holds one instance's messages only is read through and left as it is.
  ///
  /// KEYS: the instances' queues (7), instances, directory, limits, the lanes in order.
  /// ARGV: prefix of the instances' queues, the default instance or an empty text, 1 when every instance has limits, most
  /// messages to look at.
  /// Result: `{how many were moved, 1 when there is more to look at}`.
  static let sort = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    local instancesKey, directoryKey, limits = unpack(KEYS, 8, 10)
    local defaultInstance, count = ARGV[2], tonumber(ARGV[4])
    \#(LuaLibrary.instanceQueues)
    \#(LuaLibrary.grouping)
    \#(LuaLibrary.sortingOut)
    local now = clock()
    local moved, hasMore = 0, 0
    letGrow(leases)
    local mustSort = isSorting or ARGV[3] == '1' or redis.call('EXISTS', limits) == 1

    -- Whether a lane holds another instance's messages behind those that were read before.
    local function isMixed(key, name)
      local length = redis.call('LLEN', key)
      local state = redis.call('HMGET', sorted, name .. ':visto', name .. ':grupo')
      local seen, only = math.min(length, tonumber(state[1] or 0)), state[2]
      local batch = redis.call('LRANGE', key, -seen - count, -seen - 1)
      for position = #batch, 1, -1 do
        local group = groupOf(batch[position])
        if seen == 0 and position == #batch then only = group end
        if group ~= only then return true end
      end
      if #batch > 0 then redis.call('HSET', sorted, name .. ':visto', seen + #batch, name .. ':grupo', only) end
      if seen + #batch < length then hasMore = 1 end
      return false
    end

    for lane, name in ipairs(laneNames) do
      local key = KEYS[10 + lane]
      if redis.call('TYPE', key).ok == 'list' and moved < count and (mustSort or isMixed(key, name)) then
        mustSort = true
        moved = moved + sortOut(key, name, count - moved, now)
        if redis.call('EXISTS', key) == 1 then hasMore = 1 end
      end
    end
    return {moved, hasMore}
    """#)
}
