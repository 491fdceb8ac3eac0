// The thread that reads every byte of the files once, in the background. No imports from the project but types.
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import type { ScrubSetup } from './protocol.js'

const PAGE = 500
const MOST_TOLD = 20

const { files, log, columns, pause } = workerData as ScrubSetup
const nobody = new Int32Array(new SharedArrayBuffer(4))

/** What SQLite itself can tell: pages, the order of rows, and indexes that hold each row once. */
function structure(file: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const found = database.prepare(`PRAGMA integrity_check(${String(MOST_TOLD)})`).all()
    return found.flatMap(({ integrity_check: said }) => (said === 'ok' ? [] : [String(said)]))
  } finally {
    database.close()
  }
}

/** Checksums, hashes and chains, stream by stream, as the reader of a stream checks them (`rows.ts`). */
function rows(file: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const read = database.prepare(
      `SELECT ${columns} FROM events INDEXED BY events_by_stream
       WHERE (stream, sequence) > (?, ?) ORDER BY stream, sequence LIMIT ?`,
    )
    const damage: string[] = []
    let before: Readonly<Record<string, unknown>> = {}
    for (;;) {
      const page = read.all(Number(before.stream ?? 0), Number(before.sequence ?? -1), PAGE)
      for (const row of page) {
        if (!isWhole(row, before))
          damage.push(`the record at position ${String(row.position)} is not what was written`)
        before = row
        if (damage.length >= MOST_TOLD) return damage
      }
      if (page.length < PAGE) return damage
      // Politely: whoever reads and writes meanwhile comes first.
      Atomics.wait(nobody, 0, 0, pause)
    }
  } finally {
    database.close()
  }
}

function isWhole(row: Readonly<Record<string, unknown>>, before: Readonly<Record<string, unknown>>): boolean {
  const { position, stream, sequence, command, fingerprint, journey, body, previous, checksum } = row
  const follows = before.stream === stream
  const proved = [position, stream, sequence, command, fingerprint, journey, previous, row.hash]
  return (
    sequence === (follows ? Number(before.sequence) + 1 : 0) &&
    previous === (follows ? before.hash : '') &&
    crc32(JSON.stringify(proved)) === checksum &&
    hash('sha256', `${String(previous)}${String(body)}`, 'hex') === row.hash
  )
}

function told(look: () => readonly string[]): readonly string[] {
  try {
    return look()
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

for (const file of files) parentPort?.postMessage({ file, damage: told(() => structure(file)) })
parentPort?.postMessage({ file: log, damage: told(() => rows(log)) })
