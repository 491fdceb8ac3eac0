import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { child } from './lib/child.mjs'
import { compared, quantile, takeTurns } from './lib/figures.mjs'
import { inside } from './lib/paths.mjs'
import { lettersIn, post, signIn } from './lib/people.mjs'
import { forget, kafkaAt, newPrefix } from './lib/world.mjs'

const { openCluster } = inside('apps/cluster/dist/cluster.js')

export const title =
  'each service a process of its own: from a command to what a read shows, over Kafka into Redis'
export const needs = ['postgres', 'kafka', 'redis']
export const settings = (quick) => ({
  customers: 10,
  /** Pairs of a command and a read that must show it, begun each second. */
  perSecond: quick ? 5 : 40,
  seconds: quick ? 2 : 10,
  partitions: 3,
  /** How long nobody asks anything, to know what the processes cost then. */
  restSeconds: quick ? 1 : 10,
  rounds: quick ? 1 : 3,
})

const JOURNEYS = '/api/v1/journey/journeys'

export async function measure(
  { customers, perSecond, seconds, partitions, restSeconds, rounds },
  { engines },
) {
  const prefix = newPrefix()
  const system = await startCluster({ prefix, partitions, engines })
  const alone = await child('servers/throughline.mjs', { env: { BENCH_CUSTOMERS: String(customers) } })
  const watcher = await watchTopic(prefix, engines.addresses.kafka)
  try {
    const tokens = []
    while (tokens.length < customers)
      tokens.push(await signIn(system.url, `customer-${tokens.length}@bench.example`, system.lettersTo))
    const cost = []
    await sleep(2_000)
    const rest = system.processorTimes()
    await sleep(restSeconds * 1_000)
    const atRest = spent(rest, system.processorTimes())
    const taken = await takeTurns(
      {
        ours: async (round) => {
          const before = system.processorTimes()
          const pairs = await atRate({ url: system.url, tokens, perSecond, seconds })
          // What is still in the hands of other services belongs to these commands.
          await sleep(1_000)
          if (round > 0) cost.push(spent(before, system.processorTimes(), { atRest, pairs: pairs.length }))
          return { ...figuresOf(pairs), ...(await watcher.figuresOf(pairs)) }
        },
        alone: async () => figuresOf(await atRate({ ...alone.said, perSecond, seconds })),
      },
      rounds,
    )
    return rowsOf(taken, cost, atRest, perSecond)
  } finally {
    await watcher.stop()
    await alone.stop()
    await system.stop()
    await forget(prefix, engines.addresses)
  }
}

function rowsOf({ ours, alone }, cost, atRest, perSecond) {
  const at = `at ${perSecond} a second`
  const less = { unit: 'ms', better: 'less' }
  const beside = (what, figure) =>
    compared({
      what,
      ...less,
      ours: ours[figure],
      against: 'every service in one process on SQLite',
      reference: alone[figure],
    })
  const part = (what, figure) => compared({ what, ...less, ours: ours[figure] })
  const processes = [...new Set(cost.flatMap((one) => Object.keys(one)))]
  return [
    beside(`command and the read that must show it, ${at}: p50`, 'shown50'),
    beside(`command and the read that must show it, ${at}: p99`, 'shown99'),
    beside('of which the command to its durable reply, through the edge: p50', 'reply50'),
    beside('of which the command to its durable reply, through the edge: p99', 'reply99'),
    part('of which from the reply until the read shows it: p50', 'read50'),
    part('of which from the reply until the read shows it: p99', 'read99'),
    part('a read that waits for nothing, through the edge: p50', 'plain50'),
    part("from the command being sent to the broker's log: p50", 'broker50'),
    part("from the command being sent to the broker's log: p99", 'broker99'),
    ...processes.map((name) =>
      compared({
        what: `processor time of ${name} for a command and two reads, beyond what it has at rest`,
        ...less,
        ours: cost.map((one) => one[name]),
      }),
    ),
    compared({
      what: 'processor time of all eleven processes at rest, for each second',
      ...less,
      ours: [Object.values(atRest).reduce((sum, each) => sum + each, 0)],
    }),
  ]
}

async function startCluster({ prefix, partitions, engines: { addresses } }) {
  const data = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const own = Object.entries(process.env).filter(([name]) => !/^(THROUGHLINE|KAFKA)_/.test(name))
  const said = []
  const cluster = await openCluster({
    environment: {
      ...Object.fromEntries(own),
      THROUGHLINE_STORE: 'postgres',
      THROUGHLINE_PREFIX: prefix,
      THROUGHLINE_RATE: '1000000',
      THROUGHLINE_LOG: 'warn',
      DATABASE_URL: addresses.postgres,
      REDIS_URL: addresses.redis,
      KAFKA_BROKERS: addresses.kafka,
      KAFKA_PARTITIONS: String(partitions),
      KAFKA_REPLICATION: '1',
      KAFKA_MIN_INSYNC: '1',
    },
    data,
    hear: (name, line) => said.push(`${name} ${line}`),
  })
  const stop = async () => {
    await cluster.stop()
    rmSync(data, { recursive: true, force: true })
  }
  try {
    await cluster.ready()
  } catch (error) {
    await stop()
    throw new Error(`the cluster did not start: ${said.slice(-20).join('\n')}`, { cause: error })
  }
  return {
    url: cluster.url,
    stop,
    lettersTo: lettersIn(join(data, 'outbox/outbox.ndjson')),
    processorTimes: () => ({
      at: performance.now(),
      ticks: new Map([...cluster.processes].map(([name, { pid }]) => [name, ticksOf(pid)])),
    }),
  }
}

/** Begins a pair so many times a second whatever became of those before: journeys, with four facts each. */
async function atRate({ url, tokens, perSecond, seconds }) {
  const pairs = []
  const journeys = new Map()
  const start = performance.now()
  const count = Math.round(perSecond * seconds)
  for (let n = 0; n < count; n++) {
    const due = start + (n / perSecond) * 1_000
    await sleep(Math.max(0, due - performance.now()))
    pairs.push(pair({ url, due, token: tokens[n % tokens.length], journeys }))
  }
  return Promise.all(pairs)
}

async function pair({ url, due, token, journeys }) {
  const known = journeys.get(token)
  const [path, body] =
    known === undefined || known.facts === 4
      ? [JOURNEYS, { entrance: 'need-help' }]
      : [`${JOURNEYS}/${known.id}/facts`, { name: `fact-${++known.facts}`, label: 'Says', value: 'It hums.' }]
  const key = { 'idempotency-key': crypto.randomUUID() }
  const response = await post(url, path, body, token, key)
  const replied = performance.now()
  const position = response.headers.get('throughline-position')
  const answer = await response.json()
  if (path === JOURNEYS) journeys.set(token, { id: answer.id, facts: 0 })
  await read(url, token, { 'min-position': position })
  const shown = performance.now()
  await read(url, token, {})
  return {
    position: Number(position),
    begun: performance.timeOrigin + due,
    reply: replied - due,
    read: shown - replied,
    shown: shown - due,
    plain: performance.now() - shown,
  }
}

async function read(url, token, more) {
  const response = await fetch(`${url}${JOURNEYS}?limit=1`, {
    headers: { authorization: `Bearer ${token}`, ...more },
  })
  if (!response.ok) throw new Error(`a read was answered ${response.status}: ${await response.text()}`)
  await response.arrayBuffer()
}

function figuresOf(pairs) {
  const figures = {}
  for (const name of ['reply', 'read', 'shown', 'plain']) {
    const times = pairs.map((one) => one[name])
    figures[`${name}50`] = quantile(times, 0.5)
    figures[`${name}99`] = quantile(times, 0.99)
  }
  return figures
}

/** When each event came into the broker's log, by the broker's clock of the same machine. */
async function watchTopic(prefix, brokers) {
  const arrived = new Map()
  const consumer = kafkaAt(brokers).consumer({ groupId: `${prefix}.watcher` })
  await consumer.connect()
  await consumer.subscribe({ topics: [`${prefix}.journeys`], fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { headers, timestamp } of batch.messages)
        arrived.set(Number(headers.ce_position.toString()), Number(timestamp))
    },
  })
  return {
    figuresOf: async (pairs) => {
      for (let tries = 0; pairs.some(({ position }) => !arrived.has(position)); tries++) {
        if (tries === 600) throw new Error('events did not come into the topic within a minute')
        await sleep(100)
      }
      const times = pairs.map(({ position, begun }) => Math.max(0, arrived.get(position) - begun))
      return { broker50: quantile(times, 0.5), broker99: quantile(times, 0.99) }
    },
    stop: () => consumer.disconnect(),
  }
}

/** Ticks of the processor that a process has had; undefined where the system does not tell. */
function ticksOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return undefined
  }
}

/**
 * Milliseconds of processor time by process, the services that only listen together: for each second, or for each pair
 * what is more than at rest.
 */
function spent(before, after, { atRest, pairs } = {}) {
  const tick = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  const seconds = (after.at - before.at) / 1_000
  const times = {}
  for (const [process, ticks] of after.ticks) {
    const from = before.ticks.get(process)
    if (ticks === undefined || from === undefined) continue
    const name = /^(journey|edge|relay)/.exec(process)?.[0] ?? 'the eight other services together'
    times[name] = (times[name] ?? 0) + (ticks - from) * tick
  }
  const each = ([name, time]) => [
    name,
    pairs === undefined ? time / seconds : Math.max(0, time - (atRest[name] ?? 0) * seconds) / pairs,
  ]
  return Object.fromEntries(Object.entries(times).map(each))
}
