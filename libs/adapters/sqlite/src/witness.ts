import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@throughline/kernel'
import { UnusableDatabase } from './connection.js'
import type { SqliteCheckpoints } from './event-bus.js'
import type { SqliteEventStore } from './event-store.js'
import type { SqliteViewStore } from './view-store.js'

/** Holds the position at which an operator lets the log end on purpose; used up by the start that reads it. */
const ACCEPT = 'accept-head'

/**
 * Compares the log with what others remember of it: the witness and the consumers in `bus.db`, the views in `views.db`.
 * A log that ends sooner, or has another event where the witness saw one, is refused, unless the operator has written
 * the position where it now ends into the file `accept-head`; then whoever stood beyond it is set back.
 * @throws UnusableDatabase `shortened`
 */
export async function assertNothingMissing(
  folder: string,
  clock: Clock,
  events: SqliteEventStore,
  checkpoints: SqliteCheckpoints,
  views: SqliteViewStore,
): Promise<string | undefined> {
  const head = await events.head()
  const { place, furthest } = checkpoints.witness()
  const was = Math.max(place?.position ?? 0, furthest, views.furthest())
  // A damaged event is met by its readers; only a whole one that is another tells of another log.
  const stands = place && place.position <= head ? events.hashAt(place.position) : undefined
  const replaced = stands !== undefined && stands !== place?.hash
  const file = join(folder, ACCEPT)
  if (was <= head && !replaced) {
    rmSync(file, { force: true })
    return undefined
  }
  const accepted = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  const found = replaced
    ? `The event at position ${String(place?.position)} of ${join(folder, 'events.db')} is not the one that was there.`
    : `${join(folder, 'events.db')} ends at position ${String(head)}, and events up to ${String(was)} were there.`
  if (accepted !== String(head)) {
    throw new UnusableDatabase(
      'shortened',
      `${found} Put back the newest copy of it. If there is none newer and the log shall go on as it is, write ` +
        `${String(head)} into ${file} and start again: that holds for one start.`,
    )
  }
  // Where events were replaced, nobody knows since when: everything is derived again from the first.
  await views.dropBeyond(replaced ? 0 : head)
  await checkpoints.shorten(clock.instant(), was, head, replaced ? 0 : head)
  rmSync(file, { force: true })
  return `${found} It was accepted so: views and services that stood beyond begin again.`
}
