import { setTimeout as sleep } from 'node:timers/promises'
import { makeTopics, PAGE, planOf, relayed, sendsOfLog } from './lib/broker.mjs'
import { child } from './lib/child.mjs'
import { compared, quantile, takeTurns } from './lib/figures.mjs'
import { require } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'
import { forget, kafkaAt, newPrefix } from './lib/world.mjs'

const { openPostgres } = require('@throughline/adapter-postgres')

export const title = 'from the record to Kafka'
export const needs = ['postgres', 'kafka']
export const settings = (quick) => ({
  events: quick ? 1_000 : 20_000,
  partitions: 12,
  perSecond: quick ? 100 : 1_000,
  seconds: quick ? 1 : 5,
  rounds: quick ? 1 : 5,
})

export async function measure({ events, partitions, perSecond, seconds, rounds }, { engines }) {
  const { postgres, kafka: brokers } = engines.addresses
  const kit = ports()
  const prefix = newPrefix()
  const store = await openPostgres({ url: postgres, schema: prefix, ...kit })
  try {
    await seed(store.events, kit.ids, events)
    const world = { store, kit, prefix, brokers, partitions, postgres }
    return [
      ...(await throughput({ ...world, rounds })),
      ...(await latency({ ...world, perSecond, seconds, rounds: Math.min(rounds, 3) })),
    ]
  } finally {
    await store.close()
    kit.timers.stop()
    await forget(prefix, engines.addresses)
  }
}

async function throughput({ store, kit, prefix, brokers, partitions, rounds }) {
  const head = await store.events.head()
  const planFor = (name) => planOf(`${prefix}.${name}`, partitions, brokers)
  const sends = await sendsOfLog(store.events, await makeTopics(planFor('any')))
  // Topics of the same names again: what is sent says where it goes.
  const bare = kafkaAt(brokers).producer({ allowAutoTopicCreation: false, retry: { retries: 0 } })
  await bare.connect()
  let number = 0
  const taken = await takeTurns(
    {
      ours: async () => {
        const register = `relay-${++number}`
        const plan = planFor(register)
        await makeTopics(plan)
        const before = process.cpuUsage()
        const took = await relayed({ store, ids: kit.ids, plan, register, head })
        const cpu = cpuSince(before) / head
        await forget(plan.prefix, { kafka: brokers })
        return { perSecond: head / took, cpu }
      },
      bare: () => timed(head, sends, (topicMessages) => bare.sendBatch({ acks: -1, topicMessages })),
      read: () => readThrough(store.events, head),
    },
    rounds,
  )
  await bare.disconnect()
  const bareSends = taken.bare.perSecond
  const against = `bare kafkajs, the same bytes in the same batches, and nothing else`
  return [
    compared({
      what: 'relay: read, prove, make CloudEvents, send, and a durable checkpoint for each batch',
      unit: 'events/s',
      ours: taken.ours.perSecond,
      against,
      reference: bareSends,
      target: { ratio: 0.7 },
      beyond: 0.85,
    }),
    compared({
      what: `of which reading and proving the record in pages of ${PAGE}`,
      unit: 'events/s',
      ours: taken.read.perSecond,
      against,
      reference: bareSends,
    }),
    compared({
      what: 'relay: processor time of its process for an event',
      unit: 'µs',
      better: 'less',
      ours: taken.ours.cpu,
      against,
      reference: taken.bare.cpu,
    }),
  ]
}

/** Microseconds of processor time of this process, all its threads together. */
function cpuSince(before) {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

async function measured(head, work) {
  const before = process.cpuUsage()
  const began = performance.now()
  await work()
  return { perSecond: (head / (performance.now() - began)) * 1_000, cpu: cpuSince(before) / head }
}

function timed(head, all, take) {
  return measured(head, async () => {
    for (const one of all) await take(one)
  })
}

function readThrough(events, head) {
  return measured(head, async () => {
    for (let at = 0; at < head;) at = (await events.readAll({ after: at, limit: PAGE })).at(-1).position
  })
}

/**
 * How long after it was begun an append is in the broker's log, by the broker's clock of the same machine (whole
 * milliseconds). The relay is a process of its own, as in operation.
 */
async function latency({ kit, store, prefix, brokers, partitions, postgres, perSecond, seconds, rounds }) {
  const plan = planOf(`${prefix}.live`, partitions, brokers)
  const topics = await makeTopics(plan)
  const relay = await child('servers/relay.mjs', {
    env: {
      BENCH_PREFIX: plan.prefix,
      BENCH_SCHEMA: prefix,
      BENCH_PARTITIONS: String(partitions),
      DATABASE_URL: postgres,
      KAFKA_BROKERS: brokers,
    },
  })
  const bareTopic = `${prefix}.direct.journeys`
  await makeTopics(planOf(`${prefix}.direct`, partitions, brokers))
  const kafka = kafkaAt(brokers)
  const arrived = new Map()
  const watcher = kafka.consumer({ groupId: `${prefix}.watcher`, maxWaitTimeInMs: 5 })
  await watcher.connect()
  await watcher.subscribe({ topics: [...topics.events.keys(), bareTopic] })
  await watcher.run({
    eachBatch: async ({ batch }) => {
      for (const { headers, timestamp } of batch.messages)
        arrived.set(headers.ce_id.toString(), Number(timestamp))
    },
  })
  const direct = kafka.producer({ allowAutoTopicCreation: false })
  await direct.connect()
  const headers = { ce_specversion: '1.0', 'content-type': 'application/json' }
  const value = JSON.stringify({
    name: 'question',
    label: 'Says',
    value: 'x'.repeat(230),
    source: 'customer',
  })
  try {
    await relay.ask('caughtUp', { head: await store.events.head() })
    const taken = await takeTurns(
      {
        ours: () =>
          atRate({ perSecond, seconds, arrived, ids: kit.ids }, async (id) => {
            const command = { id, actor: 'customer:ana', journeyId: id }
            const data = JSON.parse(value)
            const wish = [{ type: 'throughline.FactGiven.v1', data: { ...data, journeyId: id } }]
            const { events } = await store.events.append({ stream: 'journey', id }, 0, command, wish)
            return events[0].id
          }),
        direct: () =>
          atRate({ perSecond, seconds, arrived, ids: kit.ids }, async (id) => {
            const messages = [{ key: id, value, headers: { ...headers, ce_id: id } }]
            await direct.send({ topic: bareTopic, acks: -1, messages })
            return id
          }),
      },
      rounds,
    )
    const row = (name, more = {}) =>
      compared({
        what: `append to the broker's log at ${perSecond} events/s: ${name}`,
        unit: 'ms',
        better: 'less',
        ours: taken.ours[name],
        against: 'bare kafkajs, each event sent at once and recorded nowhere else',
        reference: taken.direct[name],
        ...more,
      })
    return [row('p50'), row('p99', { target: { most: 50 } })]
  } finally {
    await direct.disconnect()
    await watcher.disconnect()
    await relay.stop()
  }
}

/** Begins so many in a second whatever became of those before; times are those of all that were begun. */
async function atRate({ perSecond, seconds, arrived, ids }, begin) {
  const wall = () => performance.timeOrigin + performance.now()
  const begun = []
  const start = performance.now()
  const count = Math.round(perSecond * seconds)
  for (let n = 0; n < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1_000) * perSecond) + 1)
    for (; n < due; n++) {
      // What was due earlier than it is begun has waited already.
      const at = performance.timeOrigin + start + (n / perSecond) * 1_000
      begun.push(begin(ids.next()).then((id) => ({ id, at })))
    }
    await sleep(1)
  }
  const all = await Promise.all(begun)
  const patience = wall() + 60_000
  while (all.some(({ id }) => !arrived.has(id))) {
    if (wall() > patience) throw new Error('events did not arrive within a minute')
    await sleep(20)
  }
  const times = all.map(({ id, at }) => Math.max(0, arrived.get(id) - at))
  arrived.clear()
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}
