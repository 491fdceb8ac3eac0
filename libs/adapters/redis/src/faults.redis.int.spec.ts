import { Refused } from '@throughline/kernel'
import { Timers } from '@throughline/ports'
import type { Signal, ViewStore } from '@throughline/ports'
import { defect, engineAt, turn, until } from '@throughline/ports/suites'
import { openRedis } from './open.js'
import { atTheEnd, bare, caught, cleanUp, freshPrefix, opened } from './redis.fixture.js'
import { illTreated, Proxy } from './server.fixture.js'
import type { IllTreated } from './server.fixture.js'

// Ends what hangs.
jest.setTimeout(30_000)

const VIEW = 'test.cards@1'
const unavailable = (code: string) => ({
  name: 'Refused',
  kind: 'unavailable',
  code,
  detail: { retryAfter: 1 },
})
const card = (n: number, key = 'a') => ({
  key,
  row: { n },
  lists: { all: String(n).padStart(9, '0') },
})

afterEach(cleanUp)

/** Asks for everything there is to ask; tells how each question was answered. */
function everyQuestion({ views, counters }: Awaited<ReturnType<typeof opened>>): readonly Promise<unknown>[] {
  return [
    views.position(VIEW),
    views.write(VIEW, 1, 2, [card(2)]),
    views.get(VIEW, 'a'),
    views.page(VIEW, 'all'),
    views.count(VIEW, 'all'),
    views.scan(VIEW),
    views.drop('test.other@1'),
    views.replace('test.other@1', 'test.none@1'),
    counters.count('a', 60_000, 10),
  ].map(caught)
}

/** Until it answers again by itself; every answer before that is a refusal. */
async function recovered(store: ViewStore): Promise<void> {
  await until(async () => {
    const answer = await caught(store.position(VIEW))
    if (typeof answer === 'number') return true
    expect(answer).toMatchObject(unavailable('views.unavailable'))
    return false
  })
}

describe('a Redis that is ill', () => {
  const world = async () => {
    const prefix = freshPrefix()
    const server = await illTreated(prefix)
    const redis = await opened(prefix, server.url)
    await redis.views.write(VIEW, 0, 1, [card(1)])
    return { prefix, server, redis }
  }

  it.each([
    ['hangs', (server: IllTreated) => server.hang()],
    ['makes its clients wait', (server: IllTreated) => server.pauseClients()],
  ])(
    'R22: one that %s is not waited for, and is asked again by itself when it goes on',
    async (_what, begin) => {
      const { prefix, server, redis } = await world()
      const ordinary = bare(server.url)
      await begin(server)
      const questions = [...everyQuestion(redis)]
      // Seeded: asked by a client that waits for as long as it takes.
      if (defect('R22.waiting')) questions[2] = caught(ordinary.hget(`${prefix}:view:{${VIEW}}:rows`, 'ka'))
      const answers = await Promise.all(questions)
      expect(answers.slice(0, -1)).toMatchObject(Array(8).fill(unavailable('views.unavailable')))
      expect(answers.at(-1)).toMatchObject(unavailable('counters.unavailable'))
      // No answer names the row that was to be written.
      expect(JSON.stringify(answers)).not.toContain('"n"')
      server.resume()
      await recovered(redis.views)
      // The write that nobody waited for has been carried out, or not: whole, and once.
      const at = await redis.views.position(VIEW)
      expect([1, 2]).toContain(at)
      if (at === 1) await caught(redis.views.write(VIEW, 1, 2, [card(2)]))
      expect(await redis.views.position(VIEW)).toBe(2)
      expect(await redis.views.get(VIEW, 'a')).toEqual({ n: 2 })
      expect(await redis.views.count(VIEW, 'all')).toBe(1)
    },
  )

  it('R22: one whose memory is full refuses what is new, whole, and goes on answering', async () => {
    const { prefix, server, redis } = await world()
    const { views, counters } = redis
    await counters.count('a', 60_000, 10)
    await server.fill()
    // Its first step takes something away, for which there is always room.
    const change = caught(views.write(VIEW, 1, 2, [{ key: 'a', lists: {} }, card(2, 'b')]))
    expect(await change).toMatchObject({
      ...unavailable('views.unavailable'),
      message: 'The views take nothing more at the moment: Redis is at its maxmemory.',
    })
    expect(await caught(counters.count('a', 60_000, 10))).toMatchObject(unavailable('counters.unavailable'))
    // Seeded: the half of it for which there was room has been written.
    if (defect('R22.half')) await bare(server.directly).hdel(`${prefix}:view:{${VIEW}}:rows`, 'ka')
    const stranger = await opened(prefix, server.directly)
    expect(await stranger.views.position(VIEW)).toBe(1)
    expect((await stranger.views.scan(VIEW)).items).toStrictEqual([card(1)])
    await server.free()
    await views.write(VIEW, 1, 2, [{ key: 'a', lists: {} }, card(2, 'b')])
    expect((await views.scan(VIEW)).items).toStrictEqual([card(2, 'b')])
  })

  it('R22: one that evicts what was not asked for lately is not answered from where something is gone', async () => {
    const { server, redis } = await world()
    const rows = Array.from({ length: 100 }, (_, n) => ({
      ...card(n, `k${String(n)}`),
      row: 'x'.repeat(500),
    }))
    const names = Array.from({ length: 40 }, (_, n) => `test.view${String(n)}@1`)
    await server.beginToEvict()
    for (const name of names) await redis.views.write(name, 0, 100, rows)
    await server.haveEvicted()
    // Seeded: answers come from whatever rows there are.
    const reader = defect('R22.evicted') ? redis.views.forWriter() : redis.views
    let refused = 0
    const expectRight = async (answer: Promise<unknown>, right: unknown): Promise<void> => {
      const found = await caught(answer)
      if (found instanceof Refused) refused++
      else expect(found).toEqual(right)
    }
    const all = rows.map(({ key, row, lists }) => ({ key, row, sort: lists.all }))
    for (const name of names) {
      await expectRight(reader.get(name, 'k7'), 'x'.repeat(500))
      await expectRight(reader.count(name, 'all'), 100)
      await expectRight(reader.page(name, 'all', { limit: 500 }), { items: all, next: null })
    }
    expect(refused).toBeGreaterThan(0)
  })

  it('R22: a connection that is cut fails what is under way and is made anew, for signals too', async () => {
    const { server, redis } = await world()
    const heard: Signal[] = []
    redis.signals.onSignal((signal) => heard.push(signal))
    server.cut()
    await until(async () => (await caught(redis.views.position(VIEW))) !== 1)
    redis.signals.send({ channel: 'c', event: 'typing', data: 0 })
    await recovered(redis.views)
    expect(await redis.views.get(VIEW, 'a')).toEqual({ n: 1 })
    await until(async () => {
      redis.signals.send({ channel: 'c', event: 'typing', data: 1 })
      await caught(redis.views.position(VIEW))
      return heard.some(({ data }) => data === 1)
    })
  })

  it('R22: notices that nothing can be heard any more, without waiting for a signal', async () => {
    const prefix = freshPrefix()
    const proxy = await Proxy.open(engineAt('REDIS_URL'))
    const timers = new HandTimers()
    const redis = await openRedis({ url: proxy.url, timers, prefix })
    atTheEnd(() => redis.close())
    const heard: Signal[] = []
    redis.signals.onSignal((signal) => heard.push(signal))
    // The connections stay open, and nothing said on them is ever heard.
    proxy.forget()
    // Seeded: nobody looks.
    if (!defect('R22.ear')) await timers.pass()
    await until(async () => {
      redis.signals.send({ channel: 'c', event: 'typing', data: 1 })
      await caught(redis.views.position(VIEW))
      return heard.length > 0
    })
  })

  it('that is not there keeps nobody waiting at the start, and neither does an address that is none', async () => {
    const timers = new HandTimers()
    const proxy = await Proxy.open(engineAt('REDIS_URL'))
    const [gone, secret] = [proxy.url, 'a-secret']
    await cleanUp()
    for (const url of [gone, gone.replace('//', `//anna:${secret}@`), '/there/is/no.sock']) {
      const refused = await caught(openRedis({ url, timers }))
      expect(refused).toMatchObject({ kind: 'unavailable', code: 'views.unavailable' })
      expect(String(refused)).toMatch(/\((ECONNREFUSED|ENOENT)\)/)
      expect(JSON.stringify(refused) + String(refused)).not.toContain(secret)
    }
    for (const url of [
      '',
      'localhost:6379',
      'http://localhost:6379',
      'redis://',
      'redis://host:port',
      '//host',
    ]) {
      expect(await caught(openRedis({ url, timers }))).toMatchObject({
        kind: 'invalid',
        code: 'views.address',
      })
    }
  })
})

/** Time passes when the test says so. */
class HandTimers extends Timers {
  readonly #tasks = new Set<() => Promise<void>>()

  every(_name: string, _milliseconds: number, task: () => Promise<void>): () => void {
    this.#tasks.add(task)
    return () => this.#tasks.delete(task)
  }

  sleep(): Promise<void> {
    return turn()
  }

  async pass(): Promise<void> {
    for (const task of this.#tasks) await task()
  }
}
