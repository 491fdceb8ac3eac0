import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { child } from './lib/child.mjs'
import { compared, takeTurns } from './lib/figures.mjs'
import { require } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')

export const title = 'reading the whole log, folding it, and building every view anew'
export const settings = (quick) => ({
  /** BENCH_EVENTS=1000000 for the full size; the figures are per second and per million. */
  events: Number(process.env.BENCH_EVENTS ?? (quick ? 2_000 : 50_000)),
  rounds: quick ? 1 : 3,
})

export async function measure({ events, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const kit = ports()
  const sqlite = await openSqlite({ folder, ...kit, onFatal: console.error })
  await seed(sqlite.events, kit.ids, events)
  await sqlite.close()
  kit.timers.stop()
  // Each in a process of its own: what one leaves on the heap would cost the next.
  const replay = async (how) => {
    const server = await child('servers/replay.mjs', { env: { BENCH_DATA: folder, BENCH_HOW: how } })
    const figures = await server.ask('replay')
    await server.stop()
    return figures
  }
  const taken = await takeTurns(
    Object.fromEntries(['scan', 'parse', 'read', 'fold', 'rebuild'].map((how) => [how, () => replay(how)])),
    rounds,
    { warm: 0 },
  )
  rmSync(folder, { recursive: true, force: true })
  const scan = { against: 'raw scan of the same rows', reference: taken.scan.perSecond, unit: 'events/s' }
  return [
    compared({
      what: 'read in pages, every event proved by hash and checksum',
      ...scan,
      against: 'scan and parse the same rows, unproved',
      reference: taken.parse.perSecond,
      ours: taken.read.perSecond,
    }),
    compared({ what: 'read and folded to the state of each journey', ...scan, ours: taken.fold.perSecond }),
    compared({
      what: 'every view of every service built anew, durably',
      ...scan,
      ours: taken.rebuild.perSecond,
      target: { ratio: 0.45 },
      beyond: 0.85,
    }),
    compared({
      what: 'heap held by folded states, per million events',
      unit: 'MB',
      better: 'less',
      ours: taken.fold.heap,
      against: 'the parsed events themselves',
      reference: taken.parse.heap,
    }),
    compared({
      what: 'memory of the whole process after the rebuild (RSS)',
      unit: 'MB',
      better: 'less',
      ours: taken.rebuild.rss,
      against: 'the scan',
      reference: taken.scan.rss,
    }),
  ]
}
