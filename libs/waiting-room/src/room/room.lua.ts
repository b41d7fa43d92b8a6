/**
 * Every operation of a room, one atomic script. Its text begins with the room's name: a server that has forgotten (restarted, failed over, flushed) does not know the
 * script of that room, and NOSCRIPT makes the caller look into the store before anybody is let in; see `room-script.ts`.
 *
 * Times are microseconds of the server's clock, and below 2^53: Lua's numbers hold them exactly. A ticket is such a time too, which makes it unique and its order that of
 * arrival. Rate: whoever is admitted, the one `limit` admissions before was admitted more than a window ago. So no interval of a window, wherever it begins, holds
 * more than `limit`, and what was not used is not there later (sliding log).
 */
export const ROOM_LUA = `
local SETTINGS, STATE, QUEUE, SEEN, RECENT, ADMITTED, OUT, LEFT = unpack(KEYS)
-- Then, but for 'open': up to which the store has all, whether it takes nothing so that nobody could be told, and pairs of a visitor and the number of their ticket, or 0.
local operation, durable, isStuck = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
-- So many heads are looked at in one call: the script holds the server up.
local MOST = 200
-- And so many who have left without a word are counted no longer.
local MOST_GONE = 1000
-- The order of a pre-queue is drawn from at least so many numbers: a minute's.
local LEAST_DRAWN = 60000000
-- Admissions that are remembered, and so the largest limit.
local RECENT_KEPT = 10000

-- Where a number becomes part of a text, Lua would round it.
local function text(number) return string.format('%.0f', number) end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- Packed: to read a hash of so many fields would take as long as all else.
local version, limit, window, mode, opensAt, from, to, seed, grace, keep, expiry, back
-- hold: nobody is admitted before. After a loss, those who were there first have to come back first.
-- heard: when somebody last came; between quietFrom and quietTo, the latest silence, nobody did.
-- fullUntil: before that RECENT need not be asked, nobody may be admitted. Never later than RECENT says.
local last, floor, passed, seq, hash, at, hold, heard, quietFrom, quietTo, fullUntil = 0, 0, 0, 0, '', 0, 0, now, 0, 0, 0
local packed = redis.call('MGET', SETTINGS, STATE)
if packed[1] and packed[2] then
  version, limit, window, mode, opensAt, from, to, seed, grace, keep, expiry, back = cmsgpack.unpack(packed[1])
  last, floor, passed, seq, hash, at, hold, heard, quietFrom, quietTo, fullUntil = cmsgpack.unpack(packed[2])
  quietFrom, quietTo, fullUntil = quietFrom or 0, quietTo or 0, fullUntil or 0
end
-- The latest number that was given is in the queue, or here once whoever had it is not: to write it down for each who comes would be a fifth of the call.
local function latest()
  local top = redis.call('ZRANGE', QUEUE, -1, -1, 'WITHSCORES')
  if top[2] then last = math.max(last, tonumber(top[2])) end
  return last
end
local function saveState() redis.call('SET', STATE, cmsgpack.pack(last, floor, passed, seq, hash, at, hold, heard, quietFrom, quietTo, fullUntil)) end

-- A clock that is set back must not open a window that has not passed.
if now < at then now = at end

-- What the store holds is the truth: settings of a newer version are taken over, and a history that this server has not, or has otherwise.
if operation == 'open' then
  local stale, storedVersion, storedMode, storedOpensAt, storedSeed = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[6], tonumber(ARGV[7]), ARGV[8]
  local storedSeq, storedHash, served, storedBack = tonumber(ARGV[12]), ARGV[13], tonumber(ARGV[14]), tonumber(ARGV[15])
  local same = version and seq >= storedSeq
  if same and seq == storedSeq then same = hash == storedHash end
  if same and seq > storedSeq and storedSeq > 0 then
    local entry = redis.call('XRANGE', OUT, storedSeq .. '-0', storedSeq .. '-0')[1]
    -- What is forgotten here has been followed by others in the store: its end was read too long ago, unless it is the same when it is read again.
    if not entry and stale ~= storedSeq then return { 'stale', storedSeq } end
    same = entry ~= nil and entry[2][12] == storedHash
  end
  latest()
  if not same then
    redis.call('UNLINK', OUT, ADMITTED, RECENT)
    redis.call('ZREMRANGEBYSCORE', QUEUE, '-inf', served)
    for index = 17, #ARGV do redis.call('RPUSH', RECENT, ARGV[index]) end
    seq, hash, floor, at = storedSeq, storedHash, served, tonumber(ARGV[17] or 0)
    last = math.max(last, served)
    -- In a room that nobody can have been in there is nobody to come back.
    if ARGV[16] == '1' then hold = now + storedBack end
  end
  if not version or version < storedVersion then
    -- Whoever had a ticket was let through by it.
    if mode == 'pass-through' and storedMode ~= 'pass-through' then passed = math.max(passed, now, last) end
    if seed ~= storedSeed then from, to = 0, 0 end
    -- Where the order of the pre-queue is drawn from: fixed until it has opened, also if that is put off, and behind all who have come before it.
    if storedOpensAt > now and (from == 0 or opensAt <= now) then
      from = math.max(now, last + 1)
      to = math.max(storedOpensAt, from + LEAST_DRAWN)
      last = to
    end
    redis.call('SET', SETTINGS, cmsgpack.pack(storedVersion, tonumber(ARGV[4]), tonumber(ARGV[5]), storedMode, storedOpensAt, from, to, storedSeed, tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]), storedBack))
  end
  fullUntil = 0
  saveState()
  return { 'open', seq }
end

if not version then return { 'unknown-room' } end

if operation == 'status' then return { 'status', redis.call('ZCARD', QUEUE), seq, now, from, to, version } end

-- Nobody was heard for longer than two polls may be apart: the server, the network or every caller was away. Who waits is not to blame for that, and comes back first.
if now - heard > grace / 2 and redis.call('ZCARD', QUEUE) > 0 then quietFrom, quietTo = heard, now end
-- What was given up is remembered for as long as its ticket would get it back.
local function forgetLeft(most)
  local upTo = math.max(floor, passed, now - expiry - 1)
  for _, gone in ipairs(redis.call('ZRANGE', LEFT, '-inf', upTo, 'BYSCORE', 'LIMIT', 0, most)) do redis.call('ZREM', LEFT, gone) end
end

-- Not at each call: what changes nothing costs no write, and no fsync.
local moment = grace / 20
local isMoment = now - heard > moment
if isMoment then
  heard = now
  saveState()
  forgetLeft(MOST_GONE)
end
-- Whoever was last heard before has left without a word, and is counted no longer: nobody by a silence, and not by the moment that is not noted. Their tickets bring them back.
-- The look at them is a tenth of a call: in a crowd every eighth one takes it, so to say by lot.
local present = (now < quietTo + back and quietFrom or now) - grace - moment
if isMoment or now % 8 == 0 then
  local gone = redis.call('ZRANGE', SEEN, '-inf', '(' .. text(present), 'BYSCORE', 'LIMIT', 0, MOST_GONE)
  if #gone > 0 then
    latest()
    redis.call('ZREM', QUEUE, unpack(gone))
    redis.call('ZREM', SEEN, unpack(gone))
    saveState()
  end
end

-- While its pass holds.
local function admission(visitor)
  local found = redis.call('HGET', ADMITTED, visitor)
  if not found then return nil end
  local number, ticket, admittedAt, its = string.match(found, '^(%d+):(%d+):(%d+):(%x+)$')
  if admittedAt + keep <= now then return nil end
  return { 'admitted', ticket, admittedAt, number, version, its }
end

if operation == 'leave' then
  local visitor, given = ARGV[4], tonumber(ARGV[5])
  local found = admission(visitor)
  if found then return found end
  local place = math.max(given, tonumber(redis.call('ZSCORE', QUEUE, visitor) or 0))
  latest()
  local removed = redis.call('ZREM', QUEUE, visitor)
  if removed == 1 then saveState() end
  redis.call('ZREM', SEEN, visitor)
  redis.call('ZADD', LEFT, place, visitor)
  forgetLeft(2)
  return { 'left', removed }
end

local changed = false
-- Many may ask at once; what is known of each, by its place among the arguments. A rank is known until somebody before comes back or goes.
local answers, tickets, ranks = {}, {}, {}

-- No two have one place: who draws, or comes back with, what another one has by now has the next one that is free. By halves: of so many numbers one is free if fewer are in the queue.
local function untaken(place)
  local low, high = 0, redis.call('ZCOUNT', QUEUE, place, place) == 0 and 0 or redis.call('ZCARD', QUEUE)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if redis.call('ZCOUNT', QUEUE, place, place + middle) > middle then low = middle + 1 else high = middle end
  end
  return place + low
end

local function arrive(visitor, given)
  local ticket, rank
  if mode == 'pass-through' then
    latest()
    if redis.call('ZREM', QUEUE, visitor) == 1 then changed = true end
    redis.call('ZREM', SEEN, visitor)
    return admission(visitor) or { 'passed', now }
  end

  -- 'join': a visitor that nobody has heard of yet.
  local place = operation ~= 'join' and redis.call('ZRANK', QUEUE, visitor, 'WITHSCORE')
  if place then
    rank, ticket = place[1], place[2]
  else
    local found = operation ~= 'join' and admission(visitor)
    if found then return found end
    if given > 0 then
      -- Comes back with a place that this server has forgotten.
      if given <= tonumber(redis.call('ZSCORE', LEFT, visitor) or 0) then return { 'left', 0 } end
      if given <= floor or given <= passed or given + expiry < now then return { 'gone', now } end
      ticket = untaken(given)
      last = math.max(latest(), ticket)
    elseif operation == 'poll' then
      return { 'gone', now }
    elseif operation == 'named' and now < hold + keep then
      -- May be in with a pass that this server has forgotten.
      return { 'stranger', now }
    elseif mode == 'draining' then
      return { 'closed' }
    elseif now < opensAt and to > 0 then
      -- Drawn, not won: by the hash of the seed, which is published at the opening, and the visitor.
      local share = tonumber(string.sub(redis.sha1hex(seed .. ':' .. visitor), 1, 13), 16) / 4503599627370496
      ticket = untaken(from + math.floor(share * (to - from)))
      last = math.max(latest(), ticket)
      -- Who has given it up, and draws it again, has it.
      redis.call('ZREM', LEFT, visitor)
    else
      ticket = math.max(latest() + 1, now)
      last = ticket
    end
    redis.call('ZADD', QUEUE, ticket, visitor)
    ranks = {}
  end
  local seen = operation ~= 'join' and redis.call('ZSCORE', SEEN, visitor)
  if not seen or now - seen > moment then redis.call('ZADD', SEEN, now, visitor) end
  return nil, ticket, rank
end

for index = 4, #ARGV, 2 do
  local answer, ticket, rank = arrive(ARGV[index], tonumber(ARGV[index + 1]))
  answers[index], tickets[index], ranks[index] = answer, ticket, rank
end

-- When the one who is so far behind the next may be admitted, as far as those who were admitted say.
local function free(behind)
  local before = redis.call('LINDEX', RECENT, limit - 1 - behind)
  return before and before + window + 1 or 0
end

-- After a silence: until all who wait have been heard again, or could have been.
local heldUntil = hold
if now < quietTo + back and redis.call('ZCOUNT', SEEN, quietTo, '+inf') < redis.call('ZCARD', QUEUE) then heldUntil = math.max(hold, quietTo + back) end

local admitted = 0
local isShut = isStuck or mode == 'paused' or mode == 'pass-through' or now < opensAt or now < heldUntil
local isAsked = mode ~= 'queue-all' or operation == 'poll' or operation == 'advance'
if isAsked and not isShut then
  for _ = 1, MOST do
    if fullUntil <= now then fullUntil = free(0) end
    if fullUntil > now then break end
    local head = redis.call('ZPOPMIN', QUEUE)
    local who, number = head[1], tonumber(head[2])
    if not who then break end
    ranks, last, changed = {}, math.max(last, number), true
    local seen = redis.call('ZSCORE', SEEN, who)
    redis.call('ZREM', SEEN, who)
    -- Who has left without a word costs nothing.
    if seen and tonumber(seen) >= present then
      seq, admitted = seq + 1, admitted + 1
      hash = redis.sha1hex(hash .. '|' .. seq .. '|' .. redis.sha1hex(who) .. '|' .. text(number) .. '|' .. text(now) .. '|' .. limit .. '|' .. text(window))
      redis.call('HSET', ADMITTED, who, seq .. ':' .. text(number) .. ':' .. text(now) .. ':' .. hash)
      redis.call('LPUSH', RECENT, now)
      redis.call('XADD', OUT, seq .. '-0', 'visitor', who, 'ticket', number, 'at', now, 'limit', limit, 'window', window, 'hash', hash)
      floor, at = math.max(floor, number), now
    end
  end
end
if admitted > 0 then
  redis.call('LTRIM', RECENT, 0, RECENT_KEPT - 1)
  -- Of what the store has for good, passes that have ended are forgotten.
  for _, entry in ipairs(redis.call('XRANGE', OUT, '-', '+', 'COUNT', 2 * admitted)) do
    if tonumber(string.match(entry[1], '^%d+')) >= durable or entry[2][6] + keep >= now then break end
    -- Unless that visitor has been admitted anew.
    if string.match(redis.call('HGET', ADMITTED, entry[2][2]) or '', '^%d+') == string.match(entry[1], '^%d+') then redis.call('HDEL', ADMITTED, entry[2][2]) end
    redis.call('XDEL', OUT, entry[1])
  end
end
if changed then saveState() end

if operation == 'advance' then
  local waiting = redis.call('ZCARD', QUEUE)
  local next = (waiting == 0 or mode == 'paused' or mode == 'pass-through' or isStuck) and -1 or math.max(free(0), opensAt, heldUntil, now)
  return { 'advanced', admitted, seq, waiting, next, now, hash }
end

local phase = mode == 'paused' and 'paused' or now < opensAt and 'pre-queue' or now < heldUntil and 'held' or 'line'
local given = {}
for index = 4, #ARGV, 2 do
  local answer = answers[index]
  if not answer then
    -- Who has drawn the latest number, and was not admitted, is the last of all.
    local isLast = tickets[index] == last and last > floor
    local rank = isLast and redis.call('ZCARD', QUEUE) - 1 or ranks[index] or redis.call('ZRANK', QUEUE, ARGV[index])
    if rank then
      local eta = mode == 'paused' and -1 or math.max(now, opensAt, heldUntil, free(rank % limit)) + math.floor(rank / limit) * window - now
      answer = { 'waiting', tickets[index], rank, eta, version, phase }
    else
      answer = admission(ARGV[index]) or { 'gone', now }
    end
  end
  given[#given + 1] = answer
end
return { 'answers', given }
`;
