// Engines for npm test: by address from the environment, else in containers where Docker answers, else what npm run engines
// can start on this machine, on free ports and in a folder that is thrown away. Only those that a spec asks for.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CannotStart, ENGINES, abandon, jarsOf, start } from './engines/machine.mjs'
import { freePort } from './engines/shared.mjs'
import { node, root } from './prepare.mjs'

/** Specs that start every service as a process of its own. */
export const CLUSTER = '\\.cluster\\.(page\\.)?spec\\.ts$'
const [kafka, redis, postgres] = ENGINES
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const JARS = jarsOf(join(root, 'data/engines'))
const REPLACED =
  "wire double over the client's own generated service definitions: proves our use of the client, not the server"

/** Each engine: the specs that need it, how its address is tried, its container. */
const WANTED = [
  {
    engine: 'kafka',
    variable: kafka.variable,
    own: '\\.kafka\\.int\\.spec\\.ts$',
    inCluster: true,
    local: kafka,
    async version(brokers) {
      const { Kafka, logLevel } = (await import('kafkajs')).default
      const client = new Kafka({
        brokers: brokers.split(','),
        connectionTimeout: 3_000,
        retry: { retries: 1 },
        logLevel: logLevel.NOTHING,
      })
      const admin = client.admin()
      try {
        await admin.connect()
        const { brokers: all } = await admin.describeCluster()
        return `${all.length} broker${all.length === 1 ? '' : 's'}`
      } finally {
        await admin.disconnect()
      }
    },
    async container() {
      const image = 'confluentinc/cp-kafka:8.0.0'
      const { KafkaContainer } = await import('@testcontainers/kafka')
      const started = await new KafkaContainer(image)
        .withEnvironment({
          KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
          KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
          KAFKA_MIN_INSYNC_REPLICAS: '1',
        })
        .start()
      return { image, started, address: `${started.getHost()}:${started.getMappedPort(9093)}` }
    },
  },
  {
    engine: 'redis',
    variable: redis.variable,
    own: '\\.redis\\.int\\.spec\\.ts$',
    inCluster: true,
    local: redis,
    async version(url) {
      const { Redis } = await import('ioredis')
      const client = new Redis(url, {
        lazyConnect: true,
        connectTimeout: 3_000,
        retryStrategy: () => null,
        maxRetriesPerRequest: 0,
      })
      client.on('error', () => {})
      try {
        await client.connect()
        return /redis_version:(\S+)/.exec(await client.info('server'))?.[1]
      } finally {
        client.disconnect()
      }
    },
    async container() {
      const image = 'redis:7.4-alpine'
      const { GenericContainer } = await import('testcontainers')
      const started = await new GenericContainer(image).withExposedPorts(6379).start()
      return { image, started, address: `redis://${started.getHost()}:${started.getMappedPort(6379)}` }
    },
  },
  {
    engine: 'postgres',
    variable: postgres.variable,
    own: '\\.postgres\\.int\\.spec\\.ts$',
    inCluster: true,
    local: postgres,
    async version(url) {
      const { default: pg } = await import('pg')
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
      client.on('error', () => {})
      try {
        await client.connect()
        return (await client.query('SHOW server_version')).rows[0].server_version.split(' ')[0]
      } finally {
        await client.end().catch(() => {})
      }
    },
    async container() {
      const image = 'postgres:17-alpine'
      const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
      const started = await new PostgreSqlContainer(image)
        .withDatabase('throughline')
        .withCommand(['postgres', '-c', 'max_connections=200'])
        .start()
      return { image, started, address: started.getConnectionUri() }
    },
  },
  {
    engine: 'eventstoredb',
    variable: 'EVENTSTORE_URL',
    own: '\\.eventstore\\.int\\.spec\\.ts$',
    // Its wire double runs beside, which the report names.
    touched: /libs\/adapters\/eventstoredb\//,
    inCluster: false,
    isOptional: true,
    async version(url) {
      const { EventStoreDBClient } = await import('@eventstore/db-client')
      const client = EventStoreDBClient.connectionString(url)
      try {
        for await (const _ of client.readAll({ maxCount: 1 }));
        return 'a server'
      } finally {
        await client.dispose()
      }
    },
    async container() {
      const image = 'eventstore/eventstore:24.6'
      const { GenericContainer, Wait } = await import('testcontainers')
      const started = await new GenericContainer(image)
        .withEnvironment({
          EVENTSTORE_INSECURE: 'true',
          EVENTSTORE_MEM_DB: 'true',
          EVENTSTORE_RUN_PROJECTIONS: 'System',
          EVENTSTORE_START_STANDARD_PROJECTIONS: 'true',
        })
        .withExposedPorts(2113)
        .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
        .start()
      const address = `esdb://${started.getHost()}:${started.getMappedPort(2113)}?tls=false`
      return { image, started, address }
    },
  },
]

/**
 * Engines that the specs of this run need.
 *
 * @param only the parameters given to Jest
 * @returns `environment` for the run; `tested` and `missing` for the report (`isUnreachable`: named by an address
 * that does not answer; `isOptional`: no run has to have it); `unasked`: names of engines no spec asked for; `ignored`:
 * patterns of specs that cannot run; `stop`, which is safe to call twice
 */
export async function enginesForTests(only = [], given = process.env) {
  const specs = specsOf(only)
  const world = { folder: undefined, containers: [] }
  const found = { environment: {}, tested: [], missing: [], unasked: [], ignored: [] }
  const endNow = () => {
    if (world.folder === undefined) return
    for (const { local } of WANTED) if (local) abandon(local, world.folder)
    // PostgreSQL's own processes may still be tidying up.
    rmSync(world.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    world.folder = undefined
  }
  const interrupted = async () => {
    await stop()
    process.exit(130)
  }
  const stop = async () => {
    endNow()
    process.off('exit', endNow)
    for (const signal of SIGNALS) process.off(signal, interrupted)
    for (const { started } of world.containers.splice(0)) await started.stop().catch(() => {})
  }
  process.on('exit', endNow)
  for (const signal of SIGNALS) process.on(signal, interrupted)
  try {
    const docker = await dockerAnswers(given)
    for (const wanted of WANTED) {
      const patterns = [wanted.own, ...(wanted.inCluster ? [CLUSTER] : [])]
      const isAsked = specs.some((spec) => patterns.some((pattern) => new RegExp(pattern).test(spec)))
      const isTouched = specs.some((spec) => wanted.touched?.test(spec))
      if (!isAsked && !isTouched) {
        found.unasked.push(wanted.engine)
        continue
      }
      const { address, what, ...gap } = await one(wanted, { given, docker, world })
      if (address === undefined) {
        found.missing.push({ engine: wanted.engine, isOptional: wanted.isOptional === true, ...gap })
        for (const pattern of patterns) if (!found.ignored.includes(pattern)) found.ignored.push(pattern)
      } else {
        found.environment[wanted.variable] = address
        found.tested.push({ engine: wanted.engine, what })
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { ...found, stop }
}

/** The specs that Jest would run; it knows best what its parameters mean. */
function specsOf(only) {
  const jest = ['--no-warnings', 'node_modules/jest/bin/jest.js', '--config=jest.config.cjs', '--listTests']
  const { stdout, status, stderr } = spawnSync(node, [...jest, ...only], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`Jest could not list its specs: ${stderr}`)
  return stdout.split('\n').filter((line) => line.endsWith('.ts') || line.endsWith('.tsx'))
}

/** One engine: its `address` and `what` it is, or `why` there is none. */
async function one(wanted, { given, docker, world }) {
  const { engine, variable, local } = wanted
  const address = given[variable]
  if (address !== undefined && address !== '') {
    const { version, why } = await tried(wanted, address)
    if (version === undefined) return { why: `nothing answers at ${variable}: ${why}`, isUnreachable: true }
    return { address, what: `${version}, by address: ${withoutPassword(address)}` }
  }
  let why = `set ${variable}, or start Docker`
  if (docker) {
    try {
      const { image, started, address: inside } = await wanted.container()
      world.containers.push({ started })
      return { address: inside, what: `${image}, in a container` }
    } catch (error) {
      why = `its container did not start: ${firstLine(error)}`
    }
  }
  if (local === undefined) return { why: engine === 'eventstoredb' ? `${REPLACED} (${why})` : why }
  try {
    if (world.folder === undefined) {
      world.folder = mkdtempSync(join(tmpdir(), 'throughline-engines-'))
      // PostgreSQL may run as another user.
      chmodSync(world.folder, 0o755)
    }
    const { port, version } = await start(local, {
      folder: world.folder,
      port: await freePort(),
      lib: JARS,
      tied: true,
    })
    return { address: local.address(port), what: `${version}, started here on port ${port}` }
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error
    return { why: `${firstLine(error)}, or ${why}` }
  }
}

async function tried({ version }, address) {
  try {
    return { version: (await version(address)) ?? 'of unknown version' }
  } catch (error) {
    return { why: firstLine(error) }
  }
}

const firstLine = (error) => `${error.message || error.code || error}`.split('\n')[0]

/** An address without what opens it. */
const withoutPassword = (address) => address.replace(/:\/\/[^@/]*@/, '://')

/** Whether a Docker engine answers: asked for its health, not for its socket file. */
function dockerAnswers(given) {
  const host = given.DOCKER_HOST ?? 'unix:///var/run/docker.sock'
  const socketPath = host.startsWith('unix://') ? host.slice('unix://'.length) : undefined
  if (socketPath !== undefined && !existsSync(socketPath)) return false
  const url = socketPath === undefined ? new URL(host.replace(/^tcp:/, 'http:')) : undefined
  const where = url === undefined ? { socketPath } : { host: url.hostname, port: url.port || 2375 }
  return new Promise((resolve) => {
    const asking = request({ ...where, path: '/_ping', timeout: 2_000 })
    asking.on('response', (response) => resolve(response.resume().statusCode === 200))
    asking.on('timeout', () => asking.destroy())
    asking.on('error', () => resolve(false))
    asking.end()
  })
}
