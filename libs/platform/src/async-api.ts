import { publicEvents } from '@throughline/contracts'
import type { Contract, Topic } from '@throughline/contracts'
import { exampleOf } from './async-api.example.js'
import { HEADERS, headersOf } from './async-api.headers.js'
import { promised } from './async-api.schemas.js'
import type { JsonSchema } from './async-api.schemas.js'
import type { Schemas } from './schemas.js'

export interface Reference {
  readonly $ref: string
}

export interface Message {
  /** Wire name. */
  readonly name: string
  readonly title: string
  /** One sentence. */
  readonly summary: string
  readonly contentType: 'application/json'
  /** The topic it is on where it belongs to no journey and no customer; those that do are all among the journeys. */
  readonly tags: readonly [{ readonly name: Topic }]
  readonly headers: Reference
  readonly payload: Reference
  readonly bindings: { readonly kafka: { readonly key: JsonSchema; readonly bindingVersion: '0.5.0' } }
  readonly examples: readonly {
    readonly name: string
    readonly headers: object
    readonly payload: unknown
  }[]
}

export interface Channel {
  readonly address: Topic
  readonly title: string
  readonly description: string
  readonly messages: Readonly<Record<string, Reference>>
  readonly bindings: { readonly kafka: { readonly topic: Topic; readonly bindingVersion: '0.5.0' } }
}

/** AsyncAPI 3.0. */
export interface AsyncApi {
  readonly asyncapi: '3.0.0'
  readonly info: object
  readonly defaultContentType: 'application/json'
  readonly channels: Readonly<Record<string, Channel>>
  readonly operations: Readonly<Record<string, object>>
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>
    readonly schemas: Readonly<Record<string, JsonSchema>>
  }
}

const TOPICS: Readonly<Record<Topic, { readonly title: string; readonly description: string }>> = {
  'throughline.journeys': {
    title: 'Journeys',
    description:
      'Every event that belongs to a customer, a guest or a journey, in one order for each of them. The key is the customer’s or guest’s id, ' +
      'the journey’s where nobody is named, else the stream’s.',
  },
  'throughline.knowledge': {
    title: 'Knowledge',
    description:
      'Articles, reasons and what was found about them; the key is the stream’s name and id. What of this belongs to a journey is ' +
      'among the journeys.',
  },
  'throughline.workforce': {
    title: 'Workforce',
    description:
      'People who work here, policies, figures and promises; the key is the stream’s name and id. What of this belongs to a ' +
      'journey is among the journeys.',
  },
}

const CONSUMING =
  'Every public event, at least once, from the first. Drop what has an id you know; expect the public event whose position is ' +
  '`ce_previous`: one that never comes is missing. Let fields be that you do not know, and events too. Fields marked ' +
  '`x-personal` tell something about a person. docs/guides/consume.md shows consumers; those without Kafka read ' +
  'the same over HTTP.'

/** `CaseOpened.v1` of `throughline.CaseOpened.v1`. */
export const shortName = (type: string): string => type.slice(type.indexOf('.') + 1)
const topicName = (topic: Topic): string => topic.slice(topic.indexOf('.') + 1)

/** The public events for those who consume them, made of the contracts: the schemas are those that events are held to. */
export function asyncApi(schemas: Schemas): AsyncApi {
  const contracts = [...publicEvents().values()].sort((a, b) => (a.type < b.type ? -1 : 1))
  const found = promised(schemas)
  const topics = Object.keys(TOPICS).filter(isTopic)
  // What is said in a journey is told among the journeys, whatever it is else about.
  const of = (topic: Topic): readonly Contract[] =>
    contracts.filter((each) => topic === 'throughline.journeys' || each.topic === topic)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Throughline events',
      version: '1',
      description: CONSUMING,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      topics.map((topic) => [
        topicName(topic),
        {
          address: topic,
          ...TOPICS[topic],
          messages: Object.fromEntries(
            of(topic).map(({ type }) => [
              shortName(type),
              { $ref: `#/components/messages/${shortName(type)}` },
            ]),
          ),
          bindings: { kafka: { topic, bindingVersion: '0.5.0' } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      topics.map((topic) => [
        `receive${TOPICS[topic].title}`,
        {
          action: 'receive',
          channel: { $ref: `#/channels/${topicName(topic)}` },
          summary: `Consume ${topic}`,
          messages: of(topic).map(({ type }) => ({
            $ref: `#/channels/${topicName(topic)}/messages/${shortName(type)}`,
          })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        contracts.map(({ type, says, topic }): [string, Message] => {
          const schema = found.events[type] ?? {}
          const headers = headersOf(type, topic === 'throughline.journeys')
          return [
            shortName(type),
            {
              name: type,
              title: shortName(type),
              summary: says,
              contentType: 'application/json',
              tags: [{ name: topic }],
              headers: { $ref: '#/components/schemas/Headers' },
              payload: { $ref: `#/components/schemas/${shortName(type)}` },
              bindings: { kafka: { key: { type: 'string' }, bindingVersion: '0.5.0' } },
              examples: (['full', 'least'] as const).map((shape) => ({
                name: shape,
                headers,
                payload: exampleOf(schema, found, shape),
              })),
            },
          ]
        }),
      ),
      schemas: {
        Headers: HEADERS,
        ...Object.fromEntries(
          Object.entries(found.events).map(([type, schema]) => [shortName(type), schema]),
        ),
        ...found.parts,
      },
    },
  }
}

function isTopic(name: string): name is Topic {
  return Object.hasOwn(TOPICS, name)
}
