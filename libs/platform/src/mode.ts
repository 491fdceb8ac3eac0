import { Logger } from '@nestjs/common'
import { openSqlite } from '@throughline/adapter-sqlite'
import type { Clock, Ids } from '@throughline/kernel'
import { LogTailBus, MemoryCheckpoints, MemoryEventStore, MemoryViewStore } from '@throughline/ports'
import type { EventBus, EventStore, Timers, ViewStore } from '@throughline/ports'
import type { Settings } from './settings.js'

export interface Engines {
  readonly events: EventStore
  readonly bus: EventBus
  readonly views: ViewStore
  /** What is known to be wrong with the files, as sentences; absent where there are none. */
  readonly damage?: () => readonly string[]
  close(): Promise<void>
}

interface Sources {
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
