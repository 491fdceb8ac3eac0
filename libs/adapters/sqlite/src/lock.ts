import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UnusableDatabase } from './connection.js'

/** Held here too: a connection nobody refers to is collected, and the lock would go with it while the process lives. */
const held = new Set<DatabaseSync>()

/**
 * Keeps a folder to one process: a reader of the log in another process would never hear of our appends. The lock is
 * SQLite's own on a file that holds nothing, so the system lets go of it when the process dies, however it dies.
 * Returns the way to give it up.
 * @throws UnusableDatabase when another has it
 */
export function lockFolder(folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'lock.db'))
  try {
    database.exec('PRAGMA busy_timeout = 0')
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new UnusableDatabase(
      'in-use',
      `Another process has ${folder} open. Stop it first, or give this one a data folder of its own.`,
      { cause },
    )
  }
  held.add(database)
  return () => {
    held.delete(database)
    database.close()
  }
}
