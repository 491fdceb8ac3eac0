import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { child } from './lib/child.mjs'
import { compared, quantile, takeTurns } from './lib/figures.mjs'
import { inside, require } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')
const { context } = inside('libs/services/journey/dist/context.js')

/** Contexts asked for in a second, at moments of their own, where it is the time of one that counts. */
const PACE = 200

export const title = 'what an agent sees of a journey of 200 events, read and folded'
export const settings = (quick) => ({
  events: 200,
  journeys: quick ? 5 : 50,
  reads: quick ? 20 : 1_000,
  seconds: quick ? 0.3 : 2.5,
  rounds: quick ? 1 : 4,
})

export async function measure({ events, journeys, reads, seconds, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const kit = ports()
  const sqlite = await openSqlite({ folder, ...kit, onFatal: console.error })
  const ids = await seed(sqlite.events, kit.ids, journeys * events, { each: events })
  const inProcess = await takeTurns(
    {
      ours: () =>
        timed(reads, async (n) => {
          const told = context(await sqlite.events.readJourney(ids[n % ids.length]), [])
          if (told === undefined) throw new Error('nothing is known of a journey')
        }),
      parsed: () => timed(reads, async (n) => readRaw(folder, ids[n % ids.length])),
    },
    rounds,
  )
  raw?.close()
  await sqlite.close()
  kit.timers.stop()
  const server = await child('servers/throughline.mjs', { env: { BENCH_DATA: folder, BENCH_ANALYST: '1' } })
  const bare = await child('servers/fastify.mjs', { args: ['nothing'] })
  const load = await child('load.mjs')
  await server.ask('settle')
  const over = (how, more = {}) =>
    takeTurns(
      {
        ours: (round) =>
          load.ask(how, {
            url: server.said.url,
            path: `/api/v1/journey/journeys/${ids[round % ids.length]}/context`,
            token: server.said.analyst,
            connections: 20,
            seconds,
            ...more,
          }),
        bare: () =>
          load.ask(how, {
            url: bare.said.url,
            path: '/api/v1/journey/journeys',
            token: 'x',
            connections: 20,
            seconds,
            ...more,
          }),
      },
      rounds,
    )
  const asked = await over('paced', { perSecond: PACE })
  const most = await over('reads')
  await Promise.all([load, server, bare].map((each) => each.stop()))
  rmSync(folder, { recursive: true, force: true })
  if ([...asked.ours.failed, ...most.ours.failed].some((failed) => failed > 0))
    throw new Error('reads of a context failed')
  const within = { unit: 'ms', better: 'less', against: 'read and parse the same rows, unproved' }
  const http = { unit: 'ms', better: 'less', against: 'Fastify that does nothing' }
  const [p50, p99] = ['p50', 'p99'].map((at) => ({
    ours: inProcess.ours[at],
    reference: inProcess.parsed[at],
  }))
  return [
    compared({ what: 'in process, p50', ...within, ...p50, target: { most: 1.5 } }),
    compared({ what: 'in process, p99', ...within, ...p99, target: { most: 3 } }),
    compared({
      what: `over HTTP, 20 connections, ${PACE} a second, p50`,
      ...http,
      ours: asked.ours.p50,
      reference: asked.bare.p50,
    }),
    compared({
      what: `over HTTP, 20 connections, ${PACE} a second, p99`,
      ...http,
      ours: asked.ours.p99,
      reference: asked.bare.p99,
      target: { most: 10 },
    }),
    compared({
      what: 'over HTTP, 20 connections, as fast as they are answered',
      unit: 'contexts/s',
      ours: most.ours.perSecond,
      against: 'Fastify that does nothing',
      reference: most.bare.perSecond,
    }),
  ]
}

let raw
let statement

function readRaw(folder, journeyId) {
  raw ??= new DatabaseSync(join(folder, 'events.db'), { readOnly: true })
  statement ??= raw.prepare('SELECT body FROM events WHERE journey = ? ORDER BY position')
  return statement.all(journeyId).map(({ body }) => JSON.parse(body))
}

async function timed(times, once) {
  const taken = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    await once(n)
    taken.push(performance.now() - began)
  }
  return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) }
}
