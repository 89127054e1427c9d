internal import Operations
internal import Redis

extension RedisScript {
  /// Takes messages from the lanes' right ends into leases, lanes strictly in order. A lane whose key holds no list is
  /// passed over, and an error only when the others are empty.
  ///
  /// No more are taken than the dead letters have room for, should none of those in flight be sent. One that is too large
  /// to be any message goes to the dead letters at once: nobody has to hold it in memory.
  ///
  /// KEYS: in flight, in-flight bodies, recoveries, dead letters, their bodies, the lanes in order.
  /// ARGV: limit, lease in ms, token prefix, first token number, bytes after which to stop, most dead letters to keep,
  /// bytes of the largest message, the header of a larger one behind its lane, the lanes' names.
  /// Result: `{how many of each lane, recoveries of each, payload of each, how many were too large}`, the first three as
  /// arrays; the tokens are the prefix with the numbers counted on from the first, 12 digits wide.
  /// `{dead letters}` alone when there is no room for one more.
  static let reserve = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    local limit, lease, prefix, first = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
    local room, largest = tonumber(ARGV[5]), tonumber(ARGV[7])
    local inFlight, bodies, counted, dead, deadBodies = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
    local counts, recoveries, payloads, buried = {}, {}, {}, 0
    local now, expiry, fault

    local deadCount = redis.call('ZCARD', dead)
    local free = tonumber(ARGV[6]) - deadCount - redis.call('ZCARD', inFlight)
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
      redis.call('HSET', deadBodies, token, '{"fila":"' .. lane .. '"' .. ARGV[8] .. '\n' .. payload)
      redis.call('ZADD', dead, number(now), token)
      buried = buried + 1
      return true
    end

    for lane = 1, #KEYS - 5 do
      local key, name = KEYS[5 + lane], ARGV[8 + lane]
      local isEmpty, step = false, 4
      counts[lane] = 0
      while #payloads + buried < limit and room > 0 and not isEmpty do
        local wanted = math.min(step, limit - #payloads - buried)
        step = math.min(32, step * 4)
        local batch = redis.pcall('LRANGE', key, -wanted, -1)
        if batch.err then fault, batch = batch, {} end
        isEmpty = #batch < wanted
        if #batch > 0 then
          if not expiry then
            now = clock()
            expiry = number(now + lease)
            letGrow(inFlight)
          end
          local fields, scores, leased, taken = {}, {}, 0, 0
          for position = #batch, 1, -1 do
            if room <= 0 then break end
            if #batch[position] > largest then
              if not buries(name, batch[position]) then
                isEmpty = true
                break
              end
            else
              local payload, count = unmarked(batch[position])
              local token = string.format('%s%012d', prefix, first + #payloads)
              leased = leased + 1
              payloads[#payloads + 1] = payload
              recoveries[#recoveries + 1] = count
              fields[2 * leased - 1] = token
              fields[2 * leased] = name .. '|' .. count .. '|' .. payload
              scores[2 * leased - 1] = expiry
              scores[2 * leased] = token
              room = room - #payload
            end
            taken = taken + 1
          end
          if leased > 0 then
            redis.call('HSET', bodies, unpack(fields))
            redis.call('ZADD', inFlight, unpack(scores))
            counts[lane] = counts[lane] + leased
          end
          if taken > 0 then redis.call('LTRIM', key, 0, -taken - 1) end
        end
      end
    end
    if fault and #payloads + buried == 0 then return fault end
    return {counts, recoveries, payloads, buried}
    """#)
}
