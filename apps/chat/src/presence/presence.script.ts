/**
 * A member's connections to a room are a sorted set by when they were last heard, and so are a room's members. Server time: no
 * node's clock matters.
 */
const CLOCK = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local ttl = tonumber(ARGV[3])`;

/** KEYS: the room's members, the member's connections. ARGV: member, connection, ttl in ms. Answers 1 if the member was not online, then who has gone silent. */
export const HEARD = `${CLOCK}
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ttl)
  local came = redis.call('ZCARD', KEYS[2]) == 0
  redis.call('ZADD', KEYS[2], now, ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ttl)
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  local silent = redis.call('ZRANGE', KEYS[1], '-inf', now - ttl, 'BYSCORE', 'LIMIT', 0, 100)
  for _, member in ipairs(silent) do redis.call('ZREM', KEYS[1], member) end
  redis.call('PEXPIRE', KEYS[1], ttl * 2)
  return {came and 1 or 0, unpack(silent)}`;

/** The same KEYS and ARGV. Answers 1 if that was the member's last connection. */
export const GONE = `${CLOCK}
  redis.call('ZREM', KEYS[2], ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ttl)
  if redis.call('ZCARD', KEYS[2]) > 0 then return 0 end
  return redis.call('ZREM', KEYS[1], ARGV[1])`;

/** KEYS: the room's members. ARGV[3]: ttl in ms. */
export const ONLINE = `${CLOCK}
  return redis.call('ZRANGE', KEYS[1], now - ttl, '+inf', 'BYSCORE')`;
