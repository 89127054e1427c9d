extension RedisScript {
  /// Takes messages from the lanes' right ends into leases, lanes strictly in order. A lane whose key holds no list is
  /// passed over, and an error only when the others are empty.
  ///
  /// KEYS: the lanes in order (3), in flight, in-flight bodies, recoveries.
  /// ARGV: limit, lease in ms, token prefix, first token number, bytes after which to stop, the lanes' names (3).
  /// Result: `{how many of each lane (3), recoveries of each, payload of each}`, the last two as flat arrays; the
  /// tokens are the prefix with the numbers counted on from the first, 12 digits wide.
  static let reserve = RedisScript(
    #"""
    \#(LuaLibrary.clock)
    \#(LuaLibrary.letGrow)
    \#(LuaLibrary.envelope)
    local limit, lease, prefix, first = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
    local room = tonumber(ARGV[5])
    local inFlight, bodies, counted = KEYS[4], KEYS[5], KEYS[6]
    local counts, recoveries, payloads = {0, 0, 0}, {}, {}
    local expiry, fault

    local function unmarked(payload)
      local a, b, c = string.byte(payload, 1, 3)
      if a == 123 and b == 34 and c ~= 114 then return payload, 0 end
      local space, count, rest = string.match(payload, '^([ \t\r\n]*){"recuperacoes":(%d%d?),()')
      if space then return space .. '{' .. string.sub(payload, rest), tonumber(count) end
      if isObject(payload) then return payload, 0 end
      local count = redis.pcall('HGET', counted, redis.sha1hex(payload))
      return payload, type(count) == 'string' and tonumber(count) or 0
    end

    for lane = 1, 3 do
      local isEmpty, step = false, 4
      while #payloads < limit and room > 0 and not isEmpty do
        local wanted = math.min(step, limit - #payloads)
        step = math.min(32, step * 4)
        local batch = redis.pcall('LRANGE', KEYS[lane], -wanted, -1)
        if batch.err then fault, batch = batch, {} end
        isEmpty = #batch < wanted
        if #batch > 0 then
          if not expiry then
            expiry = number(clock() + lease)
            letGrow(inFlight)
          end
          local fields, scores, taken = {}, {}, 0
          for position = #batch, 1, -1 do
            if room <= 0 then break end
            local payload, count = unmarked(batch[position])
            local token = string.format('%s%012d', prefix, first + #payloads)
            taken = taken + 1
            payloads[#payloads + 1] = payload
            recoveries[#recoveries + 1] = count
            fields[2 * taken - 1] = token
            fields[2 * taken] = ARGV[5 + lane] .. '|' .. count .. '|' .. payload
            scores[2 * taken - 1] = expiry
            scores[2 * taken] = token
            room = room - #payload
          end
          redis.call('HSET', bodies, unpack(fields))
          redis.call('ZADD', inFlight, unpack(scores))
          redis.call('LTRIM', KEYS[lane], 0, -taken - 1)
          counts[lane] = counts[lane] + taken
        end
      end
    end
    if fault and #payloads == 0 then return fault end
    return {counts[1], counts[2], counts[3], recoveries, payloads}
    """#)
}
