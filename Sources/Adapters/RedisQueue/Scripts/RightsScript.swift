internal import Redis

extension RedisScript {
  /// Tries on keys of its own, which are gone again at its end, whether the user may call what the other scripts call: a
  /// script that is refused half-way would leave messages in two places.
  ///
  /// KEYS: a list, a sorted set and a hash that nothing else uses.
  /// ARGV: none.
  /// Result: the names of the commands that are refused for want of a right; another error, such as that of a server which
  /// takes no writes, is the script's.
  static let rights = RedisScript(
    #"""
    local list, zset, hash = KEYS[1], KEYS[2], KEYS[3]
    local missing, fault = {}
    local function try(name, ...)
      local reply = redis.pcall(name, ...)
      if type(reply) ~= 'table' or not reply.err then return end
      -- Redis 6 and 7 word it differently.
      if string.find(reply.err, 'NOPERM', 1, true) or string.find(reply.err, "executing the script can't", 1, true) then
        missing[#missing + 1] = name
      else
        fault = fault or reply
      end
    end
    -- First what a full memory refuses to nobody, so that the script may go on.
    try('ZREM', zset, '')
    try('LPUSH', list, '1')
    try('RPUSH', list, '2')
    try('LRANGE', list, 0, -1)
    try('LLEN', list)
    try('TYPE', list)
    try('LINDEX', list, 0)
    try('EXISTS', list)
    try('RPOP', list, 1)
    try('LTRIM', list, 1, 0)
    try('ZADD', zset, 1, '1')
    try('ZCARD', zset)
    try('ZSCORE', zset, '1')
    try('ZMSCORE', zset, '1')
    try('ZRANGE', zset, 0, 0)
    try('ZRANGEBYSCORE', zset, 0, 1)
    try('ZREVRANGEBYSCORE', zset, 1, 0)
    try('ZREM', zset, '1')
    try('SISMEMBER', hash .. ':set', '1')
    try('HSET', hash, '1', '1')
    try('HGET', hash, '1')
    try('HMGET', hash, '1')
    try('HINCRBY', hash, '1', 1)
    try('HEXISTS', hash, '1')
    try('HLEN', hash)
    try('HGETALL', hash)
    try('HDEL', hash, '1')
    try('TIME')
    if fault and #missing == 0 then return fault end
    return missing
    """#)
}
