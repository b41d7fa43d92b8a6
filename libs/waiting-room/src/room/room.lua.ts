/**
 * Every operation of a room, one atomic script. Its text begins with the room's name: a server that has forgotten (restarted, failed over, flushed) does not know the
 * script of that room, and NOSCRIPT makes the caller look into the store before anybody is let in; see `room-script.ts`.
 *
 * Times are microseconds of the server's clock, and below 2^53: Lua's numbers hold them exactly. A ticket is such a time too, which makes it unique and its order that of
 * arrival. Rate: whoever is admitted, the one `limit` admissions before was admitted more than a window ago. So no interval of a window, wherever it begins, holds
 * more than `limit`, and what was not used is not there later (sliding log).
 */
export const ROOM_LUA = `
local CONFIG, QUEUE, SEEN, RECENT, ADMITTED, OUT, LEFT = unpack(KEYS)
local operation = ARGV[1]
-- So many heads are looked at in one call: the script holds the server up.
local MOST = 200
-- Admissions that are remembered, and so the largest limit.
local RECENT_KEPT = 10000

local function text(number) return string.format('%.0f', number) end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local config = redis.call('HMGET', CONFIG, 'version', 'limit', 'window', 'mode', 'opensAt', 'from', 'to', 'seed', 'grace', 'keep', 'expiry', 'last', 'floor', 'passed', 'seq', 'hash', 'at', 'hold')
local version, limit, window, mode = config[1], tonumber(config[2]), tonumber(config[3]), config[4]
local opensAt, from, to, seed = tonumber(config[5]), tonumber(config[6]), tonumber(config[7]), config[8]
local grace, keep, expiry = tonumber(config[9]), tonumber(config[10]), tonumber(config[11])
local last, floor, passed, seq, hash, at = tonumber(config[12]), tonumber(config[13]), tonumber(config[14]), tonumber(config[15]), config[16], tonumber(config[17])
-- Nobody is admitted before: after a loss, those who were there first have to come back first.
local hold = tonumber(config[18]) or 0
-- A clock that is set back must not open a window that has not passed.
if at and now < at then now = at end

-- What the store holds is the truth: settings of a newer version are taken over, and a history that this server has not, or has otherwise.
if operation == 'open' then
  local storedSeq, storedHash, served = tonumber(ARGV[11]), ARGV[12], tonumber(ARGV[13])
  local known = version ~= false
  last, floor, passed, seq, hash, at = last or 0, floor or 0, passed or 0, seq or 0, hash or '', at or 0
  local same = known and seq >= storedSeq
  if same and seq == storedSeq then same = hash == storedHash end
  if same and seq > storedSeq and storedSeq > 0 then
    local entry = redis.call('XRANGE', OUT, storedSeq .. '-0', storedSeq .. '-0')[1]
    same = entry ~= nil and entry[2][12] == storedHash
  end
  if not same then
    redis.call('UNLINK', OUT, ADMITTED, RECENT)
    redis.call('ZREMRANGEBYSCORE', QUEUE, '-inf', served)
    for index = 15, #ARGV do redis.call('RPUSH', RECENT, ARGV[index]) end
    seq, hash, floor, at = storedSeq, storedHash, served, tonumber(ARGV[15] or 0)
    if last < served then last = served end
    hold = now + tonumber(ARGV[14])
  end
  if not known or tonumber(version) < tonumber(ARGV[2]) then
    if mode == 'pass-through' and ARGV[5] ~= 'pass-through' and passed < now then passed = now end
    opensAt = tonumber(ARGV[6])
    if opensAt > now then
      -- Where the order of the pre-queue is drawn from: fixed until it has opened, also if that is put off.
      if not to or to <= now then
        from, to = math.max(now, last + 1), opensAt
      end
      if last < to then last = to end
    end
    redis.call('HSET', CONFIG, 'version', ARGV[2], 'limit', ARGV[3], 'window', ARGV[4], 'mode', ARGV[5], 'opensAt', ARGV[6], 'seed', ARGV[7], 'grace', ARGV[8], 'keep', ARGV[9], 'expiry', ARGV[10],
      'from', text(from or 0), 'to', text(to or 0))
  end
  redis.call('HSET', CONFIG, 'last', text(last), 'floor', text(floor), 'passed', text(passed), 'seq', seq, 'hash', hash, 'at', text(at), 'hold', text(hold))
  return { 'open', seq }
end

if not version then return { 'unknown-room' } end

if operation == 'status' then
  return { 'status', redis.call('ZCARD', QUEUE), seq, text(now), text(from), text(to) }
end

local visitor, given = ARGV[2], tonumber(ARGV[3])
local changed = false

local function admit(who, ticket)
  seq = seq + 1
  hash = redis.sha1hex(hash .. '|' .. seq .. '|' .. text(ticket) .. '|' .. text(now) .. '|' .. limit .. '|' .. text(window))
  redis.call('HSET', ADMITTED, who, seq .. ':' .. text(ticket) .. ':' .. text(now))
  redis.call('LPUSH', RECENT, text(now))
  redis.call('XADD', OUT, seq .. '-0', 'visitor', who, 'ticket', text(ticket), 'at', text(now), 'limit', limit, 'window', text(window), 'hash', hash)
  floor, at, changed = math.max(floor, ticket), now, true
end

-- Of what the store has for good, passes that have ended.
local function forget(count, durable)
  for _, entry in ipairs(redis.call('XRANGE', OUT, '-', '+', 'COUNT', count)) do
    local number = tonumber(string.match(entry[1], '^%d+'))
    if number >= durable or tonumber(entry[2][6]) + keep >= now then return end
    redis.call('HDEL', ADMITTED, entry[2][2])
    redis.call('XDEL', OUT, entry[1])
  end
end

-- When the next one may be admitted.
local function free()
  local nth = redis.call('LINDEX', RECENT, limit - 1)
  return nth and nth + window + 1 or 0
end

local function isShut() return mode == 'paused' or now < opensAt or now < hold end

local function advance(durable)
  if isShut() or mode == 'pass-through' then return 0 end
  local count = 0
  for _ = 1, MOST do
    if free() > now then break end
    local head = redis.call('ZRANGE', QUEUE, 0, 0, 'WITHSCORES')
    local who = head[1]
    if not who then break end
    local seen = redis.call('ZSCORE', SEEN, who)
    redis.call('ZREM', QUEUE, who)
    redis.call('ZREM', SEEN, who)
    -- Who has left without a word costs nothing.
    if seen and seen + grace >= now then
      admit(who, tonumber(head[2]))
      count = count + 1
    end
  end
  if count > 0 then
    redis.call('LTRIM', RECENT, 0, RECENT_KEPT - 1)
    forget(2 * count, durable)
  end
  return count
end

local function done(answer)
  if changed then redis.call('HSET', CONFIG, 'last', text(last), 'floor', text(floor), 'seq', seq, 'hash', hash, 'at', text(at)) end
  return answer
end

if operation == 'advance' then
  local count = advance(tonumber(ARGV[4]))
  local waiting = redis.call('ZCARD', QUEUE)
  local next = (waiting == 0 or mode == 'paused') and -1 or math.max(free(), opensAt, hold, now)
  return done({ 'advanced', count, seq, waiting, text(next), text(now) })
end

local function admission()
  local found = redis.call('HGET', ADMITTED, visitor)
  if not found then return nil end
  local number, ticket, admittedAt = string.match(found, '^(%d+):(%d+):(%d+)$')
  -- Nobody came since, or it would be forgotten: the place is used all the same.
  if tonumber(admittedAt) + keep <= now then return nil end
  return { 'admitted', ticket, admittedAt, number, text(now) }
end

if operation == 'leave' then
  local found = admission()
  if found then return found end
  local removed = redis.call('ZREM', QUEUE, visitor)
  redis.call('ZREM', SEEN, visitor)
  redis.call('ZADD', LEFT, text(now), visitor)
  for _, gone in ipairs(redis.call('ZRANGE', LEFT, '-inf', text(now - expiry), 'BYSCORE', 'LIMIT', 0, 2)) do redis.call('ZREM', LEFT, gone) end
  return { 'left', removed }
end

-- Before the opening order is drawn, not won: by the hash of the seed, which is published then, and the visitor. Who draws what is taken has the next one that is not.
local function draw()
  local share = tonumber(string.sub(redis.sha1hex(seed .. ':' .. visitor), 1, 13), 16) / 4503599627370496
  local ticket = from + math.floor(share * (to - from))
  while redis.call('ZCOUNT', QUEUE, text(ticket), text(ticket)) > 0 do ticket = ticket + 1 end
  return ticket
end

local function takePlace()
  if given > 0 then
    -- Comes back with a place that this server has forgotten.
    if redis.call('ZSCORE', LEFT, visitor) then return nil, { 'left', 0 } end
    if given <= floor or given <= passed or given + expiry < now then return nil, { 'gone', text(now) } end
    if last < given then last, changed = given, true end
    return given
  end
  if operation == 'poll' then return nil, { 'gone', text(now) } end
  if mode == 'draining' then return nil, { 'closed' } end
  if now < opensAt then return draw() end
  last, changed = math.max(last + 1, now), true
  return last
end

if mode == 'pass-through' then
  redis.call('ZREM', QUEUE, visitor)
  redis.call('ZREM', SEEN, visitor)
  return admission() or { 'passed', text(now) }
end

-- 'join': a visitor that nobody has heard of yet.
if operation == 'join' or not redis.call('ZSCORE', QUEUE, visitor) then
  local found = operation ~= 'join' and admission()
  if found then return found end
  local ticket, refusal = takePlace()
  if not ticket then return done(refusal) end
  redis.call('ZADD', QUEUE, text(ticket), visitor)
end
redis.call('ZADD', SEEN, text(now), visitor)
for _, gone in ipairs(redis.call('ZRANGE', SEEN, '-inf', '(' .. text(now - grace), 'BYSCORE', 'LIMIT', 0, 2)) do
  redis.call('ZREM', QUEUE, gone)
  redis.call('ZREM', SEEN, gone)
end
if operation == 'poll' or mode ~= 'queue-all' then advance(tonumber(ARGV[4])) end

local place = redis.call('ZRANK', QUEUE, visitor, 'WITHSCORE')
if not place then return done(admission()) end
local rank = place[1]
local eta = -1
if mode ~= 'paused' then
  local before = redis.call('LINDEX', RECENT, limit - 1 - rank % limit)
  eta = math.max(now, opensAt, hold, before and before + window + 1 or 0) + math.floor(rank / limit) * window - now
end
return done({ 'waiting', text(tonumber(place[2])), rank, text(eta), text(now) })
`;
