import { fromMessage, Topics } from '@throughline/adapter-kafka'
import { openPostgres } from '@throughline/adapter-postgres'
import { openRedis } from '@throughline/adapter-redis'
import { services } from '@throughline/app-all-in-one'
import { SystemClock, SystemTimers, TOPICS, topicOf, UuidIds } from '@throughline/platform'
import { orderingKey } from '@throughline/ports'
import type { DeadLetter, EventStore, RecordedEvent } from '@throughline/ports'
import { engineAt } from '@throughline/ports/suites'
import { assertRecord, assertSame } from '@throughline/ports/invariants'
import { assertViews } from '@throughline/testing'
import { Kafka, logLevel } from 'kafkajs'
import { ok } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { lookAt } from './cluster.stage.js'
import type { ClusterStage } from './cluster.stage.js'

/** Milliseconds after which everything has to be at rest once nothing is broken any more. */
const HEALED = 60_000
/** Bytes that a process may hold (G11). */
const MOST_MEMORY = 512 * 1024 * 1024
const LOOK = 100
/** Looks that have to find the same, one after the other. */
const CALM = 5
const timers = new SystemTimers({ log: () => undefined, error: () => undefined, warn: () => undefined })

export interface ClusterExpected {
  /** Ids of commands that somebody was told are done. */
  readonly acked?: readonly string[]
  /** What is parked and should be, as `<group> <position>`; nothing by default. */
  readonly letters?: readonly string[]
  /** Messages in the topics that no relay wrote. */
  readonly strays?: number
}

/**
 * Returns when every process answers, every reader has read everything there is, one relay sends, and all of it is in the
 * topics. @throws Error naming what is not at rest a minute after it was called
 */
export async function healed(stage: ClusterStage): Promise<void> {
  let why = 'nothing was looked at'
  let before = ''
  let calm = 0
  for (const end = performance.now() + HEALED; performance.now() < end;) {
    await sleep(LOOK)
    const found = await lookAt(stage.cluster)
    why = restless(found, stage)
    const now = String(headOf(found))
    calm = why === '' && now === before ? calm + 1 : 0
    before = now
    // What was at rest may just have set something going, and who takes partitions over does not know yet what waits there.
    if (calm < CALM) continue
    why = await deaf(stage)
    if (why === '') return
  }
  const newest = (await newestOf(stage)).map(({ position, type, recordedAt }) =>
    [String(position), type, recordedAt].join(' '),
  )
  throw new Error(
    [
      `not at rest after ${String(HEALED / 1_000)} s: ${why === '' ? 'the record grew until now' : why}`,
      ...newest,
      ...stage.said.slice(-40),
    ].join('\n'),
  )
}

async function newestOf({ environment }: ClusterStage): Promise<readonly RecordedEvent[]> {
  const store = await openRecord(environment.THROUGHLINE_PREFIX ?? '')
  try {
    return await store.events.readAll({ after: (await store.events.head()) - 30 })
  } finally {
    await store.close()
  }
}

/** A view that nobody reads is found to be lost a moment later; then it is built, and until then it is not as it should be. */
async function inTime(holds: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + HEALED; ;) {
    try {
      await holds()
      return
    } catch (error) {
      if (performance.now() > end) throw error
      await sleep(LOOK)
    }
  }
}

/** Why something is not at rest; empty when all is. */
function restless(found: Awaited<ReturnType<typeof lookAt>>, { cluster }: ClusterStage): string {
  const absent = [...cluster.processes.keys()].filter((name) => !found.has(name))
  if (absent.length > 0) return `${absent.join(', ')} do not answer`
  const head = headOf(found)
  const late: string[] = []
  for (const [name, one] of found) {
    const { status, readers = {}, unassigned = [], failing = [], leader, position = 0 } = one
    if (unassigned.length > 0) late.push(`${name} waits for its share of ${unassigned.join(', ')}`)
    // One that starts tells of no reader yet.
    if (status !== 'ok') late.push(`${name} is ${status}`)
    if (failing.length > 0) late.push(`${name} fails: ${String(failing)}`)
    for (const [reader, at] of Object.entries(readers)) {
      if (at < head) late.push(`${name} ${reader} is at ${String(at)} of ${String(head)}`)
    }
    if (leader === true && position < head)
      late.push(`${name} has sent ${String(position)} of ${String(head)}`)
  }
  const leaders = [...found.values()].filter(({ leader }) => leader === true).length
  if (leaders !== 1) late.push(`${String(leaders)} relays send`)
  return late.join('; ')
}

function headOf(found: Awaited<ReturnType<typeof lookAt>>): number {
  return Math.max(...[...found.values()].map(({ head = 0 }) => head))
}

/** Processes that cannot tell how many dead letters there are: they hear nothing of Kafka yet. */
async function deaf(stage: ClusterStage): Promise<string> {
  const found: string[] = []
  for (const [name, text] of await metrics(stage)) {
    if (/^throughline_dead_letters [Nn]a[Nn]/m.test(text)) found.push(name)
  }
  return found.length === 0 ? '' : `${found.join(', ')} cannot ask for dead letters`
}

async function metrics({ cluster }: ClusterStage): Promise<ReadonlyMap<string, string>> {
  const own = [...cluster.processes].filter(([name]) => name !== 'edge')
  const asked = own.map(async ([name, { plan }]) => {
    const answer = await fetch(`${new URL(plan.ready).origin}/metrics`)
    return [name, await answer.text()] as const
  })
  return new Map(await Promise.all(asked))
}

/**
 * What holds of a whole cluster once it is healed: everything of `assertRecord`, and nothing that somebody was told is done is
 * missing (G1 to G3, G10); the topics hold every event of the record, each partition in its order, and nothing else (G4);
 * every reader of every process is at the head (G7); only what should be is parked (G8); every view in Redis holds exactly
 * the rows that the record makes (G5, G6); no process has ended by itself, left a rejection unhandled or grown (G11). Returns
 * the record. @throws AssertionError
 */
export async function assertClusterWorld(
  stage: ClusterStage,
  { acked = [], letters = [], strays = 0 }: ClusterExpected = {},
): Promise<readonly RecordedEvent[]> {
  await healed(stage)
  const prefix = stage.environment.THROUGHLINE_PREFIX ?? ''
  const store = await openRecord(prefix)
  const redis = await openRedis({ url: engineAt('REDIS_URL'), timers, prefix })
  try {
    const log = await assertRecord(store.events, { gapless: false })
    const done = new Set(log.map(({ commandId }) => commandId))
    assertSame(
      acked.filter((id) => !done.has(id)),
      [],
      'acknowledged and lost',
    )
    const { items: parked } = (
      await stage.operator.get<{ readonly items: readonly DeadLetter[] }>('/api/v1/platform/dead-letters')
    ).body
    assertSame(parked.map(nameOf).sort(), [...letters].sort(), 'what is parked')
    await assertTopics(prefix, planOf(stage), log, strays)
    await inTime(() => assertViews(services, redis.views, log, parked))
    await assertProcesses(stage)
    return log
  } finally {
    await redis.close()
    await store.close()
  }
}

/** The record of a cluster, past every process and proxy. */
export async function openRecord(
  prefix: string,
): Promise<{ readonly events: EventStore; close(): Promise<void> }> {
  const clock = new SystemClock()
  const ids = new UuidIds(clock)
  return openPostgres({ url: engineAt('DATABASE_URL'), schema: prefix, clock, ids, timers })
}

/**
 * What follows from an event follows once: events of one type that took effect in what their reactions recorded another number
 * of times, each with how often, what stands beside it in its journey, and the end of the record; but for those at these positions.
 */
export function astrayIn(
  log: readonly RecordedEvent[],
  cause: string,
  effect: string,
  but: readonly number[] = [],
): readonly object[] {
  const causes = log.filter(({ type, position }) => type === cause && !but.includes(position))
  const counts = new Map(causes.map(({ id }) => [id, 0]))
  for (const { type, causationId = '' } of log) {
    const count = counts.get(causationId)
    if (type === effect && count !== undefined) counts.set(causationId, count + 1)
  }
  return causes
    .filter(({ id }) => counts.get(id) !== 1)
    .map((event) => ({
      effect,
      count: counts.get(event.id),
      event,
      beside: log
        .filter(({ type, data }) => type === effect && JSON.stringify(data).includes(event.streamId))
        .map(({ position, causationId }) => ({ position, causationId })),
      head: log.at(-1)?.position,
    }))
}

interface Published {
  readonly place: string
  readonly event: RecordedEvent | undefined
}

/** Every message of the topics of events, in the order of each partition. */
export async function published(prefix: string, plan: Topics): Promise<readonly Published[]> {
  const brokers = engineAt('KAFKA_BROKERS').split(',')
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map<string, bigint>()
  for (const topic of plan.events.keys()) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (BigInt(high) > BigInt(low)) ends.set(`${topic}/${String(partition)}`, BigInt(high))
    }
  }
  const found: Published[] = []
  const groupId = `${prefix}.looks-on-${String(performance.now())}`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 })
  try {
    if (ends.size === 0) return found
    await consumer.connect()
    await consumer.subscribe({ topics: [...plan.events.keys()], fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        reject(payload.error)
      })
      consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch }) => {
            const place = `${batch.topic}/${String(batch.partition)}`
            for (const message of batch.messages) found.push({ place, event: eventIn(message) })
            if (BigInt(batch.lastOffset()) + 1n >= (ends.get(place) ?? 0n)) ends.delete(place)
            if (ends.size === 0) resolve()
            return Promise.resolve()
          },
        })
        .catch(reject)
    })
    return found
  } finally {
    await consumer.disconnect()
    await admin.disconnect()
  }
}

/** The topics as the processes of a cluster have them. */
export function planOf({ environment }: ClusterStage): Topics {
  const partitions = Number(environment.KAFKA_PARTITIONS)
  return new Topics({
    prefix: environment.THROUGHLINE_PREFIX ?? '',
    topics: Object.fromEntries(TOPICS.map((topic) => [topic, partitions])),
    topicOf,
    replication: 1,
  })
}

async function assertTopics(
  prefix: string,
  plan: Topics,
  log: readonly RecordedEvent[],
  strays: number,
): Promise<void> {
  const messages = await published(prefix, plan)
  const stored = new Map(log.map((event) => [event.position, event]))
  const seen = new Set<number>()
  const last = new Map<string, number>()
  const foreign = messages.flatMap(({ event }) =>
    event === undefined || stored.get(event.position)?.id === event.id
      ? []
      : [`${String(event.position)} ${event.type} of ${String(event.causationId)} by ${event.actor}`],
  )
  assertSame(foreign, [], `events in the topics that were not recorded up to ${String(log.length)}`)
  assertSame(messages.filter(({ event }) => event === undefined).length, strays, 'messages of strangers')
  for (const { place, event } of messages) {
    const own = event && stored.get(event.position)
    if (event === undefined || own?.id !== event.id || seen.has(event.position)) continue
    seen.add(event.position)
    // First sendings are in the order of the log; what comes again comes behind its first.
    ok((last.get(place) ?? 0) < event.position, `${place} has ${String(event.position)} behind a later one`)
    last.set(place, event.position)
    assertSame(event, own, `the message of ${String(event.position)}`)
    const wanted = plan.placeOf(own)
    assertSame(place, `${wanted.topic}/${String(wanted.partition)}`, `where ${orderingKey(own)} belongs`)
  }
  assertSame(
    log.map(({ position }) => position).filter((position) => !seen.has(position)),
    [],
    'recorded and not published',
  )
}

async function assertProcesses(stage: ClusterStage): Promise<void> {
  const { said } = stage
  const ended = said.flatMap((line, index) => {
    if (!/ ended with (?!SIGKILL|0;)/.test(line)) return []
    const [name = ''] = line.split(' ')
    // With the last that it said.
    return said
      .slice(0, index + 1)
      .filter((other) => other.startsWith(`${name} `))
      .slice(-4)
  })
  assertSame(ended, [], 'processes that ended by themselves')
  const unhandled = said.filter((line) => /unhandled.*rejection|triggerUncaughtException/i.test(line))
  assertSame(unhandled, [], 'rejections that nobody handled')
  for (const [name, text] of await metrics(stage)) {
    const bytes = Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1])
    ok(bytes <= MOST_MEMORY, `${name} holds ${String(Math.round(bytes / 1024 / 1024))} MB`)
  }
}

function eventIn(message: Parameters<typeof fromMessage>[0]): RecordedEvent | undefined {
  try {
    return fromMessage(message).event
  } catch {
    return undefined
  }
}

function nameOf({ group, event }: DeadLetter): string {
  return `${group} ${String(event.position)}`
}
