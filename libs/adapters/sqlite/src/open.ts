import { mkdirSync } from 'node:fs'
import type { Clock, Ids } from '@throughline/kernel'
import type { Timers } from '@throughline/ports'
import { SqliteCheckpoints, SqliteEventBus } from './event-bus.js'
import { SqliteEventStore } from './event-store.js'
import { lockFolder } from './lock.js'
import { SqliteViewStore } from './view-store.js'

export interface SqliteOptions {
  /** Made if it is not there. One process at a time has it open. */
  readonly folder: string
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
  /** A writing thread is gone; the process should end and be started again. */
  readonly onFatal: (error: Error) => void
}

export interface Sqlite {
  readonly events: SqliteEventStore
  readonly bus: SqliteEventBus
  readonly views: SqliteViewStore
  /** Lets the bus finish what is in hand, then closes everything. */
  close(): Promise<void>
}

/**
 * Opens the three files of a folder: the log (`events.db`), the bus's place in it (`bus.db`) and the views (`views.db`).
 * @throws UnusableDatabase when another process has the folder, or a file is not one this program may write
 */
export async function openSqlite({ folder, clock, ids, timers, onFatal }: SqliteOptions): Promise<Sqlite> {
  // What people said is in there: nobody but the owner looks.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const opened: (() => Promise<void> | void)[] = [lockFolder(folder)]
  // Last opened, first closed; the lock goes last, when nothing is written any more.
  const close = async (): Promise<void> => {
    for (const release of opened.splice(0).reverse()) await release()
  }
  try {
    const views = SqliteViewStore.open(folder)
    opened.push(() => views.close())
    const events = await SqliteEventStore.open({ folder, clock, ids, onFatal })
    opened.push(() => events.close())
    const checkpoints = await SqliteCheckpoints.open(folder, onFatal)
    const bus = new SqliteEventBus(events, checkpoints, timers, clock)
    opened.push(() => bus.close())
    return { events, bus, views, close }
  } catch (error) {
    await close()
    throw error
  }
}
