import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { words, wrong, WrongSetting } from './wrong-setting.js'

const count = z.coerce.number().int().min(1)

/** Addresses of engines, by the names that teams know them by. */
const engines = z.object({
  DATABASE_URL: z.string().default(''),
  EVENTSTORE_URL: z.string().default(''),
  REDIS_URL: z.string().default(''),
  /** `kafka-1:9092,kafka-2:9092` */
  KAFKA_BROKERS: z.string().default(''),
  KAFKA_TLS: z.enum(['true', 'false']).default('false'),
  /** How to sign in to Kafka; empty does not. */
  KAFKA_SASL: z.enum(['', 'plain', 'scram-sha-256', 'scram-sha-512']).default(''),
  KAFKA_USERNAME: z.string().default(''),
  KAFKA_PASSWORD: z.string().default(''),
  /** Partitions of each topic, for life: the key of an event decides its partition. */
  KAFKA_PARTITIONS: count.default(12),
  /** Copies of each partition, and how many must have a message before it counts as sent. */
  KAFKA_REPLICATION: count.default(3),
  KAFKA_MIN_INSYNC: count.default(2),
  /** Days for which topics keep events; the record keeps them for ever. */
  KAFKA_RETENTION_DAYS: count.default(7),
})
const POSTGRES: readonly [RegExp, string] = [
  /^postgres(ql)?:\/\//,
  'postgres://throughline@postgres:5432/throughline',
]
const EVENTSTORE: readonly [RegExp, string] = [
  /^(esdb|kurrentdb)(\+discover)?:\/\//,
  'esdb://eventstore:2113?tls=false',
]

/** Where a password may stand in them, a file may be named instead. */
const SECRET = ['DATABASE_URL', 'EVENTSTORE_URL', 'REDIS_URL', 'KAFKA_USERNAME', 'KAFKA_PASSWORD'] as const

type Mechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'
type Sasl = {
  [Each in Mechanism]: { readonly mechanism: Each; readonly username: string; readonly password: string }
}[Mechanism]

/** The shared engines of a platform team. */
export interface EngineSettings {
  /** Begins the names of everything kept there. */
  readonly prefix: string
  /** Of PostgreSQL or EventStoreDB. */
  readonly store: string
  readonly redis: string
  readonly brokers: readonly string[]
  readonly tls: boolean
  readonly sasl: Sasl | undefined
  readonly topics: {
    readonly partitions: number
    readonly replication: number
    readonly minInsync: number
    readonly retentionDays: number
  }
}

/** The shared engines that a store asks for; none for one that a process has to itself. @throws WrongSetting */
export function sharedEngines(
  store: 'sqlite' | 'memory' | 'postgres' | 'eventstoredb',
  prefix: string,
  environment: Readonly<Record<string, string | undefined>>,
): EngineSettings | undefined {
  if (store === 'sqlite' || store === 'memory') return undefined
  const read = engines.safeParse({ ...environment, ...secretsFromFiles(environment) })
  if (!read.success) throw wrong(read.error)
  const env = read.data
  const record = store === 'postgres' ? 'DATABASE_URL' : 'EVENTSTORE_URL'
  const missing = ([record, 'KAFKA_BROKERS', 'REDIS_URL'] as const).filter((name) => env[name] === '')
  if (missing.length > 0) {
    throw new WrongSetting(
      `${missing.join(', ')}: missing. THROUGHLINE_STORE=${store} needs ${record}, KAFKA_BROKERS and REDIS_URL.`,
    )
  }
  const [scheme, example] = store === 'postgres' ? POSTGRES : EVENTSTORE
  checkUrl(record, env[record], scheme, example)
  checkUrl('REDIS_URL', env.REDIS_URL, /^rediss?:\/\//, 'redis://redis:6379')
  const brokers = words(env.KAFKA_BROKERS)
  const odd = brokers.find((broker) => !/^[^\s:/]+:\d{1,5}$/.test(broker))
  if (odd !== undefined) throw new WrongSetting(`KAFKA_BROKERS: "${odd}" is no host:port`)
  if (env.KAFKA_MIN_INSYNC > env.KAFKA_REPLICATION) {
    throw new WrongSetting(
      'KAFKA_MIN_INSYNC: more than KAFKA_REPLICATION, so that nothing could ever be sent',
    )
  }
  if (env.KAFKA_SASL !== '' && (env.KAFKA_USERNAME === '' || env.KAFKA_PASSWORD === '')) {
    throw new WrongSetting(`KAFKA_USERNAME, KAFKA_PASSWORD: KAFKA_SASL=${env.KAFKA_SASL} needs both`)
  }
  return {
    prefix,
    store: env[record],
    redis: env.REDIS_URL,
    brokers,
    tls: env.KAFKA_TLS === 'true',
    sasl:
      env.KAFKA_SASL === ''
        ? undefined
        : { mechanism: env.KAFKA_SASL, username: env.KAFKA_USERNAME, password: env.KAFKA_PASSWORD },
    topics: {
      partitions: env.KAFKA_PARTITIONS,
      replication: env.KAFKA_REPLICATION,
      minInsync: env.KAFKA_MIN_INSYNC,
      retentionDays: env.KAFKA_RETENTION_DAYS,
    },
  }
}

/** What stands in `<NAME>_FILE`, so that no password has to stand in the environment. */
function secretsFromFiles(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of SECRET) {
    const path = environment[`${name}_FILE`]
    if (path === undefined || path === '') continue
    try {
      found[name] = readFileSync(path, 'utf8').trim()
    } catch {
      throw new WrongSetting(`${name}_FILE: ${path} cannot be read`)
    }
  }
  return found
}

// No value in the message: it may hold a password.
function checkUrl(name: string, value: string, scheme: RegExp, example: string): void {
  if (!scheme.test(value) || !URL.canParse(value.split(',')[0] ?? ''))
    throw new WrongSetting(`${name}: no address of this engine; write one such as ${example}`)
}
