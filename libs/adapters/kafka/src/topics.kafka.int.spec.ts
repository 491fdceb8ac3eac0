import type { DomainEvent } from '@throughline/kernel'
import { FreshIds, ImmediateTimers, TickingClock, until } from '@throughline/ports/suites'
import { clientOf } from './client.js'
import { fromMessage } from './envelope.js'
import type { Arrived } from './envelope.js'
import { createTopics, Topics, WrongTopic } from './topics.js'
import { admin, brokers, endAdmin, PLAN, World } from './world.fixture.js'

const noted: DomainEvent = { type: 'test.Noted.v1', data: {} }

afterAll(endAdmin)

describe('the topics', () => {
  const ids = new FreshIds()
  let timers: ImmediateTimers
  let world: World

  beforeEach(() => {
    timers = new ImmediateTimers()
    world = new World({ clock: new TickingClock(), ids, timers })
  })
  afterEach(async () => {
    await world.close()
    timers.end()
  })
  const plan = () => ({ ...PLAN, prefix: world.prefix })

  it('are made with settings that are written out, and taken as they are when they are there', async () => {
    const topics = new Topics(plan())
    await topics.ensure(await admin())
    await topics.ensure(await admin())
    const { topics: made } = await (
      await admin()
    ).fetchTopicMetadata({ topics: [...topics.events.keys(), topics.deadLetters] })
    expect(Object.fromEntries(made.map(({ name, partitions }) => [name, partitions.length]))).toEqual({
      [`${world.prefix}.journeys`]: 4,
      [`${world.prefix}.internal`]: 1,
      [`${world.prefix}.dead-letters`]: 1,
    })
  })

  it('stop the start where they have another number of partitions', async () => {
    await new Topics(plan()).ensure(await admin())
    const opened = world.open({ topics: { journeys: 8, internal: 1 } })
    await expect(opened).rejects.toBeInstanceOf(WrongTopic)
    await expect(opened).rejects.toThrow(
      `Kafka topic ${world.prefix}.journeys: the number of partitions is 4 and has to be 8.`,
    )
  })

  it.each([
    ['cleanup.policy', 'compact', 'cleanup.policy is compact and has to be delete.'],
    ['max.message.bytes', '1000', 'max.message.bytes is 1000 and has to be 2097152 or more.'],
    ['unclean.leader.election.enable', 'true', 'unclean.leader.election.enable is true and has to be false.'],
  ])('stop the start where %s is %s', async (name, value, sentence) => {
    await createTopics(await admin(), [
      {
        topic: `${world.prefix}.journeys`,
        numPartitions: 4,
        replicationFactor: 1,
        configEntries: [
          { name: 'message.timestamp.type', value: 'LogAppendTime' },
          { name, value },
        ],
      },
    ])
    await expect(world.open()).rejects.toThrow(`Kafka topic ${world.prefix}.journeys: ${sentence}`)
  })

  it('tell a reader from outside that it missed nothing, by one chain over the public events and one over all', async () => {
    const relay = world.relay()
    for (let index = 0; index < 60; index++) {
      const command = {
        id: ids.next(),
        actor: 'system:test',
        ...(index % 3 > 0 && { customerId: `customer-${String(index % 7)}` }),
      }
      await world.store.append({ stream: 'note', id: ids.next() }, 0, command, [noted])
    }
    await until(() => relay.position === 60)
    const consumer = clientOf({ brokers: brokers(), clientId: 'spec' }).consumer({
      groupId: `${world.prefix}.outside`,
      maxWaitTimeInMs: 50,
    })
    await consumer.connect()
    const topics = new Topics(plan())
    await consumer.subscribe({ topics: [...topics.events.keys()], fromBeginning: true })
    const all: (Arrived & { readonly topic: string; readonly partition: number })[] = []
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        all.push({ ...fromMessage(message), topic, partition })
      },
    })
    await until(() => all.length === 60)
    await consumer.disconnect()
    all.sort((a, b) => a.event.position - b.event.position)
    expect(all.map(({ event }) => event)).toStrictEqual(await world.store.readAll())
    const chained = (of: readonly (typeof all)[number][], previous: (one: Arrived) => number): void => {
      expect(of.map(previous)).toEqual([0, ...of.slice(0, -1).map(({ event }) => event.position)])
    }
    chained(all, ({ logPrevious }) => logPrevious)
    chained(
      all.filter(({ topic }) => topics.isPublic(topic)),
      ({ previous }) => previous,
    )
    for (const own of Map.groupBy(all, ({ topic, partition }) => `${topic}/${String(partition)}`).values()) {
      chained(own, ({ partitionPrevious }) => partitionPrevious)
    }
    for (const { event, topic, partition } of all) expect(topics.placeOf(event)).toEqual({ topic, partition })
  })
})
