import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Clock, Ids } from '@throughline/kernel'
import type { Timers } from '@throughline/ports'
import { SqliteCheckpoints, SqliteEventBus } from './event-bus.js'
import { SqliteEventStore } from './event-store.js'
import { lockFolder } from './lock.js'
import { Scrub } from './scrub.js'
import { SqliteViewStore } from './view-store.js'
import { assertNothingMissing } from './witness.js'

/** Milliseconds between two looks at whether the witness has something new to keep. */
const WITNESS_EVERY = 1_000

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
  readonly scrub: Scrub
  /** What whoever runs it should know of this start, as sentences. */
  readonly notices: readonly string[]
  /** Lets the bus finish what is in hand, then closes everything. */
  readonly close: () => Promise<void>
}

/**
 * Opens the three files of a folder: the log (`events.db`), the bus's place in it (`bus.db`) and the views (`views.db`).
 * @throws UnusableDatabase when another process has the folder, a file is not one this program may write, a file is
 * damaged, or the log ends before what others remember of it
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
    // A log that nobody has compared yet must not become what the next start compares with.
    const compared: { events?: SqliteEventStore } = {}
    const [rows, log, places] = await Promise.allSettled([
      SqliteViewStore.open(folder, onFatal),
      SqliteEventStore.open({ folder, clock, ids, onFatal }),
      SqliteCheckpoints.open(folder, onFatal, () => compared.events?.last),
    ])
    if (rows.status === 'fulfilled') opened.push(() => rows.value.close())
    if (log.status === 'fulfilled') opened.push(() => log.value.close())
    if (places.status === 'fulfilled') opened.push(() => places.value.close())
    if (rows.status === 'rejected') throw rows.reason
    if (log.status === 'rejected') throw log.reason
    if (places.status === 'rejected') throw places.reason
    const [views, events, checkpoints] = [rows.value, log.value, places.value]
    const bus = new SqliteEventBus(events, checkpoints, timers, clock)
    opened.push(() => bus.close())
    syncFolder(folder)
    const accepted = await assertNothingMissing(folder, clock, events, checkpoints, views)
    compared.events = events
    await checkpoints.testify()
    opened.push(timers.every('witness', WITNESS_EVERY, () => checkpoints.testify()))
    const scrub = new Scrub(folder, views)
    opened.push(() => scrub.stop())
    const notices = [views.damage, accepted].filter((notice) => notice !== undefined)
    return { events, bus, views, scrub, notices, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A file that was just made has its name on the disk only when its folder was synced, and a folder's only in its own. */
function syncFolder(folder: string): void {
  for (const one of [folder, dirname(resolve(folder))]) {
    const directory = openSync(one, 'r')
    try {
      fsyncSync(directory)
    } finally {
      closeSync(directory)
    }
  }
}
