import { setTimeout as sleep } from 'node:timers/promises'
import { planOf, makeTopics, messagesIn, relayed } from './lib/broker.mjs'
import { child } from './lib/child.mjs'
import { compared, takeTurns } from './lib/figures.mjs'
import { require } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'
import { forget, newPrefix } from './lib/world.mjs'

const { openPostgres } = require('@throughline/adapter-postgres')

export const title = 'from Kafka to a handler: events a second of a group that has them all before it'
export const needs = ['postgres', 'kafka']
export const settings = (quick) => ({
  events: quick ? 1_000 : 50_000,
  /** Partitions of each topic, and processes of the group. */
  shapes: quick
    ? [[3, 1]]
    : [
        [1, 1],
        [12, 1],
        [12, 2],
      ],
  rounds: quick ? 1 : 3,
})

export async function measure({ events, shapes, rounds }, { engines }) {
  const { postgres, kafka: brokers } = engines.addresses
  const kit = ports()
  const prefix = newPrefix()
  const store = await openPostgres({ url: postgres, schema: prefix, ...kit })
  try {
    await seed(store.events, kit.ids, events)
    const head = await store.events.head()
    const rows = []
    for (const partitions of new Set(shapes.map(([count]) => count))) {
      const plan = planOf(`${prefix}.${partitions}`, partitions, brokers)
      await makeTopics(plan)
      const register = `relay-${partitions}`
      await relayed({ store, ids: kit.ids, plan, register, head })
      for (const [, processes] of shapes.filter(([count]) => count === partitions)) {
        const wanted = { ours: head, bare: await messagesIn(plan) }
        const world = { wanted, plan, partitions, processes, schema: prefix, engines }
        rows.push(await shape(world, rounds))
      }
      await forget(plan.prefix, { kafka: brokers })
    }
    return rows
  } finally {
    await store.close()
    kit.timers.stop()
    await forget(prefix, engines.addresses)
  }
}

let group = 0
const TRIES = 5

async function shape(world, rounds) {
  const run = (how) => () => consumed(world, how, `group-${++group}`)
  const taken = await takeTurns({ ours: run('ours'), bare: run('bare') }, rounds, { warm: 0 })
  const { partitions, processes } = world
  const many = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`
  return compared({
    what: `${many(partitions, 'partition')} a topic, ${processes === 1 ? 'one process' : `${processes} processes`}`,
    unit: 'events/s',
    ours: taken.ours.perSecond,
    against: 'bare kafkajs eachBatch that parses each value, without gaps filled, retries or dead letters',
    reference: taken.bare.perSecond,
    ...(partitions === 12 && processes === 1 && { target: { ratio: 0.5 } }),
  })
}

/**
 * All processes of a group, each with what falls to it; from the first event handled anywhere to the last. A member that
 * joins late is handed again what another has had: such a run measures the joining, and is made anew.
 */
async function consumed(world, how, name) {
  for (let tries = 1; tries <= TRIES; tries++) {
    const { handled, perSecond } = await once(world, how, `${name}-${tries}`)
    if (handled === world.wanted[how]) return { perSecond }
  }
  throw new Error(`${TRIES} runs in which events were handed over twice: the members never joined together`)
}

async function once({ wanted, plan, partitions, processes, schema, engines }, how, name) {
  const env = {
    BENCH_HOW: how,
    BENCH_GROUP: name,
    BENCH_PREFIX: plan.prefix,
    BENCH_PARTITIONS: String(partitions),
    BENCH_SCHEMA: schema,
    DATABASE_URL: engines.addresses.postgres,
    KAFKA_BROKERS: engines.addresses.kafka,
  }
  const members = await Promise.all(
    Array.from({ length: processes }, () => child('servers/consumer.mjs', { env })),
  )
  const look = async () => {
    const seen = await Promise.all(members.map((member) => member.ask('seen')))
    return { seen, handled: seen.reduce((sum, { events }) => sum + events, 0) }
  }
  try {
    while ((await look()).handled < wanted[how]) await sleep(50)
    // What is handed over twice may come after the rest.
    await sleep(1_000)
    const { seen, handled } = await look()
    const had = seen.filter(({ events }) => events > 0)
    const first = Math.min(...had.map((one) => one.first))
    const last = Math.max(...had.map((one) => one.last))
    return { handled, perSecond: (handled / (last - first)) * 1_000 }
  } finally {
    await Promise.all(members.map((member) => member.stop()))
  }
}
