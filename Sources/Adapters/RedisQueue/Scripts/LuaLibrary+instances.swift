internal import Messaging

/// The queues of single instances, which hold what was sorted out of the lanes.
///
/// A *group* is what waits for one instance: the instance's name, or for messages whose tenant's instance is not known yet
/// a line feed and the tenant. What waits for a time of its own within an instance has a group of its own, too: the
/// instance's name, a line feed and why.
extension LuaLibrary {
  /// Must stand first. `KEYS[1...7]` are ``RedisKeys/instanceQueues``, `ARGV[1]` the prefix of the queues' keys.
  ///
  /// - `place(group, now)`: puts a group where it belongs: among those that have their turn, or among the blocked ones by
  ///   when they may go on, or nowhere when nothing waits in it.
  /// - `append(group, lane, elements)`: adds elements behind what waits; `giveBack(group, lane, payload, since, token)`:
  ///   puts a payload before what waits, but behind what the same process took before it and gave back before it. An element is the time at which it began to wait, in ms, for what was given back
  ///   `~`, when, `~` and the token under which it was, `|` and the payload. An empty token puts it before everything.
  /// - `isSorting`: whether anything waits in a group, or an instance is stopped: then nothing may be taken past the groups.
  static let instanceQueues = #"""
    local turns, urgentTurns, blocked, pacing, health, sorted, leases = unpack(KEYS, 1, 7)
    local queuePrefix = ARGV[1]
    local laneNames = {\#(Lane.allCases.map { "'\($0.name)'" }.joined(separator: ", "))}
    local urgentLane = '\#(Lane.urgent.name)'
    local hasHealth = redis.call('HLEN', health) > 0
    local hasPacing = redis.call('HLEN', pacing) > 0
    local isSorting = hasHealth or redis.call('ZCARD', turns) + redis.call('ZCARD', blocked) > 0

    local function queueKey(lane, group) return queuePrefix .. lane .. ':' .. group end
    local function instanceOf(group) return string.match(group, '^[^\n]*') end

    local lastTurn
    local function nextTurn()
      if not lastTurn then
        lastTurn = tonumber(redis.call('ZRANGE', turns, -1, -1, 'WITHSCORES')[2] or 0)
        lastTurn = math.max(lastTurn, tonumber(redis.call('ZRANGE', urgentTurns, -1, -1, 'WITHSCORES')[2] or 0))
      end
      lastTurn = lastTurn + 1
      return lastTurn
    end

    -- state, reason, since, level, until, probe
    local function healthOf(instance)
      local record = hasHealth and redis.call('HGET', health, instance)
      if not record then return nil end
      local state, reason, since, level, ends, probe = string.match(record, '^(%a+)|([^|]*)|(%d+)|(%d+)|(%d+)|(.*)$')
      if not state then return nil end
      return {state = state, reason = reason, since = tonumber(since), level = tonumber(level), ends = tonumber(ends),
        probe = probe}
    end
    local function keepHealth(instance, h)
      hasHealth = true
      redis.call('HSET', health, instance, h.state .. '|' .. h.reason .. '|' .. number(h.since) .. '|' .. h.level .. '|' ..
        number(h.ends) .. '|' .. h.probe)
    end

    -- due, why, the next start that the interval allows, day, sent on it, the first day, tokens under way
    local function pacingOf(instance)
      local record = hasPacing and redis.call('HGET', pacing, instance)
      local due, why, next, day, sent, first, tokens =
        string.match(record or '', '^(%d+)|([^|]*)|(%d+)|(%d+)|(%d+)|(%d+)|(.*)$')
      local p = {due = tonumber(due or 0), why = why or '', next = tonumber(next or 0), day = day or '0',
        sent = tonumber(sent or 0), first = first or '0', tokens = {}}
      for token in string.gmatch(tokens or '', '[^,]+') do
        if redis.call('ZSCORE', leases, token) then p.tokens[#p.tokens + 1] = token end
      end
      return p
    end
    local function keepPacing(instance, p)
      hasPacing = true
      redis.call('HSET', pacing, instance, number(p.due) .. '|' .. p.why .. '|' .. number(p.next) .. '|' .. p.day .. '|' ..
        number(p.sent) .. '|' .. p.first .. '|' .. table.concat(p.tokens, ','))
    end

    -- The cap of a day, -1 for none: the number for it in the list for the first days, where that is lower or the only one.
    local function capOf(p, perDay, firstDays, since, today)
      local first = tonumber(since) > 0 and tonumber(since) or tonumber(p.first)
      local day = first > 0 and math.max(0, tonumber(today) - first) or 0
      local cap, position = tonumber(perDay), 0
      for number in string.gmatch(firstDays, '%d+') do
        if position == day and (cap < 0 or tonumber(number) < cap) then return tonumber(number) end
        position = position + 1
      end
      return cap
    end

    -- When a group may go on: 0 for now.
    local function blockedUntil(group, now)
      local instance = instanceOf(group)
      local h = healthOf(instance)
      if h then
        if h.state == 'pausada' then return math.huge end
        if h.ends > now then return h.ends end
        if h.probe ~= '' and redis.call('ZSCORE', leases, h.probe) then return now + 2000 end
      end
      local record = hasPacing and redis.call('HGET', pacing, instance)
      local due = record and tonumber(string.match(record, '^(%d+)|')) or 0
      return due > now and due or 0
    end

    local function place(group, now)
      local isUrgent = redis.call('EXISTS', queueKey(urgentLane, group)) == 1
      local waits = isUrgent
      for _, lane in ipairs(laneNames) do
        waits = waits or redis.call('EXISTS', queueKey(lane, group)) == 1
      end
      local due = waits and blockedUntil(group, now) or 0
      if not waits or due > 0 then
        redis.call('ZREM', turns, group)
        redis.call('ZREM', urgentTurns, group)
        if waits then redis.call('ZADD', blocked, number(due), group) else redis.call('ZREM', blocked, group) end
        return due
      end
      redis.call('ZREM', blocked, group)
      redis.call('ZADD', turns, 'NX', nextTurn(), group)
      if isUrgent then redis.call('ZADD', urgentTurns, 'NX', nextTurn(), group) else redis.call('ZREM', urgentTurns, group) end
      isSorting = true
      return 0
    end

    -- Lets an instance with a pace go on as soon as its interval allows, whatever kept it besides; none above `latest`.
    local function freePace(instance, latest)
      if redis.call('HEXISTS', pacing, instance) == 0 then return end
      local p = pacingOf(instance)
      p.next = math.min(p.next, latest or p.next)
      p.due = p.next
      if p.why == 'limite_diario' then p.why = 'livre' end
      keepPacing(instance, p)
    end

    local function append(group, lane, elements)
      local length = redis.call('LPUSH', queueKey(lane, group), unpack(elements))
      redis.call('HINCRBY', sorted, lane, #elements)
      return length == #elements
    end
    local function giveBack(group, lane, payload, since, token)
      local key, process, order = queueKey(lane, group), string.sub(token, 1, -14), string.sub(token, -12)
      local earlier, time = {}, clock()
      while token ~= '' do
        local front = redis.call('LINDEX', key, -1 - #earlier)
        local back, other = string.match(front or '', '^%d+~(%d+)~([^|]*)|')
        -- What was given back long ago was not under way together with this one.
        if not back or time - tonumber(back) > 1500 then break end
        if string.sub(other, 1, -14) ~= process or string.sub(other, -12) > order then break end
        earlier[#earlier + 1] = front
      end
      if #earlier > 0 then redis.call('LTRIM', key, 0, -1 - #earlier) end
      redis.call('RPUSH', key, number(since) .. '~' .. number(time) .. '~' .. token .. '|' .. payload)
      for place = #earlier, 1, -1 do redis.call('RPUSH', key, earlier[place]) end
      redis.call('HINCRBY', sorted, lane, 1)
    end
    """#

  /// `groupOf(payload)`: the group in which a message belongs, as far as it can be read without decoding it. It decides only
  /// where a message waits: the worker that takes it reads it for good, and puts it elsewhere when it must.
  ///
  /// Needs `instancesKey`, `directoryKey` and `defaultInstance`.
  static let grouping = #"""
    local find, match = string.find, string.match
    local tenants = {}
    local function groupOf(payload)
      local start = find(payload, '"\#(WireField.instance)"', 1, true)
      if start then
        local name = match(payload, '^"%s*:%s*"([^"\\%c]+)"', start + \#(WireField.instance.utf8.count + 1))
        if name and #name <= \#(InstanceName.maximumBytes) then return name end
      end
      start = find(payload, '"usuarioId"', 1, true)
      local tenant = start and match(payload, '^"%s*:%s*"([^"\\%c]+)"', start + 10)
      if not tenant then return defaultInstance end
      local group = tenants[tenant]
      if not group then
        group = redis.call('HGET', instancesKey, tenant)
        if not group or group == '' or find(group, '%c') then
          local known = redis.call('HGET', directoryKey, tenant)
          group = known and match(known, '^%d+|([^%c]+)$') or ('\n' .. tenant)
        end
        tenants[tenant] = group
      end
      return group
    end
    """#

  /// `sortOut(key, lane, count, now)`: moves messages from a lane's right end into their groups, and returns how many.
  static let sortingOut = #"""
    local function sortOut(key, lane, count, now)
      local batch = redis.call('LRANGE', key, -count, -1)
      if #batch == 0 then return 0 end
      local stamp = number(now) .. '|'
      local waiting, order = {}, {}
      for position = #batch, 1, -1 do
        local payload = batch[position]
        local group = groupOf(payload)
        local elements = waiting[group]
        if not elements then
          elements = {}
          waiting[group] = elements
          order[#order + 1] = group
        end
        elements[#elements + 1] = stamp .. payload
      end
      redis.call('HDEL', sorted, lane .. ':visto', lane .. ':grupo')
      for _, group in ipairs(order) do
        if append(group, lane, waiting[group]) then place(group, now) end
      end
      redis.call('LTRIM', key, 0, -#batch - 1)
      return #batch
    end
    """#
}
