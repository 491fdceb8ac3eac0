import { ManualClock, MemoryCourier, UuidIds } from '@throughline/platform'
import type { Engines } from '@throughline/platform'
import {
  EventBus,
  LogTailBus,
  MemoryCheckpoints,
  MemoryEventStore,
  MemoryRegisters,
  MemorySignals,
  MemoryViewStore,
  orderingKey,
  Secrets,
  sha256,
} from '@throughline/ports'
import type { Consumer, ServiceDefinition } from '@throughline/ports'
import { startWorld, testKeys } from './world.js'
import type { World } from './world.js'

/** Processes of the same services over one record, the same views, registers and signals. */
export interface Replicas {
  readonly worlds: readonly [World, World, ...World[]]
  readonly clock: ManualClock
  /** Returns when every process has read everything there is, all of their consequences included. */
  settled(): Promise<void>
  /** Moves the clock, runs the timers of every process that runs, and settles. */
  pass(milliseconds: number): Promise<void>
  /** Stops one process; the others go on and take over its share. */
  stopOne(world: World): Promise<void>
  stop(): Promise<void>
}

/** The engines as a view of them shows whose they are, for tests that look at what is read. */
export type Seen = (engines: Engines) => Engines

/**
 * Two or more processes of the same services in this one. Reactions are shared out by key, as a consumer group does it:
 * each runs in one process; what follows the log runs in all.
 */
export async function startReplicas(
  services: readonly ServiceDefinition[],
  {
    count = 2,
    seen = (engines) => engines,
    identityIssues = false,
  }: {
    readonly count?: number
    readonly seen?: Seen
    /** Identity's own tokens are believed, in place of the test's. */
    readonly identityIssues?: boolean
  } = {},
): Promise<Replicas> {
  const clock = new ManualClock()
  const keys = await testKeys()
  const secrets = new SharedSecrets()
  const courier = new MemoryCourier()
  const events = new MemoryEventStore(clock, new UuidIds(clock))
  const views = new MemoryViewStore()
  const registers = new MemoryRegisters()
  const signals = new MemorySignals()
  const counters = {
    count: () => Promise.resolve({ totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 }),
  }
  const running: World[] = []
  const shares: SharedOut[] = []
  for (let n = 0; n < count; n++) {
    const engines = (timers: ConstructorParameters<typeof LogTailBus>[2]): Engines => {
      const bus = new SharedOut(new LogTailBus(events, new MemoryCheckpoints(), timers, clock), shares)
      shares.push(bus)
      const shared = { registers, signals, counters, lastPoll: () => clock.now() }
      return seen({ events, views, bus, shared, close: () => bus.close() })
    }
    running.push(
      await startWorld(services, {
        common: { clock, keys, secrets, courier, engines },
        identityIssues,
        // Asked for where processes share engines, and never called: tokens are the test's own.
        settings: { identity: 'http://127.0.0.1:1' },
      }),
    )
  }
  const [one, other, ...more] = running
  if (one === undefined || other === undefined) throw new Error('replicas are two at least')
  const settled = async (): Promise<void> => {
    for (let head = -1; head !== (await events.head());) {
      head = await events.head()
      for (const world of running) await world.settled()
    }
  }
  const stopOne = async (world: World): Promise<void> => {
    running.splice(running.indexOf(world), 1)
    await world.stop()
  }
  return {
    worlds: [one, other, ...more],
    clock,
    settled,
    pass: async (milliseconds) => {
      clock.move(milliseconds)
      for (const world of running) await world.pass(0)
      await settled()
    },
    stopOne,
    stop: async () => {
      for (const world of [...running]) await stopOne(world)
      await views.close()
      await events.close()
    },
  }
}

/** Secrets of a folder that all processes have. */
class SharedSecrets extends Secrets {
  readonly #kept = new Map<string, Promise<string>>()

  keep(name: string, create: () => Promise<string>): Promise<string> {
    const kept = this.#kept.get(name) ?? create()
    this.#kept.set(name, kept)
    return kept
  }
}

/** The bus of one of several processes: of each group it handles the keys that fall to it. */
class SharedOut extends EventBus {
  #isClosed = false

  constructor(
    private readonly bus: EventBus,
    private readonly all: readonly SharedOut[],
  ) {
    super()
  }

  consume(consumer: Consumer): ReturnType<EventBus['consume']> {
    return this.bus.consume({
      ...consumer,
      handle: async (event) => {
        const open = this.all.filter((bus) => !bus.#isClosed)
        const place = Number.parseInt(sha256(orderingKey(event)).slice(0, 8), 16) % Math.max(1, open.length)
        if (open[place] === this) await consumer.handle(event)
      },
    })
  }

  follow(...feed: Parameters<EventBus['follow']>): ReturnType<EventBus['follow']> {
    return this.bus.follow(...feed)
  }
  park(...letter: Parameters<EventBus['park']>): Promise<void> {
    return this.bus.park(...letter)
  }
  deadLetters(...of: Parameters<EventBus['deadLetters']>): ReturnType<EventBus['deadLetters']> {
    return this.bus.deadLetters(...of)
  }
  redeliver(...letter: Parameters<EventBus['redeliver']>): Promise<void> {
    return this.bus.redeliver(...letter)
  }
  forget(...of: Parameters<EventBus['forget']>): Promise<void> {
    return this.bus.forget(...of)
  }
  async close(): Promise<void> {
    this.#isClosed = true
    await this.bus.close()
  }
}
