import { orderingKey } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { ConfigResourceTypes, Partitioners } from 'kafkajs'
import type { Admin, ITopicConfig, PartitionMetadata } from 'kafkajs'
import { pause } from './client.js'

/** Which topics there are, and which an event goes to. Who consumes and who publishes has to have the same. */
export interface TopicPlan {
  /** Before each name, with a dot. Default `throughline`. */
  readonly prefix?: string
  /**
   * Number of partitions of each topic, by its name without prefix. It is settled for ever: another number would take the
   * events of a key to another partition, and their order with them. `internal` has 3 unless it is named.
   */
  readonly topics: Readonly<Record<string, number>>
  /** Name of an event's topic, without prefix; one that is not in `topics` stands for `internal`. */
  readonly topicOf: (event: RecordedEvent) => string
  /** Copies of each partition. Default 3. */
  readonly replication?: number
  /** How many of them must have a message before it is acknowledged. Default 2, or all where there are fewer. */
  readonly minInsync?: number
  /** Milliseconds that events stay in a topic; the record is the event store. Default seven days. */
  readonly retention?: number
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

const INTERNAL = 'internal'
const WEEK = 7 * 24 * 60 * 60 * 1_000
/** Room for an event as large as the platform takes any, with its envelope. */
const MAX_MESSAGE = 2 * 1024 * 1024

/** A topic that stands on the broker otherwise than the plan says. The sentence names the topic and the setting. */
export class WrongTopic extends Error {
  override readonly name = 'WrongTopic'
}

export class Topics {
  readonly prefix: string
  readonly deadLetters: string
  /** Full names of the topics of events, with their number of partitions. */
  readonly events: ReadonlyMap<string, number>
  readonly #plan: TopicPlan
  readonly #partition = Partitioners.DefaultPartitioner()
  readonly #metadata = new Map<string, PartitionMetadata[]>()

  constructor(plan: TopicPlan) {
    this.#plan = plan
    this.prefix = plan.prefix ?? 'throughline'
    this.deadLetters = `${this.prefix}.dead-letters`
    const named = Object.entries({ [INTERNAL]: 3, ...plan.topics })
    this.events = new Map(named.map(([name, partitions]) => [`${this.prefix}.${name}`, partitions]))
    for (const [topic, partitions] of this.events) {
      const metadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionId,
        partitionErrorCode: 0,
        leader: 0,
        replicas: [],
        isr: [],
      }))
      this.#metadata.set(topic, metadata)
    }
  }

  /** Where an event goes: the same for everybody who has the same plan. */
  placeOf(event: RecordedEvent): TopicPartition {
    const wanted = `${this.prefix}.${this.#plan.topicOf(event)}`
    const topic = this.events.has(wanted) ? wanted : `${this.prefix}.${INTERNAL}`
    const partitionMetadata = this.#metadata.get(topic) ?? []
    return {
      topic,
      partition: this.#partition({
        topic,
        partitionMetadata,
        message: { key: orderingKey(event), value: null },
      }),
    }
  }

  isPublic(topic: string): boolean {
    return topic !== `${this.prefix}.${INTERNAL}`
  }

  /** Makes the topics that are missing and looks at those that are there. @throws WrongTopic */
  async ensure(admin: Admin): Promise<void> {
    const replication = this.#plan.replication ?? 3
    const safe = {
      'min.insync.replicas': String(this.#plan.minInsync ?? Math.min(2, replication)),
      'unclean.leader.election.enable': 'false',
      // The broker's own time: it refuses what a publisher's clock dates an hour ahead, for as long as that lasts (R24), and
      // would throw away at once what an old record is published with.
      'message.timestamp.type': 'LogAppendTime',
    }
    const planned = [...this.events].map(([topic, numPartitions]) => ({
      topic,
      numPartitions,
      settings: {
        ...safe,
        'cleanup.policy': 'delete',
        'retention.ms': String(this.#plan.retention ?? WEEK),
        'max.message.bytes': String(MAX_MESSAGE),
      },
    }))
    const deadLetters = {
      topic: this.deadLetters,
      numPartitions: 1,
      settings: { ...safe, 'cleanup.policy': 'compact', 'max.message.bytes': String(2 * MAX_MESSAGE) },
    }
    const all = [...planned, deadLetters]
    const present = new Set(await admin.listTopics())
    const missing = all.filter(({ topic }) => !present.has(topic))
    if (missing.length > 0) {
      await createTopics(
        admin,
        missing.map(({ topic, numPartitions, settings }) => ({
          topic,
          numPartitions,
          replicationFactor: replication,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        })),
      )
    }
    const there = all.filter((topic) => !missing.includes(topic))
    // Whoever lost the race to create one takes what the other made, as it takes what was there.
    if (there.length > 0) await this.#check(admin, there)
  }

  async #check(
    admin: Admin,
    planned: readonly { topic: string; numPartitions: number; settings: Readonly<Record<string, string>> }[],
  ): Promise<void> {
    const names = planned.map(({ topic }) => topic)
    const { topics } = await admin.fetchTopicMetadata({ topics: names })
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    })
    for (const { topic, numPartitions, settings } of planned) {
      const wrong = (setting: string, is: string, ought: string): never => {
        throw new WrongTopic(`Kafka topic ${topic}: ${setting} is ${is} and has to be ${ought}.`)
      }
      const count = topics.find(({ name }) => name === topic)?.partitions.length ?? 0
      if (count !== numPartitions) wrong('the number of partitions', String(count), String(numPartitions))
      const entries = resources.find(({ resourceName }) => resourceName === topic)?.configEntries ?? []
      const value = (name: string): string | undefined =>
        entries.find(({ configName }) => configName === name)?.configValue
      const policy = value('cleanup.policy')
      // Retention is the operator's to change; these lose events or refuse them.
      if (policy !== settings['cleanup.policy'])
        wrong('cleanup.policy', policy ?? 'unknown', settings['cleanup.policy'] ?? '')
      if (value('unclean.leader.election.enable') === 'true')
        wrong('unclean.leader.election.enable', 'true', 'false')
      if (value('message.timestamp.type') === 'CreateTime')
        wrong('message.timestamp.type', 'CreateTime', 'LogAppendTime')
      const replicas = Number(value('min.insync.replicas') ?? 0)
      const fewest = Number(settings['min.insync.replicas'])
      if (replicas < fewest) wrong('min.insync.replicas', String(replicas), `${String(fewest)} or more`)
      const longest = Number(value('max.message.bytes') ?? 0)
      const needed = Number(settings['max.message.bytes'])
      if (longest < needed) wrong('max.message.bytes', String(longest), `${String(needed)} or more`)
    }
  }
}

/**
 * Makes topics and waits until the broker tells of all their partitions. The client's own wait ends with an error where a
 * broker has not yet heard of a topic that its controller has just made.
 */
export async function createTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics: [...topics] })
  for (let looks = 1; ; looks++) {
    try {
      await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) })
      return
    } catch (error) {
      if (looks >= MOST_LOOKS || !isNotYetKnown(error)) throw error
      await pause(50)
    }
  }
}

const MOST_LOOKS = 200

function isNotYetKnown(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    (error.type === 'UNKNOWN_TOPIC_OR_PARTITION' || error.type === 'LEADER_NOT_AVAILABLE')
  )
}
