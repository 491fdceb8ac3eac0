import { Logger } from '@nestjs/common'
import { openKafka } from '@throughline/adapter-kafka'
import { openRedis } from '@throughline/adapter-redis'
import { Refused, SECOND } from '@throughline/kernel'
import type { EventStore, Registers, Timers } from '@throughline/ports'
import { hostname } from 'node:os'
import type { Engines, Sources } from './mode.js'
import type { Settings } from './settings.js'
import type { EngineSettings } from './settings.engines.js'
import { TOPICS, topicOf } from './topics.js'
import { WrongSetting } from './wrong-setting.js'

const logger = new Logger('engines')

/** How long a start waits for engines that start as well, in whatever order (R30). */
const PATIENCE = 100 * SECOND
const LONGEST_PAUSE = 2 * SECOND
const DAY = 24 * 60 * 60 * SECOND

/** The record of many processes, with what they share beside it. */
export interface SharedStore {
  readonly events: EventStore
  readonly registers: Registers
  close(): Promise<void>
}

/** The engines that a platform team operates. @throws WrongSetting, or what an engine says that cannot be used */
export async function onSharedEngines(settings: Settings, sources: Sources): Promise<Engines> {
  const engines = sharedOf(settings)
  const { clock, ids, timers } = sources
  const store = await openStore(settings, sources)
  try {
    const redis = await patiently('Redis', timers, () =>
      openRedis({ url: engines.redis, timers, prefix: engines.prefix }),
    )
    for (const notice of redis.notices) logger.warn(notice)
    const kafka = await openKafka({
      ...kafkaOf(engines),
      events: store.events,
      clock,
      ids,
      timers,
      onFatal: die,
    })
    return {
      events: store.events,
      bus: kafka.bus,
      views: redis.views,
      shared: {
        registers: store.registers,
        signals: redis.signals,
        counters: redis.counters,
        lastPoll: () => kafka.lastPoll(),
      },
      close: async () => {
        await kafka.close()
        await redis.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The record alone, for a process that needs no more. */
export async function openStore(settings: Settings, { clock, ids, timers }: Sources): Promise<SharedStore> {
  const { store: url, prefix } = sharedOf(settings)
  // A client is loaded where it is used: each takes its memory in every process.
  if (settings.store === 'eventstoredb') {
    const { openEventStoreDb } = await import('@throughline/adapter-eventstoredb')
    return patiently('EventStoreDB', timers, () => openEventStoreDb({ url, prefix, clock, ids, timers }))
  }
  const { openPostgres } = await import('@throughline/adapter-postgres')
  return patiently('PostgreSQL', timers, () => openPostgres({ url, schema: prefix, clock, ids, timers }))
}

/** How Kafka is reached, and what its topics are. */
export function kafkaOf({ brokers, prefix, tls, sasl, topics }: EngineSettings) {
  const { partitions, replication, minInsync, retentionDays } = topics
  return {
    brokers,
    clientId: `throughline-${hostname()}-${String(process.pid)}`,
    prefix,
    topics: Object.fromEntries(TOPICS.map((topic) => [topic, partitions])),
    topicOf,
    replication,
    minInsync,
    retention: retentionDays * DAY,
    ...(tls && { ssl: true }),
    ...(sasl !== undefined && { sasl }),
    onLog: (line: string) => {
      logger.warn(line)
    },
  }
}

/** What trying again cannot mend: whoever starts processes sees it, and why. */
export function die(error: Error): void {
  logger.fatal(error.message)
  process.exit(1)
}

export function sharedOf({ engines, store }: Settings): EngineSettings {
  if (engines === undefined)
    throw new WrongSetting(
      `THROUGHLINE_STORE: ${store} is no engine that processes share; write postgres or eventstoredb`,
    )
  return engines
}

/** Opens an engine as soon as it answers. @throws what it refuses for another reason, or Refused after the patience */
async function patiently<Opened>(name: string, timers: Timers, open: () => Promise<Opened>): Promise<Opened> {
  for (let pause = 100, waited = 0; ; pause = Math.min(LONGEST_PAUSE, pause * 2), waited += pause) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof Refused) || error.kind !== 'unavailable' || waited >= PATIENCE) throw error
      logger.warn(`${name} does not answer yet: ${error.message}`)
      await timers.sleep(pause)
    }
  }
}
