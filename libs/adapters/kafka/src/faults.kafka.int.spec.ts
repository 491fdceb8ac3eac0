import { Refused } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import { orderingKey } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import {
  defect,
  FreshIds,
  ImmediateTimers,
  PartlyVisibleStore,
  sized,
  TickingClock,
  turn,
  until,
} from '@throughline/ports/suites'
import { clientOf } from './client.js'
import { fromMessage } from './envelope.js'
import { Proxy } from './proxy.fixture.js'
import { admin, brokers, endAdmin, Network, World } from './world.fixture.js'

const NOTED = 'test.Noted.v1'
const noted: DomainEvent = { type: NOTED, data: {} }

/** Shows no gap where it hides something. */
class HearsayStore extends PartlyVisibleStore {
  override readonly isDense = false
}

jest.setTimeout(sized(60_000, 600_000))
afterAll(endAdmin)

describe('Kafka, the way to it and whoever uses it may fail', () => {
  const ids = new FreshIds()
  let timers: ImmediateTimers
  let world: World
  let proxy: Proxy

  beforeEach(async () => {
    timers = new ImmediateTimers()
    world = new World({ clock: new TickingClock(), ids, timers })
    proxy = await Proxy.before(brokers()[0] ?? '')
  })
  afterEach(async () => {
    proxy.mode = 'cut'
    await world.close()
    await proxy.close()
    timers.end()
  })

  /** Whoever has this reaches the broker by the proxy alone. */
  const byProxy = () => ({
    socketFactory: new Network(() => ({ host: '127.0.0.1', port: proxy.port })).socketFactory,
    requestTimeout: 500,
    connectionTimeout: 500,
  })
  const append = async (customer: number): Promise<RecordedEvent> => {
    const command = { id: ids.next(), actor: 'system:test', customerId: `customer-${String(customer)}` }
    const { events } = await world.store.append({ stream: 'note', id: ids.next() }, 0, command, [noted])
    if (events[0] === undefined) throw new Error('nothing appended')
    return events[0]
  }
  const appendMany = async (count: number, customers = 8): Promise<void> => {
    for (let index = 0; index < count; index++) await append(index % customers)
  }
  /** What effects there were: how often each event took effect, and whether a key's first effects came in order. */
  const effects = () => {
    const counts = new Map<number, number>()
    const last = new Map<string, number>()
    const disorder: number[] = []
    const take = (event: RecordedEvent): void => {
      const count = (counts.get(event.position) ?? 0) + 1
      counts.set(event.position, count)
      if (count > 1) return
      if ((last.get(orderingKey(event)) ?? 0) > event.position) disorder.push(event.position)
      last.set(orderingKey(event), event.position)
    }
    return { counts, disorder, take, more: () => [...counts.values()].filter((count) => count > 1).length }
  }
  /** Every message of the topics, in the order of each partition. */
  const published = async (): Promise<Map<string, RecordedEvent[]>> => {
    const found = new Map<string, RecordedEvent[]>()
    const topic = `${world.prefix}.journeys`
    const ends = await (await admin()).fetchTopicOffsets(topic)
    const wanted = ends.reduce((sum, { high }) => sum + Number(high), 0)
    const consumer = clientOf({ brokers: brokers(), clientId: 'spec' }).consumer({
      groupId: `${world.prefix}.all`,
      maxWaitTimeInMs: 50,
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    let count = 0
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const name = String(partition)
        found.set(name, [...(found.get(name) ?? []), fromMessage(message).event])
        count++
      },
    })
    await until(() => count === wanted)
    await consumer.disconnect()
    return found
  }

  /** What it gives, as soon as it is to be had. */
  const settled = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof Refused)) throw error
      }
    }
  }

  it('R13: an acknowledgement that was lost makes a second message, and no second effect', async () => {
    const relay = world.relay(byProxy())
    const seen = effects()
    const { bus } = await world.open()
    await appendMany(20)
    await until(() => relay.position === 20)
    proxy.mode = 'deaf'
    await appendMany(100)
    // The broker has them, and nobody told the relay.
    await until(() => relay.failing !== undefined)
    expect(relay.position).toBe(20)
    proxy.mode = 'through'
    await appendMany(30)
    await until(() => relay.position === 150)
    const all = [...(await published()).values()].flat()
    expect(all.length).toBeGreaterThan(150)
    expect(new Set(all.map(({ position }) => position)).size).toBe(150)
    // Seeded: a reader that takes whatever arrives.
    if (defect('R13')) for (const event of all) seen.take(event)
    const running = await bus.consume({
      group: 'react',
      types: [NOTED],
      handle: async (event) => {
        seen.take(event)
      },
    })
    await until(() => running.position === 150)
    expect(seen.counts.size).toBe(150)
    expect(seen.more()).toBe(0)
    expect(seen.disorder).toEqual([])
  })

  it('R11: while the broker is away commands and feeds go on, and afterwards everything is delivered in order', async () => {
    const unsent = new Set<number>()
    const seen = effects()
    const followed: number[] = []
    const away = world.relay({
      ...byProxy(),
      // Seeded: a relay that sends what it hears of, and nothing that was recorded while it could not send.
      ...(defect('R11') && { events: new HearsayStore(world.store, unsent) }),
    })
    const { bus } = await world.open({ ...byProxy(), sessionTimeout: 2_000 })
    const running = await bus.consume({
      group: 'react',
      types: [NOTED],
      handle: async (event) => {
        seen.take(event)
      },
    })
    await bus.follow({
      name: 'feed',
      after: 0,
      onBatch: async (events) => {
        followed.push(...events.map(({ position }) => position))
      },
    })
    await appendMany(20)
    await until(() => running.position === 20 && followed.length === 20)
    proxy.mode = 'cut'
    const count = sized(300, 3_000)
    for (let index = 0; index < count; index++) {
      unsent.add((await append(index % 8)).position)
      if (index % 50 === 0) await until(() => followed.length >= index)
    }
    await until(() => followed.length === 20 + count)
    await until(() => away.failing !== undefined && running.failing !== undefined)
    expect(away.lag).toBeGreaterThan(0)
    expect(running.position).toBe(20)
    await expect(bus.deadLetters()).rejects.toMatchObject({ kind: 'unavailable', code: 'bus.unavailable' })
    proxy.mode = 'through'
    // One of each key at the end: when these are there, what was before them is, or never will be.
    const last = await Promise.all(Array.from({ length: 8 }, (_, customer) => append(customer)))
    await until(() => last.every(({ position }) => seen.counts.has(position)))
    expect([...seen.counts.keys()].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 28 + count }, (_, index) => index + 1),
    )
    expect(seen.disorder).toEqual([])
    await until(() => running.position === 28 + count && followed.length === 28 + count)
    expect(followed).toEqual(Array.from({ length: 28 + count }, (_, index) => index + 1))
    await until(() => running.failing === undefined && away.failing === undefined && away.lag === 0)
  })

  it('R12: a connection on which nobody answers is noticed, and left for another', async () => {
    // Seeded: a client that waits for ever.
    const patience = defect('R12')
      ? { requestTimeout: 2_000_000_000, patience: 2_000_000_000 }
      : { patience: 2_000 }
    const relay = world.relay()
    const seen = effects()
    const { bus, lastPoll } = await world.open({ ...byProxy(), ...patience, sessionTimeout: 2_000 })
    const running = await bus.consume({
      group: 'react',
      types: [NOTED],
      handle: async (event) => {
        seen.take(event)
      },
    })
    await appendMany(20)
    await until(() => running.position === 20)
    proxy.mode = 'hole'
    await appendMany(20)
    await until(() => running.failing !== undefined)
    // Polls that fail are polls: the process lives, and is not restarted for what the broker does.
    const before = lastPoll()
    await until(() => lastPoll() > before)
    await until(() => relay.position === 40)
    expect(seen.counts.size).toBe(20)
    // Those that are half-open stay so; only a new one works.
    proxy.strand()
    proxy.mode = 'through'
    await until(() => running.position === 40)
    expect(seen.counts.size).toBe(40)
    expect(seen.disorder).toEqual([])
    await until(() => running.failing === undefined)
    expect(await settled(() => bus.deadLetters())).toEqual([])
  }, 30_000)

  it('R34: of two relays one sends, the other takes over, and what a dead one sent late does no harm', async () => {
    const seen = effects()
    const { bus } = await world.open()
    const running = await bus.consume({
      group: 'react',
      types: [NOTED],
      handle: async (event) => {
        seen.take(event)
      },
    })
    const kills = sized(5, 100)
    const register = { count: 0 }
    const start = () => {
      const network = new Network(() => ({ host: '127.0.0.1', port: proxy.port }))
      let isFrozen = false
      const frozen = <Value>(work: () => Promise<Value>): Promise<Value> =>
        isFrozen ? new Promise<Value>(() => undefined) : work()
      const relay = world.relay({
        socketFactory: network.socketFactory,
        term: 300,
        // Seeded: each keeps a checkpoint of its own.
        ...(defect('R34') && { register: `relay-${String(register.count++)}` }),
        registers: {
          read: (name) => frozen(() => world.registers.read(name)),
          write: (name, version, value) => frozen(() => world.registers.write(name, version, value)),
        },
      })
      const kill = (): void => {
        isFrozen = true
        network.die()
        world.abandon(relay)
      }
      return { relay, kill }
    }
    let [one, other] = [start(), start()]
    let sent = 0
    for (let round = 0; round < kills; round++) {
      await until(() => one.relay.isLeader || other.relay.isLeader)
      const [leader, standby] = one.relay.isLeader ? [one, other] : [other, one]
      for (let index = 0; index < 60; index++) {
        await append(index % 8)
        if (index === 30 + (round % 20)) leader.kill()
        if (index % 3 === 0) await turn()
      }
      sent += 60
      await until(() => standby.relay.isLeader && standby.relay.position === sent)
      ;[one, other] = [standby, start()]
    }
    await until(() => running.position === sent)
    expect(seen.counts.size).toBe(sent)
    expect(seen.more()).toBe(0)
    expect(seen.disorder).toEqual([])
    const partitions = [...(await published()).values()]
    expect(new Set(partitions.flat().map(({ position }) => position)).size).toBe(sent)
    for (const own of partitions) {
      const times = new Map<number, number>()
      let first = 0
      for (const { position } of own) {
        times.set(position, (times.get(position) ?? 0) + 1)
        // First sendings are in order; whatever comes again comes behind its first.
        if (times.get(position) === 1) {
          expect(position).toBeGreaterThan(first)
          first = position
        }
      }
      // A kill repeats what was in hand, once.
      const repeated = [...times.values()].reduce((sum, count) => sum + count - 1, 0)
      expect(Math.max(...times.values())).toBeLessThanOrEqual(2)
      expect(repeated).toBeLessThanOrEqual(kills * 60)
    }
  })

  it('R34: a relay that slept through its lease sends late what others have sent, and readers drop it', async () => {
    const seen = effects()
    const { bus } = await world.open()
    const running = await bus.consume({
      group: 'react',
      types: [NOTED],
      handle: async (event) => {
        seen.take(event)
      },
    })
    const zombie = world.relay({ ...byProxy(), requestTimeout: 2_000, term: 300 })
    await appendMany(16)
    await until(() => zombie.position === 16)
    // What it sends now is on its way for long.
    proxy.mode = 'held'
    await appendMany(32)
    const heir = world.relay({ term: 300 })
    await until(() => heir.isLeader && heir.position === 48)
    await until(() => running.position === 48)
    await appendMany(16)
    await until(() => heir.position === 64)
    proxy.mode = 'through'
    await until(() => !zombie.isLeader)
    const ends = async (): Promise<number> =>
      (await (await admin()).fetchTopicOffsets(`${world.prefix}.journeys`)).reduce(
        (sum, { high }) => sum + Number(high),
        0,
      )
    await until(async () => (await ends()) > 64)
    await appendMany(16)
    await until(() => running.position === 80)
    expect(seen.counts.size).toBe(80)
    expect(seen.more()).toBe(0)
    expect(seen.disorder).toEqual([])
  })
})
