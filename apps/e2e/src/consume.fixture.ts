import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { createTopics } from '@throughline/adapter-kafka'

const TOPICS = ['journeys', 'knowledge', 'workforce'] as const
const PARTITIONS = 3

interface Document {
  readonly components: {
    readonly messages: Readonly<
      Record<
        string,
        {
          readonly tags: readonly [{ readonly name: string }]
          readonly examples: readonly {
            readonly headers: Readonly<Record<string, string>>
            readonly payload: unknown
          }[]
        }
      >
    >
  }
}

/** Topics of one test in a shared Kafka. */
export interface Told {
  readonly prefix: string
  /** How many events were sent. */
  readonly count: number
  /** Takes the topics away. */
  remove(): Promise<void>
}

/**
 * Tells every example of docs/events/asyncapi.json, as the document says: topic, headers and data. Positions leave gaps, as they do where
 * private events stand between. The one at `lost` is never sent, the one at `twice` is sent again, as after a relay that died.
 */
export async function tellExamples(
  brokers: readonly string[],
  prefix: string,
  { lost, twice }: { readonly lost?: number; readonly twice?: number } = {},
): Promise<Told> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const topics = TOPICS.map((name) => `${prefix}.${name}`)
  const made = topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 }))
  await createTopics(admin, made)
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  let previous = 0
  const text = readFileSync(join(__dirname, '../../../docs/events/asyncapi.json'), 'utf8')
  const { components } = JSON.parse(text) as Document
  const all = Object.values(components.messages).flatMap(({ tags, examples }, index) =>
    examples.map(({ headers, payload }, shape) => {
      const position = 3 * (2 * index + shape) + 2
      const told = { ...headers, ce_position: String(position), ce_previous: String(previous) }
      previous = position
      const message = { key: `key-${String(index % 7)}`, value: JSON.stringify(payload), headers: told }
      return { topic: tags[0].name.replace('throughline', prefix), message }
    }),
  )
  const sent = all.flatMap((each, index) => (index === lost ? [] : index === twice ? [each, each] : [each]))
  await producer.sendBatch({
    acks: -1,
    topicMessages: topics.map((topic) => ({
      topic,
      messages: sent.filter((each) => each.topic === topic).map(({ message }) => message),
    })),
  })
  await producer.disconnect()
  return {
    prefix,
    count: new Set(sent).size,
    remove: async () => {
      await admin.deleteTopics({ topics })
      await admin.disconnect()
    },
  }
}
