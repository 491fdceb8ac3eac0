import { Script } from './connection.js'

// A view is two keys. `rows`, a hash: `k<key>` the row as JSON, `l<key>` the lists it stands in (list NUL sort NUL …; a
// row stands in some thousand at most, as Lua passes on no more values at once), `at` the position, `token` the name of
// this life of the view. `order`, a sorted set of texts: `K<key>` for every row, `L<list> NUL <sort> NUL <key>` for every
// place in a list, `T<token>`. Redis evicts, loses and deletes whole keys, and so a view of which one is gone is seen by
// its token: it counts as lost, with position 0 and without rows.

const head = (rows: number): string => `
local rows, order = KEYS[${String(rows)}], KEYS[${String(rows + 1)}]
local kept = redis.call('HMGET', rows, 'token', 'at')
local token, at = kept[1], kept[2]
if not token or not redis.call('ZSCORE', order, 'T' .. token) then token, at = '', '0' end
`

export const POSITION = new Script(`${head(1)} return {at, token}`)

/** ARGV: key. Gives position and row. */
export const GET = new Script(`${head(1)}
if token == '' then return {at, false} end
return {at, redis.call('HGET', rows, 'k' .. ARGV[1])}`)

/** ARGV: lowest, highest. Gives position and count. */
export const COUNT = new Script(`${head(1)}
if token == '' then return {at, 0} end
return {at, redis.call('ZLEXCOUNT', order, ARGV[1], ARGV[2])}`)

/** ARGV: command, from, to, most. Gives position, places, then row and lists of each. */
export const PAGE = new Script(`${head(1)}
if token == '' then return {at, {}, {}} end
local places = redis.call(ARGV[1], order, ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])
if #places == 0 then return {at, places, {}} end
local fields = {}
for _, place in ipairs(places) do
  local key = string.match(place, '^K(.*)$') or string.match(place, '(%Z*)$')
  fields[#fields + 1] = 'k' .. key
  fields[#fields + 1] = 'l' .. key
end
return {at, places, redis.call('HMGET', rows, unpack(fields))}`)

/**
 * ARGV: position from, position to, token of the life that the writer knows or nothing, then key, row (nothing where it
 * goes) and lists of each change. Gives whether it was written, position and token. The first command that writes is one
 * that Redis refuses when its memory is full; behind it a script is carried out whole.
 */
export const WRITE = new Script(`${head(1)}
if at ~= ARGV[1] or (ARGV[3] ~= '' and ARGV[3] ~= token) then return {0, at, token} end
redis.call('HSET', rows, 'at', ARGV[2])
if token == '' then
  redis.call('UNLINK', rows, order)
  local now = redis.call('TIME')
  token = now[1] .. '.' .. now[2]
  redis.call('HSET', rows, 'token', token, 'at', ARGV[2])
  redis.call('ZADD', order, 0, 'T' .. token)
end
local function places(key, lists, found, score)
  for list, sort in string.gmatch(lists, '(%Z*)%z(%Z*)%z') do
    if score then found[#found + 1] = score end
    found[#found + 1] = 'L' .. list .. '\\0' .. sort .. '\\0' .. key
  end
  return found
end
for i = 4, #ARGV, 3 do
  local key, row, lists = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local listed = redis.call('HGET', rows, 'l' .. key)
  if row == '' then
    if listed then
      redis.call('HDEL', rows, 'k' .. key, 'l' .. key)
      redis.call('ZREM', order, unpack(places(key, listed, {'K' .. key})))
    end
  elseif listed == lists then
    redis.call('HSET', rows, 'k' .. key, row)
  else
    redis.call('HSET', rows, 'k' .. key, row, 'l' .. key, lists)
    if listed and listed ~= '' then redis.call('ZREM', order, unpack(places(key, listed, {}))) end
    redis.call('ZADD', order, unpack(places(key, lists, {0, 'K' .. key}, 0)))
  end
end
return {1, ARGV[2], token}`)

/** KEYS: those of the view, then those of the one that takes its place. ARGV: that one's token as known, or nothing. */
export const REPLACE = new Script(`${head(3)}
if ARGV[1] ~= '' and ARGV[1] ~= token then return {0, at, token} end
redis.call('UNLINK', KEYS[1], KEYS[2])
if token == '' then
  redis.call('UNLINK', rows, order)
else
  redis.call('RENAME', rows, KEYS[1])
  redis.call('RENAME', order, KEYS[2])
end
return {1, at, token}`)
