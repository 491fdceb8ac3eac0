// Topics of one prefix for the benchmarks of Kafka, planned as the product plans them, with a single copy for one broker.
import { setTimeout as sleep } from 'node:timers/promises'
import { inside, require } from './paths.mjs'
import { kafkaAt } from './world.mjs'

const { startRelay, Topics } = require('@throughline/adapter-kafka')
const { NOTHING_RELAYED, sendsOf } = inside('libs/adapters/kafka/dist/relay.state.js')
const { TOPICS, topicOf } = inside('libs/platform/dist/topics.js')

export const PAGE = 500
const PATIENCE = 120_000

export function planOf(prefix, partitions, brokers) {
  return {
    brokers: brokers.split(','),
    clientId: 'throughline-bench',
    prefix,
    topics: Object.fromEntries(TOPICS.map((name) => [name, partitions])),
    topicOf,
    replication: 1,
  }
}

/** Makes the topics of a plan; resolves with what knows where an event goes. */
export async function makeTopics(plan) {
  const topics = new Topics(plan)
  const admin = kafkaAt(plan.brokers.join(',')).admin()
  await admin.connect()
  try {
    // A broker that has just made a topic may not know it yet when it is asked for its leaders.
    for (let tries = 1; ; tries++) {
      try {
        await topics.ensure(admin)
        return topics
      } catch (error) {
        if (tries === 20) throw error
        await sleep(100)
      }
    }
  } finally {
    await admin.disconnect()
  }
}

/** How many messages the topics of a plan hold: a page that was sent again has its events twice. */
export async function messagesIn(plan) {
  const admin = kafkaAt(plan.brokers.join(',')).admin()
  await admin.connect()
  try {
    let count = 0
    for (const topic of new Topics(plan).events.keys())
      for (const { low, high } of await admin.fetchTopicOffsets(topic)) count += Number(high) - Number(low)
    return count
  } finally {
    await admin.disconnect()
  }
}

/** What the relay sends for a whole log, ready to be sent: pages of 500 as it reads them. */
export async function sendsOfLog(events, topics) {
  const sends = []
  let state = NOTHING_RELAYED
  for (;;) {
    const page = await events.readAll({ after: state.position, limit: PAGE })
    if (page.length === 0) return sends
    for (const { messages, after } of sendsOf(state, page, topics)) {
      sends.push(messages)
      state = after
    }
  }
}

/** Brings a whole log to Kafka by the relay; resolves with the seconds from taking the lease to the last checkpoint. */
export async function relayed({ store, ids, plan, register, head }) {
  const relay = startRelay({ ...plan, events: store.events, registers: store.registers, ids, register })
  try {
    const asked = performance.now()
    for (let began; ; await sleep(1)) {
      if (relay.isLeader) began ??= performance.now()
      if (relay.position >= head) return (performance.now() - began) / 1_000
      if (performance.now() - asked > PATIENCE) throw relay.failing ?? new Error('the relay gets no further')
    }
  } finally {
    await relay.stop()
  }
}
