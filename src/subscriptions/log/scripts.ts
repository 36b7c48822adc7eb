import { createRedisScript } from '../../redis-script.ts';

/*
 * The steps of the log in Redis. KEYS[1] is the log's own hash (epoch, floor, last), KEYS[2] the
 * stream; all keys are in one slot. ARGV[1] is the epoch that a log gets which is begun now.
 */

const BEGIN = `
  redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1])
  local log = redis.call('HMGET', KEYS[1], 'epoch', 'floor', 'last')
  local extent = { log[1], log[2] or '0-0', log[3] or '0-0' }
`;

/** Wants the numbers `maxEvents` and `maxAge`. */
const TRIM = `
  -- At most a thousand at a time: a log whose bounds were narrowed shrinks step by step.
  local length = redis.call('XLEN', KEYS[2])
  local oldest = redis.call('TIME')[1] * 1000 - maxAge
  local aged = #redis.call('XRANGE', KEYS[2], '-', string.format('%d', math.max(oldest, 0)), 'COUNT', 1000)
  local excess = math.min(math.max(length - maxEvents, aged), 1000)
  if excess > 0 then
    local gone = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', excess)
    redis.call('HSET', KEYS[1], 'floor', gone[#gone][1])
    redis.call('XTRIM', KEYS[2], 'MAXLEN', length - excess)
  end
`;

/** -> [epoch, floor, last] */
export const HEAD = createRedisScript(`${BEGIN} return extent`);

/** ARGV: epoch, behind which id, how many -> [epoch, floor, last, entries] */
export const READ = createRedisScript(`${BEGIN}
  extent[4] = redis.call('XRANGE', KEYS[2], '(' .. ARGV[2], '+', 'COUNT', ARGV[3])
  return extent
`);

/** KEYS[3]: the subject's ids, newest first -> [epoch, floor, last, entries] */
export const HISTORY = createRedisScript(`${BEGIN}
  extent[4] = {}
  for _, id in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
    local entry = redis.call('XRANGE', KEYS[2], id, id)[1]
    if entry then table.insert(extent[4], entry) end
  end
  return extent
`);

/**
 * Records one look at a scope, with the rules of `known.ts`. KEYS[3]: the scope's hash of
 * subject -> "status sequence since", beside '#token' and '#forgotten', which are no ids.
 *
 * ARGV: epoch, token, observations as JSON [[subject, status, isFinal, occurredAt or false, since,
 * body]], the bounds (events, age, subjects), the life of the hash, the length of histories, and
 * what the key of a subject's history begins with, and whether a scope may be begun (1 or 0).
 *
 * -> [highest token] for an old token, [-1] for a scope that is not there and may not be begun, else
 * [0, entry, ...] with what was appended.
 */
export const RECORD = createRedisScript(`${BEGIN}
  local scope, token = KEYS[3], tonumber(ARGV[2])
  local maxEvents, maxAge, maxSubjects = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
  local life, maxHistory, historyStart = ARGV[7], tonumber(ARGV[8]), ARGV[9]

  local highest = redis.call('HGET', scope, '#token')
  if highest and token < tonumber(highest) then return { tonumber(highest) } end
  if not highest and ARGV[10] == '0' then return { -1 } end
  local forgotten = tonumber(redis.call('HGET', scope, '#forgotten') or nil)
  redis.call('HSET', scope, '#token', token)
  redis.call('PEXPIRE', scope, life)

  local appended = { 0 }
  for _, seen in ipairs(cjson.decode(ARGV[3])) do
    local subject, status, isFinal, occurredAt, since, body = unpack(seen)
    local known = redis.call('HGET', scope, subject)
    local from, sequence
    if known then from, sequence = string.match(known, '^(%S+) (%d+)') end
    if from ~= status then
      local wasForgotten = forgotten and isFinal and (not occurredAt or occurredAt <= forgotten)
      local isSilent = not known and (not highest or wasForgotten)
      sequence = isSilent and 0 or (tonumber(sequence or 0) + 1)
      redis.call('HSET', scope, subject, string.format('%s %d %d %d', status, sequence, since, isFinal and 1 or 0))
      if not isSilent then
        local fields = { 'epoch', extent[1], 'sequence', sequence, 'from', from or '', 'body', body }
        local id = redis.call('XADD', KEYS[2], '*', unpack(fields))
        redis.call('HSET', KEYS[1], 'last', id)
        local history = historyStart .. subject
        redis.call('LPUSH', history, id)
        redis.call('LTRIM', history, 0, maxHistory - 1)
        redis.call('PEXPIRE', history, maxAge)
        table.insert(appended, { id, fields })
      end
    end
  end

  if redis.call('HLEN', scope) - 2 > maxSubjects then
    local finals, all, count = {}, redis.call('HGETALL', scope), 0
    for i = 1, #all, 2 do
      local since, isFinal = string.match(all[i + 1], '^%S+ %d+ (%-?%d+) (%d)$')
      if since then count = count + 1 end
      if isFinal == '1' then table.insert(finals, { all[i], tonumber(since) }) end
    end
    table.sort(finals, function(left, right) return left[2] < right[2] end)
    for i = 1, math.min(#finals, count - math.floor(maxSubjects * 0.9)) do
      redis.call('HDEL', scope, finals[i][1])
      forgotten = math.max(forgotten or finals[i][2], finals[i][2])
    end
    if forgotten then redis.call('HSET', scope, '#forgotten', string.format('%d', forgotten)) end
  end

${TRIM}
  return appended
`);

/**
 * KEYS[3]: of this write alone. ARGV: epoch, the write as JSON, the bounds (events, age), how long it
 * is remembered.
 */
export const APPEND = createRedisScript(`${BEGIN}
  local maxEvents, maxAge = tonumber(ARGV[3]), tonumber(ARGV[4])
  if not redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[5]) then return end
  local id = redis.call('XADD', KEYS[2], '*', 'epoch', extent[1], 'write', ARGV[2])
  redis.call('HSET', KEYS[1], 'last', id)
${TRIM}
`);
