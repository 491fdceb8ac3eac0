// One member of a consumer group whose handler does nothing: ours, or bare kafkajs. It tells how many events it had, and when.
import { planOf } from '../lib/broker.mjs'
import { serve } from '../lib/child.mjs'
import { inside, require } from '../lib/paths.mjs'
import { ports } from '../lib/ports.mjs'
import { kafkaAt } from '../lib/world.mjs'

const { BENCH_HOW, BENCH_GROUP, BENCH_PREFIX, BENCH_PARTITIONS, BENCH_SCHEMA } = process.env
const { DATABASE_URL, KAFKA_BROKERS } = process.env
const plan = planOf(BENCH_PREFIX, Number(BENCH_PARTITIONS), KAFKA_BROKERS)
const seen = { events: 0, first: 0, last: 0 }

function count(events) {
  // One clock for all members.
  seen.last = performance.timeOrigin + performance.now()
  if (seen.events === 0) seen.first = seen.last
  seen.events += events
}

async function ours() {
  const { openKafka } = require('@throughline/adapter-kafka')
  const { openPostgres } = require('@throughline/adapter-postgres')
  const { publicEvents } = require('@throughline/contracts')
  const kit = ports()
  const store = await openPostgres({ url: DATABASE_URL, schema: BENCH_SCHEMA, ...kit })
  const kafka = await openKafka({ ...plan, events: store.events, ...kit })
  const handle = async () => count(1)
  await kafka.bus.consume({ group: BENCH_GROUP, types: [...publicEvents().keys()], handle })
  return async () => {
    await kafka.close()
    await store.close()
    kit.timers.stop()
  }
}

async function bare() {
  const { Topics } = inside('libs/adapters/kafka/dist/topics.js')
  const consumer = kafkaAt(KAFKA_BROKERS).consumer({
    groupId: `${BENCH_PREFIX}.bare.${BENCH_GROUP}`,
    maxWaitTimeInMs: 250,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [...new Topics(plan).events.keys()], fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) JSON.parse(value.toString())
      count(batch.messages.length)
    },
  })
  return () => consumer.disconnect()
}

const stop = await (BENCH_HOW === 'ours' ? ours() : bare())
serve({}, { seen: () => seen }, stop)
