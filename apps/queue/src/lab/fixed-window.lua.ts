/**
 * A room counts admissions of the last interval by their times (KEYS[1]). A counter for each window of the clock knows those since its edge only, so at each edge the times are
 * forgotten: just before it and just after it the room lets in as many as in a whole interval. All else stays as it is, so the log of admissions tells.
 */
export const FORGET_AT_THE_EDGE = `
local time = redis.call('TIME')
local window = string.format('%.0f', math.floor((time[1] * 1000000 + time[2]) / ARGV[1]))
if redis.call('SET', KEYS[2], window, 'GET') ~= window then redis.call('DEL', KEYS[1]) end
return window
`;
