/// Pieces that several scripts are made of.
enum LuaLibrary {
  /// `clock()`: the server's time in milliseconds; `number(n)`: an integer as Redis reads it.
  static let clock = #"""
    local function clock()
      local time = redis.call('TIME')
      return time[1] * 1000 + math.floor(time[2] / 1000)
    end
    local function number(n) return string.format('%.0f', n) end
    """#

  /// `letGrow(key)`: a removal of nothing from a sorted set. Once a script has written, Redis lets it finish even when
  /// memory is full; what only moves messages about must go on then, or a full queue could never be emptied.
  static let letGrow = #"""
    local function letGrow(key) redis.call('ZREM', key, '') end
    """#

  /// `tried(command…)`: the integer that a command answers, or nil, with the error kept in `fault`. A script does not roll
  /// back: what may fail in the middle of it must not end it.
  static let tried = #"""
    local fault
    local function tried(...)
      local reply = redis.pcall(...)
      if type(reply) ~= 'table' then return reply end
      fault = reply
    end
    """#

  /// `lanesFrom(key, argument)`: the lanes' keys by their names. The keys stand in `KEYS` from `key` on, to the end; the
  /// names in `ARGV` from `argument` on. A message of another lane, by a newer version say, goes to the one that
  /// `ARGV[argument - 1]` names.
  static let lanes = #"""
    local function lanesFrom(key, argument)
      local keyOf = {}
      for lane = key, #KEYS do keyOf[ARGV[argument + lane - key]] = KEYS[lane] end
      local fallback = keyOf[ARGV[argument - 1]]
      return setmetatable(keyOf, {__index = function() return fallback end})
    end
    """#

  /// Envelopes are `lane|recoveries|payload`. A message that goes back to its lane carries its recoveries as its first
  /// member, `{"recuperacoes":2,…`, where its payload is an object with members, and nowhere else.
  static let envelope = #"""
    local function opened(envelope)
      local lane, recoveries, start = string.match(envelope, '^([^|]*)|(%d+)|()')
      if not start then return '', 0, envelope end
      return lane, tonumber(recoveries), string.sub(envelope, start)
    end
    local function isObject(payload) return string.find(payload, '^[ \t\r\n]*{[ \t\r\n]*"') ~= nil end
    local function marked(payload, recoveries)
      if recoveries == 0 then return payload end
      local brace = string.find(payload, '{', 1, true)
      return string.sub(payload, 1, brace) .. '"recuperacoes":' .. recoveries .. ',' .. string.sub(payload, brace + 1)
    end
    """#

  /// `trim(zset, hash, now, age)`: drops dead letters that are too old, up to 1,000 at once, and returns how many fell.
  static let trim = #"""
    local function trim(zset, hash, now, age)
      local fallen = redis.call('ZRANGEBYSCORE', zset, '-inf', '(' .. number(now - age), 'LIMIT', 0, 1000)
      if #fallen == 0 then return 0 end
      redis.call('HDEL', hash, unpack(fallen))
      redis.call('ZREM', zset, unpack(fallen))
      return #fallen
    end
    """#
}
