/**
 * A room counts admissions of the last interval by their times (KEYS[1]), and its state (KEYS[3]) says last for how long they need not be asked. A counter for each window of the clock knows those since its edge only, so at each edge the times are
 * forgotten: just before it and just after it the room lets in as many as in a whole interval. All else stays as it is, so the log of admissions tells.
 */
export const FORGET_AT_THE_EDGE = `
local time = redis.call('TIME')
local window = string.format('%.0f', math.floor((time[1] * 1000000 + time[2]) / ARGV[1]))
if redis.call('SET', KEYS[2], window, 'GET') ~= window then
  redis.call('DEL', KEYS[1])
  local packed = redis.call('GET', KEYS[3])
  if packed then
    local state = { cmsgpack.unpack(packed) }
    state[#state] = 0
    redis.call('SET', KEYS[3], cmsgpack.pack(unpack(state)))
  end
end
return window
`;
