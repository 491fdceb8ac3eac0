import type { DomainEvent } from '@throughline/kernel'
import { orderingKey } from '@throughline/ports'
import type { EventBus, RecordedEvent, Running } from '@throughline/ports'
import {
  defect,
  FreshIds,
  ImmediateTimers,
  sized,
  TickingClock,
  turn,
  until,
} from '@throughline/ports/suites'
import { clientOf } from './client.js'
import { admin, brokers, endAdmin, PLAN, World } from './world.fixture.js'
import { Topics } from './topics.js'

const NOTED = 'test.Noted.v1'
const noted: DomainEvent = { type: NOTED, data: {} }
const GROUP = 'react'

jest.setTimeout(sized(60_000, 900_000))
afterAll(endAdmin)

describe('a group on Kafka', () => {
  const ids = new FreshIds()
  let timers: ImmediateTimers
  let world: World

  beforeEach(() => {
    timers = new ImmediateTimers()
    world = new World({ clock: new TickingClock(), ids, timers })
  })
  afterEach(async () => {
    await world.close()
    timers.end()
  })

  const append = async (customer: number): Promise<void> => {
    const command = { id: ids.next(), actor: 'system:test', customerId: `customer-${String(customer)}` }
    await world.store.append({ stream: 'note', id: ids.next() }, 0, command, [noted])
  }
  const appendMany = async (count: number, customers = 8): Promise<void> => {
    for (let index = 0; index < count; index++) await append(index % customers)
  }
  /** Effects of all processes together; those of a process that is gone do not come about. */
  const effects = () => {
    const counts = new Map<number, number>()
    const lasts = new Map<string, number>()
    const disorder: number[] = []
    const take = (event: RecordedEvent): void => {
      const count = (counts.get(event.position) ?? 0) + 1
      counts.set(event.position, count)
      if (count > 1) return
      if ((lasts.get(orderingKey(event)) ?? 0) > event.position) disorder.push(event.position)
      lasts.set(orderingKey(event), event.position)
    }
    const again = (): number => [...counts.values()].reduce((sum, count) => sum + count - 1, 0)
    return { counts, disorder, take, again }
  }
  const consume = (bus: EventBus, handle: (event: RecordedEvent) => Promise<void>): Promise<Running> =>
    bus.consume({ group: GROUP, types: [NOTED], handle })
  const positions = (count: number): readonly number[] =>
    Array.from({ length: count }, (_, index) => index + 1)

  it('R18: says that its share is being given out anew, whenever somebody joins, until it has it', async () => {
    const join = async (): Promise<Running> => {
      const { bus } = await world.open({ sessionTimeout: 5_000 })
      return consume(bus, () => Promise.resolve())
    }
    const first = await join()
    expect(first.isUnassigned).toBe(true)
    await until(() => first.isUnassigned === false)
    const second = await join()
    await until(() => first.isUnassigned === true)
    await until(() => first.isUnassigned === false && second.isUnassigned === false)
  })

  it('R19: loses nothing and keeps the order of each key while processes come and go all the time', async () => {
    const rounds = sized(8, 120)
    const seen = effects()
    const topics = new Topics({ ...PLAN, prefix: world.prefix })
    world.relay()
    const join = async () => {
      const process = await world.open({ mostInHand: 50, sessionTimeout: 1_000 })
      let isAlive = true
      const work = async (event: RecordedEvent): Promise<void> => {
        for (let left = (event.position * 13) % 29; left > 0; left--) await turn()
        if (isAlive) seen.take(event)
      }
      // Seeded: says that it is done before it is.
      const running = await consume(process.bus, defect('R19') ? async (event) => void work(event) : work)
      const end = (): void => void (isAlive = false)
      return { process, running, end }
    }
    let committed = new Map<string, number>()
    /** What Kafka holds for the group never goes back, and everything up to there took effect (G7). */
    const checkCommits = async (): Promise<void> => {
      const topic = `${world.prefix}.journeys`
      const [{ partitions } = { partitions: [] }] = await (
        await admin()
      ).fetchOffsets({ groupId: `${world.prefix}.${GROUP}`, topics: [topic] })
      const now = new Map(
        partitions.map(({ partition, offset, metadata }) => [
          `${String(partition)} ${metadata ?? ''}`,
          { partition, offset: Number(offset), metadata },
        ]),
      )
      const next = new Map<string, number>()
      const log = await world.store.readAll({ limit: 100_000 })
      for (const { partition, offset, metadata } of now.values()) {
        next.set(String(partition), offset)
        expect(offset).toBeGreaterThanOrEqual(committed.get(String(partition)) ?? -1)
        const upTo = Number((metadata ?? '').slice('position='.length))
        const own = log.filter(
          (event) => topics.placeOf(event).partition === partition && event.position <= upTo,
        )
        expect(own.filter(({ position }) => !seen.counts.has(position))).toEqual([])
      }
      committed = next
    }
    const staying = await join()
    let count = 0
    for (let round = 0; round < rounds; round++) {
      const guest = await join()
      for (let index = 0; index < 40; index++) {
        await append(index % 8)
        for (let turns = round % 3; turns > 0; turns--) await turn()
      }
      count += 40
      if (round % 2 === 0) await until(() => guest.process.isJoined())
      await checkCommits()
      if (round % 4 === 3) {
        guest.end()
        world.kill(guest.process)
      } else {
        await guest.process.close()
        guest.end()
      }
    }
    // The broker misses the last that was killed after a second; only then is all of it here.
    await until(async () => {
      await checkCommits()
      const ends = await (await admin()).fetchTopicOffsets(`${world.prefix}.journeys`)
      return ends.every(({ partition, high }) => Number(high) === committed.get(String(partition)))
    })
    await until(() => staying.running.position === count)
    expect([...seen.counts.keys()].toSorted((a, b) => a - b)).toEqual(positions(count))
    expect(seen.disorder).toEqual([])
    // What comes again was in hand when partitions were given out anew: twice a round, 50 at most.
    expect(seen.again()).toBeLessThanOrEqual(rounds * 2 * 50)
  })

  it('R20: a slow one takes no more in hand than it may, keeps its place in the group, and holds nobody else up', async () => {
    const count = 3_000
    const most = 200
    await appendMany(count)
    const relay = world.relay()
    // Seeded: everything that comes is taken in hand.
    const process = await world.open({ mostInHand: defect('R20') ? 1_000_000 : most, sessionTimeout: 5_000 })
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const seen = effects()
    const slow = await consume(process.bus, async (event) => {
      await held
      seen.take(event)
    })
    const other = effects()
    const quick = await process.bus.consume({
      group: 'quick',
      types: [NOTED],
      handle: async (event) => {
        other.take(event)
      },
    })
    const inHand = (): number => process.groups().find(({ group }) => group === GROUP)?.inHand ?? 0
    let highest = 0
    await until(() => {
      highest = Math.max(highest, inHand())
      return quick.position === count && relay.position === count && highest >= most
    })
    // For longer than a session nothing is finished: it would be thrown out and begin anew, if it did not say that it lives.
    for (let from = process.lastPoll(), polls = 0; polls < 130;) {
      highest = Math.max(highest, inHand())
      if (process.lastPoll() > from) [from, polls] = [process.lastPoll(), polls + 1]
      await turn()
    }
    expect(highest).toBe(most)
    expect(other.counts.size).toBe(count)
    expect(slow.position).toBe(0)
    expect(slow.failing).toBeUndefined()
    release()
    await until(() => slow.position === count)
    expect(seen.counts.size).toBe(count)
    expect(seen.again()).toBe(0)
    expect(seen.disorder).toEqual([])
  })

  /** As retention does: nothing of what was sent until now is in the topics any more. */
  const expire = async (): Promise<void> => {
    const client = await admin()
    const topic = `${world.prefix}.journeys`
    const ends = await client.fetchTopicOffsets(topic)
    await client.deleteTopicRecords({
      topic,
      partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
    })
  }

  it('that is new gets what Kafka has no more from the store, each key in order', async () => {
    const process = await world.open()
    const relay = world.relay()
    await appendMany(1_200)
    await until(() => relay.position === 1_200)
    await expire()
    const seen = effects()
    const running = await consume(process.bus, async (event) => {
      seen.take(event)
    })
    // One of each key tells what was before it.
    await appendMany(8)
    await until(() => running.position === 1_208)
    expect([...seen.counts.keys()].toSorted((a, b) => a - b)).toEqual(positions(1_208))
    expect(seen.again()).toBe(0)
    expect(seen.disorder).toEqual([])
  })

  it('that was away for longer than Kafka keeps events gets those it missed from the store, and none again', async () => {
    const process = await world.open()
    const relay = world.relay()
    const seen = effects()
    const handle = async (event: RecordedEvent): Promise<void> => {
      seen.take(event)
    }
    const running = await consume(process.bus, handle)
    await appendMany(100)
    await until(() => running.position === 100)
    await running.stop()
    await appendMany(300)
    await until(() => relay.position === 400)
    await expire()
    const later = await consume(process.bus, handle)
    await appendMany(8)
    await until(() => later.position === 408)
    expect([...seen.counts.keys()].toSorted((a, b) => a - b)).toEqual(positions(408))
    expect(seen.again()).toBe(0)
    expect(seen.disorder).toEqual([])
  })

  it('passes over what is no event of ours, tells of it, and goes on', async () => {
    const stray: Error[] = []
    const process = await world.open({ onStray: (cause) => stray.push(cause) })
    const relay = world.relay()
    await appendMany(16)
    await until(() => relay.position === 16)
    const producer = clientOf({ brokers: brokers(), clientId: 'spec' }).producer({
      allowAutoTopicCreation: false,
    })
    await producer.connect()
    await producer.send({
      topic: `${world.prefix}.journeys`,
      messages: positions(8).map((key) => ({ key: String(key), value: 'hello' })),
    })
    await producer.disconnect()
    await appendMany(16)
    const seen = effects()
    const running = await consume(process.bus, async (event) => {
      seen.take(event)
    })
    await until(() => running.position === 32)
    expect(seen.counts.size).toBe(32)
    expect(stray.length).toBeGreaterThanOrEqual(8)
    expect(stray[0]?.message).toMatch(/^message \d+ of .*\.journeys\/\d is left aside: /)
  })
})
