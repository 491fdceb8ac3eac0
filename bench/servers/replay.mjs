// One way through the whole log of a folder: `scan`, `parse`, `read`, `fold` or `rebuild`; or every service `rest`s on it.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { serve } from '../lib/child.mjs'
import { inside, require } from '../lib/paths.mjs'
import { ports } from '../lib/ports.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')
const { journeys } = inside('libs/services/journey/dist/journey.js')
const folder = process.env.BENCH_DATA
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

function scan(each) {
  const database = new DatabaseSync(join(folder, 'events.db'), { readOnly: true })
  let events = 0
  for (const { body } of database.prepare('SELECT body FROM events ORDER BY position').iterate()) {
    each(body)
    events++
  }
  database.close()
  return events
}

async function read(each) {
  const kit = ports()
  const sqlite = await openSqlite({ folder, ...kit, onFatal: console.error })
  let events = 0
  for (;;) {
    const page = await sqlite.events.readAll({ after: events, limit: 2_000 })
    if (page.length === 0) break
    for (const event of page) each(event)
    events += page.length
  }
  await sqlite.close()
  kit.timers.stop()
  return events
}

const held = []
const states = new Map()
const WAYS = {
  scan: () => scan((body) => body.length),
  parse: () => scan((body) => held.push(JSON.parse(body))),
  read: () => read(() => undefined),
  fold: () =>
    read((event) => {
      if (event.stream !== journeys.name) return
      states.set(event.streamId, journeys.evolve(states.get(event.streamId) ?? journeys.initial, event))
    }),
  rebuild,
}

let host
async function rebuild() {
  await host.readers.views.rebuildAll()
  return host.events.head()
}

if (['rebuild', 'rest'].includes(process.env.BENCH_HOW)) {
  const { readSettings, start } = require('@throughline/platform')
  const { services } = inside('apps/all-in-one/dist/services.js')
  host = await start({ services, settings: { ...readSettings({}), data: folder, port: 0 } })
  while (host.readers.views.missing.length > 0) await sleep(50)
  await host.readers.settle(() => sleep(50))
}

async function replay() {
  collect()
  const before = process.memoryUsage().heapUsed
  const began = performance.now()
  const events = await WAYS[process.env.BENCH_HOW]()
  const seconds = (performance.now() - began) / 1_000
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  const bytes = Math.max(0, heapUsed - before)
  return { perSecond: events / seconds, heap: bytes / events, bytes, rss: rss / 1e6 }
}

/** What is held when all has been read and nothing happens; timers that begin late have run. */
async function rest() {
  await sleep(3_000)
  collect()
  collect()
  return { bytes: process.memoryUsage().heapUsed }
}

serve({}, { replay, rest }, () => host?.stop())
