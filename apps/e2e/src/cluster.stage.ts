import { openCluster } from '@throughline/app-cluster'
import type { Cluster } from '@throughline/app-cluster'
import { operatorOf } from '@throughline/client'
import type { Client } from '@throughline/client'
import { Guest, Person } from '@throughline/demo'
import { engineAt } from '@throughline/ports/suites'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { forgetWorld } from './cluster.engines.js'

/** Every service as a process of its own, on real engines, with a world of its own in them. */
export interface ClusterStage {
  readonly url: string
  /** Folder of secrets and words for people. */
  readonly data: string
  readonly cluster: Cluster
  /** What engines and settings the processes were given. */
  readonly environment: Readonly<Record<string, string>>
  readonly operator: Client
  /** Every line that a process has said, with its name before it. */
  readonly said: readonly string[]
  /** The newest code sent to an address. */
  readonly mailbox: (address: string) => string | undefined
  person(email: string): Person
  guest(): Guest
  /** Returns when every reader of every process has read everything there is, and all of it is in the topics. */
  settle(): Promise<void>
  /** Returns when this many live streams are open, over all processes: a closed connection is noticed a moment later. */
  listeners(count: number): Promise<void>
  /**
   * Sends every process the signal, all at once, and returns when they have started anew and are ready. After SIGKILL that
   * takes longer: their groups wait until the sessions of the dead have run out.
   */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  stop(): Promise<void>
}

export interface ClusterStageOptions {
  readonly replicas?: number
  /** More settings, or others: the address of a proxy in front of an engine. */
  readonly environment?: Readonly<Record<string, string>>
}

/** What a process answers at `/health/ready`. */
interface Ready {
  readonly status: string
  readonly head?: number
  readonly readers?: Readonly<Record<string, number>>
  /** Readers whose share of a group is being given out anew. */
  readonly unassigned?: readonly string[]
  readonly failing?: readonly string[] | string
  /** Of a relay. */
  readonly leader?: boolean
  readonly position?: number
}

const LOOK = 25
/** Milliseconds until what does not settle is shown. */
const PATIENCE = 60_000

/** Starts a cluster that is ready to be used. Takes some ten seconds. */
export async function openClusterStage({
  replicas = 1,
  environment = {},
}: ClusterStageOptions = {}): Promise<ClusterStage> {
  const data = await mkdtemp(join(tmpdir(), 'throughline-cluster-'))
  const prefix = `e2e${randomBytes(6).toString('hex')}`
  const settings = {
    ...ownEnvironment(),
    THROUGHLINE_STORE: 'postgres',
    THROUGHLINE_PREFIX: prefix,
    THROUGHLINE_RATE: '1000000',
    THROUGHLINE_LOG_FORMAT: 'text',
    DATABASE_URL: engineAt('DATABASE_URL'),
    KAFKA_BROKERS: engineAt('KAFKA_BROKERS'),
    REDIS_URL: engineAt('REDIS_URL'),
    KAFKA_REPLICATION: '1',
    KAFKA_MIN_INSYNC: '1',
    KAFKA_PARTITIONS: '3',
    ...environment,
  }
  const said: string[] = []
  const cluster = await openCluster({
    environment: settings,
    data,
    replicas,
    hear: (name, line) => said.push(`${name} ${line}`),
  })
  const stop = async (): Promise<void> => {
    await cluster.stop()
    await forgetWorld(prefix)
    await rm(data, { recursive: true, force: true })
  }
  try {
    await cluster.ready()
  } catch (error) {
    await stop()
    throw new Error(`the cluster did not start: ${said.slice(-30).join('\n')}`, { cause: error })
  }
  const mailbox = (address: string): string | undefined =>
    codeIn(join(data, 'outbox', 'outbox.ndjson'), address)
  return {
    url: cluster.url,
    data,
    cluster,
    environment: settings,
    operator: await operatorOf(data, cluster.url),
    said,
    mailbox,
    person: (email) => new Person(cluster.url, email, mailbox),
    guest: () => new Guest(cluster.url),
    settle: () => settled(cluster),
    listeners: async (count) => {
      while ((await liveStreams(cluster)) !== count) await sleep(LOOK)
    },
    restart: (signal) => restarted(cluster, signal),
    stop,
  }
}

/** What every process says of how far it is. Those that do not answer are left out. */
export async function lookAt(cluster: Cluster): Promise<ReadonlyMap<string, Ready>> {
  const found = new Map<string, Ready>()
  await Promise.all(
    [...cluster.processes].map(async ([name, { plan }]) => {
      try {
        const answer = await fetch(plan.ready, { signal: AbortSignal.timeout(5_000) })
        found.set(name, (await answer.json()) as Ready)
      } catch {
        // It is being started again; nothing of it has settled.
      }
    }),
  )
  return found
}

/** @throws Error showing where every process is when they do not come to rest */
async function settled(cluster: Cluster): Promise<void> {
  const since = performance.now()
  // Twice the same: what the first look saw at rest may just have set something going.
  for (let before = ''; ;) {
    const found = await lookAt(cluster)
    const now = restOf(found, cluster.processes.size)
    if (now !== undefined && now === before) return
    if (performance.now() - since > PATIENCE)
      throw new Error(`the cluster does not settle: ${JSON.stringify(Object.fromEntries(found))}`)
    before = now ?? ''
    await sleep(LOOK)
  }
}

/** Where everything stands; undefined while something is on its way. */
function restOf(found: ReadonlyMap<string, Ready>, processes: number): string | undefined {
  if (found.size < processes) return undefined
  const head = Math.max(...[...found.values()].map(({ head = 0 }) => head))
  for (const { status, readers = {}, unassigned = [], position, leader } of found.values()) {
    // One that starts has no readers yet, and has not taken over what is to be its own.
    if (status !== 'ok' || unassigned.length > 0) return undefined
    if (Object.values(readers).some((at) => at < head)) return undefined
    if (leader === true && position !== undefined && position < head) return undefined
  }
  const leaders = [...found.values()].filter(({ leader }) => leader === true).length
  return leaders === 1 ? String(head) : undefined
}

async function liveStreams(cluster: Cluster): Promise<number> {
  const counts = [...cluster.processes.values()].map(async ({ plan }) => {
    const { origin } = new URL(plan.ready)
    const text = await (await fetch(`${origin}/metrics`)).text()
    return Number(/^throughline_live_streams (\d+)/m.exec(text)?.[1] ?? 0)
  })
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

async function restarted(cluster: Cluster, signal: NodeJS.Signals): Promise<void> {
  const all = [...cluster.processes.values()]
  const before = new Map(all.map((process) => [process, process.starts]))
  for (const process of all) process.signal(signal)
  while (all.some((process) => process.starts === before.get(process))) await sleep(LOOK)
  await cluster.ready()
  await settled(cluster)
}

function codeIn(file: string, address: string): string | undefined {
  let lines: readonly string[]
  try {
    lines = readFileSync(file, 'utf8').trim().split('\n')
  } catch {
    return undefined
  }
  const sent = lines.map((line) => JSON.parse(line) as { to: { address: string }; text: string })
  const text = sent.findLast(({ to }) => to.address === address)?.text.replaceAll(' ', '')
  return /\d{7}/.exec(text ?? '')?.[0]
}

/** The environment of the tests without settings of a system that somebody runs beside them. */
function ownEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(THROUGHLINE|KAFKA)_/.test(name) ? [] : [[name, value] as const],
  )
  return Object.fromEntries(kept)
}
