// A world of its own in engines that others use too: a schema, keys, topics and groups that begin with one name, and go again.
import { randomBytes } from 'node:crypto'
import { require } from './paths.mjs'

const { Redis } = require('ioredis')
const { Kafka, logLevel } = require('kafkajs')
const { Client } = require('pg')

export const newPrefix = () => `bench${randomBytes(5).toString('hex')}`

export function kafkaAt(brokers) {
  return new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
}

/** Removes everything whose name begins with the prefix: schemas, keys, topics and consumer groups. */
export async function forget(prefix, { postgres, redis, kafka }) {
  await Promise.all([
    postgres && forgetSchemas(prefix, postgres),
    redis && forgetKeys(prefix, redis),
    kafka && forgetTopics(prefix, kafka),
  ])
}

async function forgetSchemas(prefix, address) {
  const client = new Client({ connectionString: address })
  await client.connect()
  const { rows } = await client.query('SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE $1', [
    `${prefix}%`,
  ])
  for (const { name } of rows) await client.query(`DROP SCHEMA "${name}" CASCADE`)
  await client.end()
}

async function forgetKeys(prefix, address) {
  const redis = new Redis(address)
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 }))
    if (keys.length > 0) await redis.unlink(...keys)
  redis.disconnect()
}

async function forgetTopics(prefix, brokers) {
  const admin = kafkaAt(brokers).admin()
  await admin.connect()
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}`))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  const { groups } = await admin.listGroups()
  const own = groups.map(({ groupId }) => groupId).filter((group) => group.startsWith(prefix))
  // One that still has a member goes by itself when its topics are gone.
  if (own.length > 0) await admin.deleteGroups(own).catch(() => undefined)
  await admin.disconnect()
}
