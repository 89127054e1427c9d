internal import Redis

extension RedisScript {
  /// Decides which messages may go out, and notes those as under way.
  ///
  /// What was sent is kept in hashes, one for each span as long as the window: the digest of a message's id, instance and
  /// recipient → when it was sent in ms, or `t` and the token under which it is under way.
  ///
  /// KEYS: in flight, those opted out, recipients whose messages wait in order.
  /// ARGV: prefix of the tenants' sets of those opted out, prefix of the hashes of what was sent, the window in ms or 0, 1 to
  /// keep order, then of each message: token, tenant or an empty text, number, its other form or an empty text, what tells
  /// the message from others, where it goes, 1 when it was tried before.
  /// Result: for each `1` and the digest or an empty text when it may go; `2` and an empty text when it was sent before; `3`
  /// when it is under way; `4` when the recipient has opted out; `5` and the ms to wait when an earlier one is to go first.
  static let gate = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    local leases, optOuts, waiting = KEYS[1], KEYS[2], KEYS[3]
    local window, keepsOrder = tonumber(ARGV[3]), ARGV[4] == '1'
    local now = clock()
    local span = window > 0 and math.floor(now / window) or 0
    local current, before = ARGV[2] .. number(span), ARGV[2] .. number(span - 1)
    local hasOptOuts = redis.call('EXISTS', optOuts) == 1
    letGrow(leases)

    -- What is known of all messages, each hash asked once.
    local digests, noted, earlier = {}, {}, {}
    if window > 0 then
      for position = 9, #ARGV, 7 do digests[#digests + 1] = string.sub(redis.sha1hex(ARGV[position]), 1, 20) end
      if #digests > 0 then
        noted = redis.call('HMGET', current, unpack(digests))
        if redis.call('EXISTS', before) == 1 then earlier = redis.call('HMGET', before, unpack(digests)) end
      end
    end

    local sets = {}
    local function exists(set)
      if sets[set] == nil then sets[set] = redis.call('EXISTS', set) == 1 end
      return sets[set]
    end
    local function isIn(set, first, second)
      return redis.call('SISMEMBER', set, first) == 1 or (second ~= '' and redis.call('SISMEMBER', set, second) == 1)
    end
    local claims, claimed = {}, {}
    local function decision(message, token, tenant, first, second, place, isRetry)
      if hasOptOuts and isIn(optOuts, first, second) then return '4', '' end
      if tenant ~= '' and exists(ARGV[1] .. tenant) and isIn(ARGV[1] .. tenant, first, second) then return '4', '' end
      if keepsOrder and not isRetry then
        local due = tonumber(redis.call('HGET', waiting, place) or '')
        if due and now < due + 3600000 then return '5', number(math.max(1000, math.min(60000, due - now + 1000))) end
        if due then redis.call('HDEL', waiting, place) end
      end
      if window == 0 then return '1', '' end
      local digest = digests[message]
      local note = noted[message] or earlier[message]
      if note then
        local holder = string.match(note, '^t(.+)$')
        if not holder then
          if now - tonumber(note) < window then return '2', '' end
        elseif holder ~= token and redis.call('ZSCORE', leases, holder) then
          return '3', ''
        end
      end
      if claimed[digest] then return '3', '' end
      claimed[digest] = true
      claims[#claims + 1] = digest
      claims[#claims + 1] = 't' .. token
      return '1', digest
    end

    local result = {}
    for position = 5, #ARGV, 7 do
      result[#result + 1], result[#result + 2] = decision((position + 2) / 7, ARGV[position], ARGV[position + 1],
        ARGV[position + 2], ARGV[position + 3], ARGV[position + 5], ARGV[position + 6] == '1')
    end
    if #claims > 0 then
      redis.pcall('HSET', current, unpack(claims))
      redis.pcall('PEXPIRE', current, number(2 * window))
    end
    return result
    """#)

  /// Ends the lease of a message that is not to be sent and not to be kept.
  ///
  /// KEYS: in flight, in-flight bodies, those begun.
  /// ARGV: token.
  /// Result: 1, or 0 when the lease is not held.
  static let discard = RedisScript(
    #"""
    redis.call('HDEL', KEYS[2], ARGV[1])
    local removed = redis.call('ZREM', KEYS[1], ARGV[1])
    redis.call('HDEL', KEYS[3], ARGV[1])
    return removed
    """#)
}
