import { Clock } from '@throughline/kernel'
import { engineAt, sized } from '@throughline/ports/suites'
import * as fc from 'fast-check'
import { Connection } from './connection.js'
import { RedisCounters } from './counters.js'
import { atTheEnd, cleanUp, freshPrefix, opened } from './redis.fixture.js'

const MINUTE = 60_000

class SetClock extends Clock {
  time = 1_000_000

  now(): number {
    return this.time
  }
}

describe('counters in Redis', () => {
  const clock = new SetClock()
  let counters: RedisCounters

  beforeAll(async () => {
    const connection = new Connection(engineAt('REDIS_URL'), 'counters.unavailable', 'The counters')
    await connection.open()
    const prefix = freshPrefix()
    atTheEnd(() => connection.close())
    counters = new RedisCounters(connection, prefix, clock)
  })
  afterAll(cleanUp)

  let keys = 0
  const fresh = (): string => `key ${String(keys++)}`

  it('let exactly as many through as the limit says, of 200 at once from three replicas (S22)', async () => {
    const prefix = freshPrefix()
    const [one, two, three] = [await opened(prefix), await opened(prefix), await opened(prefix)]
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => [one, two, three][n % 3] ?? one).map((replica) =>
        replica.counters.count('code of anna', MINUTE, 5),
      ),
    )
    expect(answers.filter((answer) => !answer.isBlocked)).toHaveLength(5)
    for (const answer of answers) {
      expect(answer.timeToExpire).toBeGreaterThan(0)
      expect(answer.timeToExpire).toBeLessThanOrEqual(60)
    }
  })

  it('say how many there were, when the period ends and whether that was one too many', async () => {
    const key = fresh()
    expect(await counters.count(key, MINUTE, 2)).toStrictEqual({
      totalHits: 1,
      timeToExpire: 60,
      isBlocked: false,
      timeToBlockExpire: 0,
    })
    clock.time += 20_500
    expect(await counters.count(key, MINUTE, 2)).toMatchObject({ totalHits: 2, timeToExpire: 40 })
    const over = { totalHits: 3, timeToExpire: 40, isBlocked: true, timeToBlockExpire: 40 }
    expect(await counters.count(key, MINUTE, 2)).toStrictEqual(over)
    expect(await counters.count(key, MINUTE, 2)).toStrictEqual(over)
    expect(await counters.count(fresh(), MINUTE, 2)).toMatchObject({ totalHits: 1 })
  })

  it('count the last period by the share of it that is not over yet', async () => {
    const key = fresh()
    for (let n = 0; n < 10; n++) await counters.count(key, MINUTE, 10)
    clock.time += MINUTE + MINUTE / 2
    expect(await counters.count(key, MINUTE, 10)).toMatchObject({ totalHits: 6, timeToExpire: 30 })
    clock.time += 3 * MINUTE
    expect(await counters.count(key, MINUTE, 10)).toMatchObject({ totalHits: 1, timeToExpire: 60 })
  })

  it('begin anew when the time goes back: nobody waits for it (R24)', async () => {
    const key = fresh()
    await counters.count(key, MINUTE, 1)
    clock.time -= 60 * MINUTE
    expect(await counters.count(key, MINUTE, 1)).toMatchObject({ isBlocked: false, timeToExpire: 60 })
  })

  it('count as two counters in memory do, whenever they are asked', async () => {
    const step = fc.record({
      later: fc.integer({ min: -10, max: 250 }),
      key: fc.constantFrom('a*', 'a{b}\r\n'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const models = new Map<string, TwoCounters>()
        const run = fresh()
        for (const { later, key } of steps) {
          clock.time += later
          const model = models.get(key) ?? new TwoCounters(clock.time)
          models.set(key, model)
          const { totalHits, isBlocked } = await counters.count(run + key, 100, 3)
          expect({ totalHits, isBlocked }).toEqual(model.count(clock.time, 100, 3))
        }
      }),
      { numRuns: sized(50, 500) },
    )
  })

  it('take no room longer than two periods', async () => {
    const prefix = freshPrefix()
    const connection = new Connection(engineAt('REDIS_URL'), 'counters.unavailable', 'The counters')
    await connection.open()
    atTheEnd(() => connection.close())
    await new RedisCounters(connection, prefix).count('a', MINUTE, 1)
    const left = await connection.redis.pttl(`${prefix}:count:{a}`)
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(2 * MINUTE)
  })
})

class TwoCounters {
  #count = 0
  #before = 0

  constructor(private began: number) {}

  count(now: number, ttl: number, limit: number) {
    const passed = now - this.began
    if (passed < 0 || passed >= ttl) {
      const isNext = passed >= 0 && passed < 2 * ttl
      this.#before = isNext ? this.#count : 0
      this.#count = 0
      this.began = isNext ? this.began + ttl : now
    }
    const totalHits = Math.ceil(this.#count + this.#before * ((this.began + ttl - now) / ttl)) + 1
    const isBlocked = totalHits > limit
    if (!isBlocked) this.#count++
    return { totalHits, isBlocked }
  }
}
