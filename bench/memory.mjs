import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { child } from './lib/child.mjs'
import { compared, takeTurns } from './lib/figures.mjs'
import { require } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')

export const title = 'what every service together holds on the heap, at rest, by how much has happened'
export const settings = (quick) => ({
  /** What is bounded (caches, what is open, the last days) is full with fewer. */
  fewer: quick ? 500 : 50_000,
  more: quick ? 1_000 : 250_000,
  rounds: quick ? 1 : 3,
})

export async function measure({ fewer, more, rounds }) {
  const folders = []
  for (const events of [fewer, more]) {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
    const kit = ports()
    const sqlite = await openSqlite({ folder, ...kit, onFatal: console.error })
    await seed(sqlite.events, kit.ids, events)
    await sqlite.close()
    kit.timers.stop()
    folders.push(folder)
    // The first start builds the views and hears everything; what that needed is not held.
    await heapOf(folder, 'rebuild')
  }
  const [small, large] = folders
  const taken = await takeTurns(
    {
      small: () => heapOf(small, 'rest'),
      large: () => heapOf(large, 'rest'),
      parsed: () => heapOf(small, 'parse'),
    },
    rounds,
    { warm: 0 },
  )
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  const grown = taken.large.bytes.map((bytes, round) => (bytes - taken.small.bytes[round]) / (more - fewer))
  return [
    compared({
      what: `heap held for each million events, from ${fewer.toLocaleString('en-GB')} to ${more.toLocaleString('en-GB')} of them`,
      unit: 'MB',
      better: 'less',
      ours: grown,
      target: { most: 15 },
    }),
    compared({
      what: `heap at rest with ${more.toLocaleString('en-GB')} events`,
      unit: 'MB',
      better: 'less',
      ours: taken.large.bytes.map((bytes) => bytes / 1e6),
      against: 'as many parsed events',
      reference: taken.parsed.bytes.map((bytes) => (bytes / fewer) * (more / 1e6)),
    }),
  ]
}

async function heapOf(folder, how) {
  const server = await child('servers/replay.mjs', { env: { BENCH_DATA: folder, BENCH_HOW: how } })
  const { bytes } = await server.ask(how === 'parse' ? 'replay' : 'rest')
  await server.stop()
  return { bytes }
}
