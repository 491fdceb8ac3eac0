import type { Clock } from '@throughline/kernel'
import { Script } from './connection.js'
import type { Connection } from './connection.js'
import { named } from './names.js'

const SECOND = 1_000

export interface Counted {
  /** Of the last `ttl`, this one included. */
  readonly totalHits: number
  /** Seconds until this period ends. */
  readonly timeToExpire: number
  /** Over the limit; such a one is not counted. */
  readonly isBlocked: boolean
  /** Seconds after which asking again makes sense; 0 unless blocked. */
  readonly timeToBlockExpire: number
}

/** Counters that all replicas of a service share. */
export abstract class Counters {
  /**
   * Counts one under `key` unless it would be more than `limit` in the last `ttl` milliseconds.
   * @throws Refused `counters.unavailable`: the caller decides whether its gate then stands open or closed
   */
  abstract count(key: string, ttl: number, limit: number): Promise<Counted>
}

// Two counters stand for the last `ttl`: this period's, and the last one's by the share of it that is not over yet.
const COUNT = new Script(`
local now, ttl, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local kept = redis.call('HMGET', KEYS[1], 'began', 'count', 'before')
local began, count, before = tonumber(kept[1]) or now, tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
local passed = now - began
if passed < 0 or passed >= ttl then
  local isNext = passed >= 0 and passed < 2 * ttl
  before = isNext and count or 0
  count = 0
  began = isNext and began + ttl or now
end
local left = began + ttl - now
local hits = math.ceil(count + before * (left / ttl)) + 1
if hits > limit then return {hits, left, 1} end
redis.call('HSET', KEYS[1], 'began', began, 'count', count + 1, 'before', before)
redis.call('PEXPIRE', KEYS[1], 2 * ttl)
return {hits, left, 0}`)

/** One script and one round trip each. Time is the server's, which all replicas share, whatever their own clocks say. */
export class RedisCounters extends Counters {
  /** `clock` stands in for the server's time where a test decides it. */
  constructor(
    private readonly connection: Connection,
    private readonly prefix: string,
    private readonly clock?: Clock,
  ) {
    super()
  }

  async count(key: string, ttl: number, limit: number): Promise<Counted> {
    const now = this.clock === undefined ? '' : String(this.clock.now())
    const at = `${this.prefix}:count:{${named(key)}}`
    const answer = await this.connection.run(COUNT, [at], [now, String(ttl), String(limit)])
    const [hits, left, over] = Array.isArray(answer) ? answer.map(Number) : []
    const seconds = Math.ceil((left ?? 0) / SECOND)
    const isBlocked = over === 1
    return {
      totalHits: hits ?? 0,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    }
  }
}
