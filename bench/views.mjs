import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compared, takeTurns } from './lib/figures.mjs'
import { inside, require } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'
import { forget, newPrefix } from './lib/world.mjs'

const { openPostgres } = require('@throughline/adapter-postgres')
const { openRedis } = require('@throughline/adapter-redis')
const { openSqlite } = require('@throughline/adapter-sqlite')
const { LogTailBus, MemoryCheckpoints } = require('@throughline/ports')
const { ViewRunner } = inside('libs/platform/dist/view-runner.js')
const { Redis } = require('ioredis')
const { Client } = require('pg')

export const title = 'views in Redis, built anew from the record in PostgreSQL'
export const needs = ['postgres', 'redis']
export const settings = (quick) => ({
  sets: [
    ['journey', 'case', 'my-stuff'],
    ['identity', 'my-stuff', 'journey', 'knowledge', 'routing', 'contact', 'case', 'feedback', 'insight'],
  ],
  events: quick ? 1_000 : 50_000,
  eventsAJourney: 20,
  rounds: quick ? 1 : 3,
})

/** Events that a rebuild reads at once. */
const PAGE = 2_000

export async function measure({ sets, events, eventsAJourney, rounds }, { engines }) {
  const { postgres, redis: url } = engines.addresses
  const kit = ports()
  const prefix = newPrefix()
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const store = await openPostgres({ url: postgres, schema: prefix, ...kit })
  const redis = await openRedis({ url, timers: kit.timers, prefix })
  const sqlite = await openSqlite({ folder, ...kit, onFatal: console.error })
  const bus = new LogTailBus(store.events, new MemoryCheckpoints(), kit.timers, kit.clock)
  const raw = new Client({ connectionString: postgres })
  await raw.connect()
  try {
    const journeys = await seed(store.events, kit.ids, events, { each: eventsAJourney })
    const head = await store.events.head()
    const scans = { raw: () => rawPages(raw, prefix, head), read: () => readAll(store.events, head) }
    const rows = []
    for (const services of sets) {
      const views = services.flatMap((name) => definitionOf(name).views)
      const runnerOf = (target) => new ViewRunner(views, store.events, target, bus, kit.timers)
      rows.push(...(await built({ services, views, head, rounds, scans, runnerOf, redis, sqlite })))
    }
    const memory = await memoryOf(url, prefix)
    const ofMemory = (what, bytes) => compared({ what, unit: 'bytes', better: 'less', ours: [bytes] })
    return [
      ...rows,
      ofMemory(
        `Redis memory of every view for a journey of ${eventsAJourney} events`,
        memory.bytes / journeys.length,
      ),
      ofMemory('Redis memory for a row, its lists included', memory.bytes / memory.rows),
    ]
  } finally {
    await bus.close()
    await raw.end()
    await redis.close()
    await sqlite.close()
    await store.close()
    kit.timers.stop()
    rmSync(folder, { recursive: true, force: true })
    await forget(prefix, engines.addresses)
  }
}

async function built({ services, views, head, rounds, scans, runnerOf, redis, sqlite }) {
  const [ours, inFiles] = [runnerOf(redis.views), runnerOf(sqlite.views)]
  const perSecond = (work) => async () => {
    const began = performance.now()
    await work()
    return { perSecond: (head / (performance.now() - began)) * 1_000 }
  }
  const taken = await takeTurns(
    {
      ours: perSecond(() => ours.rebuildAll()),
      sqlite: perSecond(() => inFiles.rebuildAll()),
      raw: perSecond(scans.raw),
      read: perSecond(scans.read),
    },
    rounds,
  )
  await ours.stop()
  await inFiles.stop()
  const which = services.length === 9 ? 'every service' : services.join(', ')
  const against = (name, reference, more = {}) =>
    compared({
      what: `${views.length} views of ${which}, all read together`,
      unit: 'events/s',
      ours: taken.ours.perSecond,
      against: name,
      reference,
      ...more,
    })
  return [
    against('raw pages of the same rows', taken.raw.perSecond, { target: { ratio: 0.45 }, beyond: 0.85 }),
    against('the record read by its port, every event proved', taken.read.perSecond),
    against('the same views into SQLite files', taken.sqlite.perSecond),
  ]
}

function definitionOf(name) {
  const exported = Object.values(require(`@throughline/service-${name}`))
  return exported.find((one) => one?.name === name && Array.isArray(one.views))
}

/** What a rebuild cannot do without: every row once, as text. */
async function rawPages(client, schema, head) {
  const text = `SELECT position, body FROM ${schema}.events WHERE position > $1 ORDER BY position LIMIT ${PAGE}`
  for (let at = 0; at < head;) {
    const { rows } = await client.query({ name: 'page', text, values: [at], rowMode: 'array' })
    at = Number(rows.at(-1)[0])
  }
}

async function readAll(events, head) {
  for (let at = 0; at < head;) at = (await events.readAll({ after: at, limit: PAGE })).at(-1).position
}

/** Bytes and rows of all views of a prefix, as Redis itself counts them. */
async function memoryOf(url, prefix) {
  const client = new Redis(url)
  const all = { bytes: 0, rows: 0 }
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 })) {
    for (const key of keys) {
      all.bytes += (await client.memory('USAGE', key, 'SAMPLES', 0)) ?? 0
      // Two fields for a row, and two for the view's position and life.
      if (key.endsWith(':rows')) all.rows += ((await client.hlen(key)) - 2) / 2
    }
  }
  client.disconnect()
  return all
}
