// Engines for the benchmarks that need some: by address from the environment, else those that npm run engines has started,
// else started here on free ports, in a folder that is thrown away.
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CannotStart, ENGINES, abandon, jarsOf, runningOf, start } from '../../scripts/engines/machine.mjs'
import { freePort } from '../../scripts/engines/shared.mjs'
import { require, root } from './paths.mjs'

const { Redis } = require('ioredis')
const { Kafka, logLevel } = require('kafkajs')
const { Client } = require('pg')

/** What runs, as the table names it; how far it keeps what it acknowledged is part of it. */
const ABOUT = {
  postgres: async (address) => {
    const client = new Client({ connectionString: address, connectionTimeoutMillis: 3_000 })
    await client.connect()
    const show = async (name) => (await client.query(`SHOW ${name}`)).rows[0][name]
    const version = (await show('server_version')).split(' ')[0]
    const said = `PostgreSQL ${version} (fsync ${await show('fsync')}, synchronous_commit ${await show('synchronous_commit')})`
    await client.end()
    return said
  },
  kafka: async (address) => {
    const admin = new Kafka({
      brokers: address.split(','),
      connectionTimeout: 3_000,
      retry: { retries: 1 },
      logLevel: logLevel.NOTHING,
    }).admin()
    try {
      await admin.connect()
      const { brokers } = await admin.describeCluster()
      return `Kafka (${brokers.length} broker${brokers.length === 1 ? '' : 's'}, acks all)`
    } finally {
      await admin.disconnect()
    }
  },
  redis: async (address) => {
    const redis = new Redis(address, { lazyConnect: true, connectTimeout: 3_000, retryStrategy: () => null })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1]
      const [, kept] = await redis.config('GET', 'appendonly').catch(() => [])
      return `Redis ${version} (appendonly ${kept ?? 'unknown'})`
    } finally {
      redis.disconnect()
    }
  },
}

/** Finds or starts engines by name; `missing` has a sentence for each that is not to be had. `stop` ends what was started. */
export async function openEngines(names) {
  const found = { addresses: {}, about: {}, missing: {} }
  let folder
  const stop = () => {
    if (folder === undefined) return
    for (const engine of ENGINES) abandon(engine, folder)
    // Engines tidy up as they end: a file that goes meanwhile ends the removal, which says nothing of it.
    for (let tries = 0; existsSync(folder) && tries < 50; tries++) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    }
    folder = undefined
  }
  process.on('exit', stop)
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
  const addressOf = async (engine) => {
    const given = process.env[engine.variable]
    if (given !== undefined && given !== '') return given
    const note = runningOf(engine, join(root, 'data/engines'))
    if (note !== undefined) return engine.address(note.port)
    if (folder === undefined) {
      folder = mkdtempSync(join(tmpdir(), 'throughline-bench-engines-'))
      // PostgreSQL may run as another user.
      chmodSync(folder, 0o755)
    }
    const lib = jarsOf(join(root, 'data/engines'))
    const { port } = await start(engine, { folder, port: await freePort(), lib, tied: true })
    return engine.address(port)
  }
  for (const name of names) {
    const engine = ENGINES.find((one) => one.name === name)
    try {
      const address = await addressOf(engine)
      found.about[name] = await ABOUT[name](address)
      found.addresses[name] = address
    } catch (error) {
      const why = String(error.message || error.code || error).split('\n')[0]
      found.missing[name] =
        error instanceof CannotStart
          ? `${why}; or name one by ${engine.variable}`
          : `nothing answers there (${engine.variable}): ${why}`
    }
  }
  return { ...found, stop }
}
