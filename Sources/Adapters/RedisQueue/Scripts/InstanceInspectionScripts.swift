internal import Redis

extension RedisScript {
  /// Looks at groups, and at the instances that some of them are named after.
  ///
  /// KEYS: the instances' queues (7).
  /// ARGV: prefix of the instances' queues, 1 to look at the messages that are taken next, the groups, some hundreds.
  /// Result: for each group `{when it may be taken, how many wait in each lane, since when the message in each lane waits
  /// that is taken next, what stops the instance, its pace}`: the time as text, `0` for the next turn and empty when the
  /// group waits nowhere; the last two as texts, empty where nothing is written down or the group is not an instance's own.
  static let inspectGroups = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.instanceQueues)
    local result = {}
    for position = 3, #ARGV do
      local group = ARGV[position]
      local turn = redis.call('ZSCORE', turns, group) and '0' or redis.call('ZSCORE', blocked, group) or ''
      local counts, beginnings, stop, pace = {}, {}, '', ''
      for lane, name in ipairs(laneNames) do
        local key = queueKey(name, group)
        counts[lane] = redis.call('LLEN', key)
        if ARGV[2] == '1' then
          local element = redis.call('LINDEX', key, -1)
          beginnings[lane] = tonumber(element and string.match(element, '^(%d+)') or 0)
        end
      end
      if group ~= '' and instanceOf(group) == group then
        local h = healthOf(group)
        if h then
          stop = h.state .. '|' .. h.reason .. '|' .. number(h.since) .. '|' .. h.level .. '|' .. number(h.ends)
        end
        if hasPacing and redis.call('HEXISTS', pacing, group) == 1 then
          local p = pacingOf(group)
          pace = number(p.due) .. '|' .. p.why .. '|' .. p.day .. '|' .. number(p.sent) .. '|' .. p.first .. '|' .. #p.tokens
        end
      end
      result[position - 2] = {turn, counts, beginnings, stop, pace}
    end
    return result
    """#)

  /// Stops an instance until it is resumed.
  ///
  /// KEYS: the instances' queues (7).
  /// ARGV: prefix of the instances' queues, instance.
  /// Result: `{the state that it was in or an empty text, until when it was stopped as text}`.
  static let pause = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.instanceQueues)
    local instance, now = ARGV[2], clock()
    letGrow(leases)
    local h = healthOf(instance)
    if not h or h.state ~= 'pausada' then
      keepHealth(instance, {state = 'pausada', reason = '', since = now, level = 0, ends = 0, probe = ''})
    end
    place(instance, now)
    return {h and h.state or '', number(h and h.ends or 0)}
    """#)

  /// Ends an instance's pause or stop, or with a 1 lets a stopped one try its next message now.
  ///
  /// KEYS: the instances' queues (7).
  /// ARGV: prefix of the instances' queues, instance, 1 for a trial.
  /// Result: `{the state that it was in or an empty text, until when it was stopped as text}`.
  static let resume = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.instanceQueues)
    local instance, now = ARGV[2], clock()
    letGrow(leases)
    local h = healthOf(instance)
    local ends = h and h.ends or 0
    if ARGV[3] ~= '1' then
      redis.call('HDEL', health, instance)
    elseif h and h.state ~= 'pausada' and ends > now then
      h.ends = now
      keepHealth(instance, h)
    end
    place(instance, now)
    return {h and h.state or '', number(ends)}
    """#)

  /// Puts groups where they belong.
  ///
  /// KEYS: the instances' queues (7).
  /// ARGV: prefix of the instances' queues, the groups, some hundreds.
  /// Result: how many.
  static let placeGroups = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.instanceQueues)
    local now = clock()
    letGrow(leases)
    for position = 2, #ARGV do place(ARGV[position], now) end
    return #ARGV - 1
    """#)
}
