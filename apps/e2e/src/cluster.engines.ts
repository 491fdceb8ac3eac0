import { engineAt } from '@throughline/ports/suites'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { Client } from 'pg'

/** Removes everything that a world of this prefix has left in the engines. */
export async function forgetWorld(prefix: string): Promise<void> {
  await Promise.all([forgetRecord(prefix), forgetViews(prefix), forgetTopics(prefix)])
}

async function forgetRecord(prefix: string): Promise<void> {
  const client = new Client({ connectionString: engineAt('DATABASE_URL') })
  await client.connect()
  await client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(prefix)} CASCADE`)
  await client.end()
}

async function forgetViews(prefix: string): Promise<void> {
  const redis = new Redis(engineAt('REDIS_URL'))
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 }) as AsyncIterable<
    string[]
  >) {
    if (keys.length > 0) await redis.unlink(...keys)
  }
  redis.disconnect()
}

async function forgetTopics(prefix: string): Promise<void> {
  const kafka = new Kafka({ brokers: engineAt('KAFKA_BROKERS').split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  const { groups } = await admin.listGroups()
  const ours = groups.filter(({ groupId }) => groupId.startsWith(`${prefix}.`)).map(({ groupId }) => groupId)
  if (ours.length > 0) await admin.deleteGroups(ours).catch(() => undefined)
  await admin.disconnect()
}
