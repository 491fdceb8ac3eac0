import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventBusSuite, eventStoreSuite, viewStoreSuite } from '@throughline/ports/suites'
import { SqliteCheckpoints, SqliteEventBus } from './event-bus.js'
import { SqliteEventStore } from './event-store.js'
import { SqliteViewStore } from './view-store.js'

// Ends what hangs; how fast the disk and its neighbours are is no part of the contract.
jest.setTimeout(60_000)

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'throughline-'))
  folders.push(made)
  return made
}
const onFatal = (error: Error): void => {
  throw error
}

afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true })
})

eventStoreSuite('SQLite', (clock, ids) => SqliteEventStore.open({ folder: folder(), clock, ids, onFatal }))

viewStoreSuite('SQLite', () => SqliteViewStore.open(folder(), onFatal))

eventBusSuite('SQLite', async (clock, ids, timers, seen) => {
  const place = folder()
  const events = await SqliteEventStore.open({ folder: place, clock, ids, onFatal })
  const opened: SqliteCheckpoints[] = []
  const start = async (): Promise<SqliteEventBus> => {
    const checkpoints = await SqliteCheckpoints.open(place, onFatal)
    opened.push(checkpoints)
    return new SqliteEventBus(seen(events), checkpoints, timers, clock)
  }
  let bus = await start()
  return {
    events,
    bus,
    // The old bus is left as it is, with what it has in hand: nobody stops it, as nobody stops a process that dies.
    restart: async () => (bus = await start()),
    close: async () => {
      await bus.close()
      await events.close()
      for (const checkpoints of opened) await checkpoints.close()
    },
  }
})
