// The relay in a process of its own, without the health and metrics of apps/relay.
import { planOf } from '../lib/broker.mjs'
import { serve } from '../lib/child.mjs'
import { require } from '../lib/paths.mjs'
import { ports } from '../lib/ports.mjs'

const { openPostgres } = require('@throughline/adapter-postgres')
const { startRelay } = require('@throughline/adapter-kafka')
const { BENCH_PREFIX, BENCH_SCHEMA, BENCH_PARTITIONS, DATABASE_URL, KAFKA_BROKERS } = process.env
const kit = ports()
const store = await openPostgres({ url: DATABASE_URL, schema: BENCH_SCHEMA, ...kit })
const relay = startRelay({
  ...planOf(BENCH_PREFIX, Number(BENCH_PARTITIONS), KAFKA_BROKERS),
  events: store.events,
  registers: store.registers,
  ids: kit.ids,
  register: 'live',
})

async function caughtUp({ head }) {
  while (relay.position < head) await new Promise((resolve) => setTimeout(resolve, 5))
  return relay.position
}

serve({}, { caughtUp }, async () => {
  await relay.stop()
  await store.close()
  kit.timers.stop()
})
