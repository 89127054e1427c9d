internal import Redis

extension RedisScript {
  /// Lets an instance be tried at once, whatever it waits for; a pause stays.
  ///
  /// KEYS: the instances' queues (7).
  /// ARGV: prefix of the instances' queues, the instance, ms to which its interval was changed or an empty text.
  /// Result: 1 when it may go on now.
  static let reconsider = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.instanceQueues)
    local instance, now = ARGV[2], clock()
    letGrow(leases)
    local h = healthOf(instance)
    if h and h.state ~= 'pausada' then
      h.ends = now
      keepHealth(instance, h)
    end
    freePace(instance, ARGV[3] ~= '' and now + ARGV[3] or nil)
    return place(instance, now) == 0 and 1 or 0
    """#)

  /// Takes stopped instances that nobody has looked at for a while.
  ///
  /// KEYS: the instances' health, when they were looked at.
  /// ARGV: ms since the last look at least, most to take.
  /// Result: the instance and what the last look gave, of each; an empty text for nothing.
  static let takeLooks = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    local taken = {}
    if redis.call('HLEN', KEYS[1]) == 0 then return taken end
    local now = clock()
    local records = redis.call('HGETALL', KEYS[1])
    for position = 1, #records, 2 do
      if #taken >= 2 * tonumber(ARGV[2]) then break end
      local instance = records[position]
      local ends = string.match(records[position + 1], '^parada|[^|]*|%d+|%d+|(%d+)|')
      if ends and tonumber(ends) > now + 1000 then
        local looked, found = string.match(redis.call('HGET', KEYS[2], instance) or '', '^(%d+)|(.*)$')
        if not looked or now - tonumber(looked) >= tonumber(ARGV[1]) then
          redis.call('HSET', KEYS[2], instance, number(now) .. '|' .. (found or ''))
          taken[#taken + 1], taken[#taken + 2] = instance, found or ''
        end
      end
    end
    return taken
    """#)

  /// Keeps what a look gave, while the instance is stopped.
  ///
  /// KEYS: the instances' health, when they were looked at.
  /// ARGV: the instance, what was found.
  /// Result: 1 when it was kept.
  static let noteLook = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
      redis.call('HDEL', KEYS[2], ARGV[1])
      return 0
    end
    redis.call('HSET', KEYS[2], ARGV[1], number(clock()) .. '|' .. ARGV[2])
    return 1
    """#)
}
