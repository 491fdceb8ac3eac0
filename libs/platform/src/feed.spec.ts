import { Logger } from '@nestjs/common'
import { LogTailBus, MemoryCheckpoints, MemoryEventStore } from '@throughline/ports'
import type { Caller, FeedReading } from '@throughline/ports'
import { createServer, get } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HttpEventFeed } from './feed.js'
import { EndedSessions } from './sessions.js'
import { UuidIds } from './system.js'
import { ManualClock, ManualTimers } from './virtual-time.js'

const caller: Caller = {
  kind: 'staff',
  id: 'ivo',
  actor: 'staff:ivo',
  roles: ['analyst'],
  assurance: 'code',
  expiresAt: '2026-11-20T09:15:00.000Z',
}
const TEXT = 'x'.repeat(2_000)

/** A feed over HTTP without anything else of a host. */
describe('a feed', () => {
  let clock: ManualClock
  let timers: ManualTimers
  let store: MemoryEventStore
  let bus: LogTailBus
  let feed: HttpEventFeed
  let server: Server
  let reads: number
  const reading: { query: FeedReading['query'] } = { query: {} }

  // What goes wrong here is meant to.
  beforeAll(() => {
    Logger.overrideLogger(false)
  })
  beforeEach(async () => {
    clock = new ManualClock()
    timers = new ManualTimers()
    store = new MemoryEventStore(clock, new UuidIds(clock))
    reads = 0
    const { readAll } = store
    store.readAll = (options) => {
      reads += 1
      return readAll.call(store, options)
    }
    bus = new LogTailBus(store, new MemoryCheckpoints(), timers, clock)
    feed = new HttpEventFeed(store, bus, clock, timers, new EndedSessions(store, bus, clock))
    server = createServer((request, response) => {
      const reply = { request, raw: response, hijack: () => undefined, getHeaders: () => ({}) }
      void feed.open(reply, {
        caller,
        query: reading.query,
        select: ({ position, data }) => ({ position, data }),
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    await feed.stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await bus.close()
    await store.close()
  })

  const record = async (count: number): Promise<void> => {
    const journeyId = 'j'
    const events = Array.from({ length: count }, () => ({
      type: 'throughline.FactGiven.v1',
      data: { journeyId, value: TEXT },
    }))
    const { length } = await store.readStream({ stream: 'journey', id: journeyId })
    await store.append(
      { stream: 'journey', id: journeyId },
      length,
      { id: `c${String(length)}`, actor: 'system:test' },
      events,
    )
  }
  const request = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      get({ port, host: '127.0.0.1', agent: false }, resolve).on('error', reject)
    })
  const textOf = async (response: IncomingMessage): Promise<string> => {
    let text = ''
    for await (const chunk of response) text += String(chunk)
    return text
  }
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await timers.sleep()
  }

  it('is read no further for a reader who does not read, and is cut at the second heartbeat', async () => {
    await record(20_000)
    await feed.start()
    const response = await request()
    response.pause()
    // Until it stands still: the sockets are full and nothing more is read from the log.
    let before = -1
    while (before !== reads) {
      before = reads
      for (let turn = 0; turn < 200; turn += 1) await timers.sleep()
    }
    expect(reads).toBeLessThan(15)
    expect(feed.readers).toBe(1)
    await timers.run()
    expect(feed.readers).toBe(1)
    await timers.run()
    expect(feed.readers).toBe(0)
    await expect(textOf(response)).rejects.toThrow()
  })

  it('waits for a slow reader, who gets every line and the end', async () => {
    await record(5_000)
    await feed.start()
    const response = await request()
    response.pause()
    for (let turn = 0; turn < 500; turn += 1) await timers.sleep()
    await timers.run()
    const lines = (await textOf(response)).trim().split('\n')
    const told = lines.map((line) => JSON.parse(line) as { position?: number; through?: number })
    const positions = told.flatMap(({ position }) => position ?? [])
    expect(positions).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1))
    expect(told.at(-1)).toEqual({ through: 5_000, more: false })
  })

  it('reads what happens once for all who follow it', async () => {
    await feed.start()
    reading.query = { follow: true, limit: 300 }
    const texts = (await Promise.all(Array.from({ length: 8 }, request))).map(textOf)
    await until(() => feed.readers === 8)
    const before = reads
    for (let round = 0; round < 3; round += 1) await record(100)
    for (const text of await Promise.all(texts)) expect(text.match(/"position"/g)).toHaveLength(300)
    // Eight readers on their own would ask at least three times each.
    expect(reads - before).toBeLessThan(16)
    reading.query = {}
  })

  it('ends with the token, without the line that a whole answer ends with', async () => {
    await record(3)
    await feed.start()
    reading.query = { follow: true }
    const response = await request()
    await until(() => feed.readers === 1)
    clock.move(15 * 60 * 1_000)
    await timers.run()
    const text = await textOf(response)
    expect(text.match(/"position"/g)).toHaveLength(3)
    expect(text).not.toContain('"more"')
    reading.query = {}
  })

  it('is cut, and not ended, when the log cannot be read', async () => {
    await record(3)
    await feed.start()
    store.readAll = () => Promise.reject(new Error('no disk'))
    await expect(request().then(textOf)).rejects.toThrow()
    expect(feed.readers).toBe(0)
  })
})
