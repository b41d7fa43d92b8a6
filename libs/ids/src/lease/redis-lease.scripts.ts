/**
 * KEYS: a hash with the fields `<node id>:token`, `:expires`, `:mark` and `:holder`; a sorted set of node ids by the time that
 * they rest until. Both are kept for good. Times are the server's milliseconds since 1970: exact in Lua's doubles.
 */
const PRELUDE = `
local leases, rests = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function text(number) return string.format('%.0f', number) end
local function get(node, field) return tonumber(redis.call('HGET', leases, node .. ':' .. field) or '0') end
local function set(node, expires, mark, rest)
  redis.call('HSET', leases, node .. ':expires', text(expires), node .. ':mark', text(mark))
  redis.call('ZADD', rests, text(rest), node)
end
`;

/** ARGV: min, max, holder, ttl, rest, skew, ahead. */
export const ACQUIRE_SCRIPT = `${PRELUDE}
local min, max, ttl, rest, skew, ahead = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local node
for _, rested in ipairs(redis.call('ZRANGEBYSCORE', rests, '-inf', '(' .. text(now))) do
  if tonumber(rested) >= min and tonumber(rested) <= max then node = rested break end
end
if not node then
  for fresh = min, max do
    if not redis.call('ZSCORE', rests, text(fresh)) then node = text(fresh) break end
  end
end
if not node then return nil end
local before = get(node, 'mark')
local mark = math.max(before, now + ttl + skew + ahead)
local token = redis.call('HINCRBY', leases, node .. ':token', 1)
redis.call('HSET', leases, node .. ':holder', ARGV[3])
set(node, now + ttl, mark, math.max(now + ttl + rest, mark + skew))
return { node, text(token), text(before), text(mark) }`;

const ONLY_ITS_HOLDER = `
local node = ARGV[1]
if redis.call('HGET', leases, node .. ':token') ~= ARGV[2] or redis.call('HGET', leases, node .. ':holder') ~= ARGV[3] or get(node, 'expires') <= now then return nil end
`;

/** ARGV: node id, token, holder, ttl, rest, skew, ahead. */
export const RENEW_SCRIPT = `${PRELUDE}${ONLY_ITS_HOLDER}
local ttl, rest, skew, ahead = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local mark = math.max(get(node, 'mark'), now + ttl + skew + ahead)
set(node, now + ttl, mark, math.max(tonumber(redis.call('ZSCORE', rests, node) or '0'), now + ttl + rest, mark + skew))
return text(mark)`;

/** ARGV: node id, token, holder, rest, skew, issued until. */
export const RELEASE_SCRIPT = `${PRELUDE}${ONLY_ITS_HOLDER}
local mark = math.min(get(node, 'mark'), tonumber(ARGV[6]))
set(node, now, mark, math.max(now + tonumber(ARGV[4]), mark + tonumber(ARGV[5])))
return nil`;
