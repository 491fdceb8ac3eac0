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
  close(): Promise<void>
}

/** The one place that knows which engines there are; services cannot see it. */
export async function openEngines(
  settings: Settings,
  { clock, ids, timers }: { readonly clock: Clock; readonly ids: Ids; readonly timers: Timers },
): Promise<Engines> {
  switch (settings.store) {
    case 'sqlite':
      return openSqlite({
        folder: settings.data,
        clock,
        ids,
        timers,
        // A record that cannot be written is no record: better to stop and start again than to answer without one.
        onFatal: (error) => {
          new Logger('store').fatal(error.stack ?? error.message)
          process.exit(1)
        },
      })
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
