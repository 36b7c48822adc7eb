/** What Redis does in one piece. All keys of a call belong to one provider, thus to one slot. */

/**
 * KEYS: the sequence, then tags. ARGV: how long to remember, channel, message. A sequence that is
 * lost begins anew with the time in microseconds, which is higher than it ever counted to.
 */
export const INVALIDATE = `
if redis.call('EXISTS', KEYS[1]) == 0 then
  local time = redis.call('TIME')
  redis.call('SET', KEYS[1], time[1] .. string.format('%06d', time[2]))
end
local number = redis.call('INCR', KEYS[1])
for index = 2, #KEYS do
  redis.call('SET', KEYS[index], string.format('%.0f', number), 'PX', ARGV[1])
end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
`;

/**
 * KEYS: lock and entry by turns. ARGV: who, for how long, then for each 1 where its entry was there
 * when it was looked for. Answers 1 for each lock that was free, else 0; also 0 where an entry has
 * come since: another instance was sooner.
 */
export const ACQUIRE = `
local got = {}
for index = 1, #KEYS, 2 do
  local place = (index + 1) / 2
  local isNew = ARGV[place + 2] == '0' and redis.call('EXISTS', KEYS[index + 1]) == 1
  local isFree = not isNew and redis.call('SET', KEYS[index], ARGV[1], 'NX', 'PX', ARGV[2])
  got[place] = isFree and 1 or 0
end
return got
`;

/** KEYS: locks. ARGV: who. */
export const RELEASE = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
return 1
`;

/** KEYS: entry and lock by turns. ARGV: who, then text and lifetime by turns. */
export const STORE = `
for index = 1, #KEYS, 2 do
  redis.call('SET', KEYS[index], ARGV[index + 1], 'PX', ARGV[index + 2])
  if redis.call('GET', KEYS[index + 1]) == ARGV[1] then redis.call('DEL', KEYS[index + 1]) end
end
return 1
`;
