import type { DomainEvent } from '@throughline/kernel'
import { LogTailBus, MemoryCheckpoints } from '@throughline/ports'
import type { Command, RecordedEvent } from '@throughline/ports'
import { FreshIds, sized, TickingClock, until } from '@throughline/ports/suites'
import type { EventStoreDb } from './open.js'
import { WireDouble } from './wire-double.fixture.js'
import { openWorld, RealTimers } from './worlds.fixture.js'

// A wire double: proves how we use the client, never how the server behaves.

const ids = new FreshIds()
const closing: (() => Promise<void> | void)[] = []
let double: WireDouble

beforeEach(async () => {
  double = await WireDouble.start()
  closing.push(() => {
    double.stop()
  })
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(): Promise<EventStoreDb> {
  const one = await openWorld(double.url, new TickingClock(), ids, { prefix: 'tail' })
  closing.push(() => one.close())
  return one
}

/** Follows the log of a process from the first event. */
async function follow({ events }: EventStoreDb): Promise<{ readonly heard: RecordedEvent[] }> {
  const bus = new LogTailBus(events, new MemoryCheckpoints(), new RealTimers(), new TickingClock())
  closing.push(() => bus.close())
  const heard: RecordedEvent[] = []
  const onBatch = async (batch: readonly RecordedEvent[]): Promise<void> => {
    heard.push(...batch)
  }
  await bus.follow({ name: 'test', after: 0, onBatch })
  return { heard }
}

const command = (): Command => ({ id: ids.next(), actor: 'customer:ann' })
const noted = (text: string): DomainEvent => ({ type: 'test.Noted.v1', data: { text } })
async function write({ events }: EventStoreDb, count = 1): Promise<readonly RecordedEvent[]> {
  const texts = Array.from({ length: count }, (_, index) => noted(String(index)))
  return (await events.append({ stream: 'notebook', id: ids.next() }, 0, command(), texts)).events
}

describe('whoever follows the log', () => {
  it('gets every event of two processes once and in order, although positions leave gaps', async () => {
    const [one, other] = [await open(), await open()]
    const { heard } = await follow(one)
    const { heard: elsewhere } = await follow(other)
    for (let round = 0; round < sized(15, 80); round++)
      await Promise.all([write(one, 1 + (round % 3)), write(other)])
    const log = await one.events.readAll()
    await until(() => heard.length >= log.length && elsewhere.length >= log.length)
    expect(heard).toStrictEqual(log)
    expect(elsewhere).toStrictEqual(log)
  })

  it('misses nothing when subscriptions are dropped again and again', async () => {
    const [one, other] = [await open(), await open()]
    const { heard } = await follow(other)
    for (let round = 0; round < sized(15, 80); round++) {
      if (round % 3 === 0) double.drop()
      await write(one)
    }
    const log = await one.events.readAll()
    await until(() => heard.length >= log.length)
    expect(heard).toStrictEqual(log)
    await until(() => double.subscribed > 2)
  })

  it('goes on when the server comes back', async () => {
    const [one, other] = [await open(), await open()]
    const { heard } = await follow(other)
    await write(one)
    await until(() => heard.length === 1)
    double.stop()
    const back = await WireDouble.start(double.log, double.port)
    closing.push(() => {
      back.stop()
    })
    await until(() =>
      write(one).then(
        () => true,
        () => false,
      ),
    )
    const log = await one.events.readAll()
    await until(() => heard.length >= log.length)
    expect(heard).toStrictEqual(log)
    await until(() => back.subscribed >= 2)
  })

  it('hears of an event although its subscription has fallen silent', async () => {
    const [one, other] = [await open(), await open()]
    const { heard } = await follow(other)
    await write(one)
    await until(() => heard.length === 1)
    double.faults.muted = true
    await write(one)
    await until(() => heard.length === 2)
  })
})

describe('the log', () => {
  it.each([false, true])(
    'is read from any number, whether or not a record begins there (vague: %s)',
    async (isVague) => {
      double.faults.isVague = isVague
      const one = await open()
      for (let index = 0; index < 6; index++) await write(one, 1 + (index % 2))
      const log = await one.events.readAll()
      expect(log).toHaveLength(9)
      const asked = log.flatMap(({ position }) => [position - 1, position, position + 1, position + 40])
      for (const known of [one, await open()]) {
        for (const after of [...asked, 1, 5, (log.at(-1)?.position ?? 0) + 1_000_000]) {
          const expected = log.filter(({ position }) => position > after)
          expect(await known.events.readAll({ after })).toStrictEqual(expected)
          expect(await known.events.readAll({ after, limit: 1 })).toStrictEqual(expected.slice(0, 1))
        }
      }
    },
  )

  it('says the position of a moment to a process that has just begun', async () => {
    const one = await open()
    for (let index = 0; index < 10; index++) await write(one, 40)
    const log = await one.events.readAll({ limit: 10_000 })
    const moments = [0, 1, 39, 40, 170, 350, 399].map((index) => log[index]?.recordedAt ?? '')
    for (const moment of [...moments, '2020-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z']) {
      const last = log.findLast(({ recordedAt }) => recordedAt <= moment)
      const other = await open()
      expect(await other.events.positionAt(moment)).toBe(last?.position ?? 0)
      expect(await one.events.positionAt(moment)).toBe(last?.position ?? 0)
    }
  })
})
