import { Logger } from '@nestjs/common'
import { openSqlite } from '@throughline/adapter-sqlite'
import type { Clock, Ids } from '@throughline/kernel'
import { LogTailBus, MemoryCheckpoints, MemoryEventStore, MemoryViewStore } from '@throughline/ports'
import type { EventBus, EventStore, Registers, Signals, Timers, ViewStore } from '@throughline/ports'
import type { Settings } from './settings.js'

export interface Engines {
  readonly events: EventStore
  readonly bus: EventBus
  readonly views: ViewStore
  /** What processes of one record share beside it; absent where one process has everything to itself. */
  readonly shared?: Shared
  /** What is known to be wrong with the files, as sentences; absent where there are none. */
  readonly damage?: () => readonly string[]
  close(): Promise<void>
}

/** What several processes of one record share. */
export interface Shared {
  readonly registers: Registers
  readonly signals: Signals
  readonly counters: Counters
  /** Milliseconds since 1970 at which the bus last came round, successfully or not; a client that hangs does not. */
  readonly lastPoll: () => number
}

/** Counts of requests that all replicas add up. @throws Refused `unavailable` when they cannot be asked */
export interface Counters {
  /** `ttl` in milliseconds; times in the answer in seconds. Counts only what is not over the limit. */
  count(
    key: string,
    ttl: number,
    limit: number,
  ): Promise<{
    readonly totalHits: number
    readonly timeToExpire: number
    readonly isBlocked: boolean
    readonly timeToBlockExpire: number
  }>
}

export interface Sources {
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
}

/** Milliseconds after which files are read whole for the first time: a start has better things to do. */
const SCRUB_AFTER = 2_000
const SCRUB_EVERY = 24 * 60 * 60 * 1_000

/** The one place that knows which engines there are; services cannot see it. */
export async function openEngines(settings: Settings, { clock, ids, timers }: Sources): Promise<Engines> {
  switch (settings.store) {
    case 'postgres':
    case 'eventstoredb': {
      // Four clients that one process with files needs no memory and no time for.
      const { onSharedEngines } = await import('./mode.shared.js')
      return onSharedEngines(settings, { clock, ids, timers })
    }
    case 'sqlite':
      return inFiles(settings, { clock, ids, timers })
    case 'memory': {
      const events = new MemoryEventStore(clock, ids)
      const bus = new LogTailBus(events, new MemoryCheckpoints(), timers, clock)
      const views = new MemoryViewStore()
      return {
        events,
        bus,
        views,
        close: async () => {
          await bus.close()
          await views.close()
          await events.close()
        },
      }
    }
  }
}

async function inFiles(settings: Settings, sources: Sources): Promise<Engines> {
  const logger = new Logger('store')
  const { events, bus, views, scrub, notices, close } = await openSqlite({
    folder: settings.data,
    ...sources,
    // A record that cannot be written is no record: better to stop and start again than to answer without one.
    onFatal: (error) => {
      logger.fatal(error.stack ?? error.message)
      process.exit(1)
    },
  })
  for (const notice of notices) logger.warn(notice)
  const look = async (): Promise<void> => {
    for (const damage of await scrub.run()) logger.fatal(damage)
  }
  const { clock, timers } = sources
  let due = clock.now() + SCRUB_AFTER
  const stop = timers.every('scrub', SCRUB_AFTER, async () => {
    if (clock.now() < due) return
    due = clock.now() + SCRUB_EVERY
    await look()
  })
  return {
    events,
    bus,
    views,
    damage: () => scrub.damage,
    close: async () => {
      stop()
      await close()
    },
  }
}
