import type { RecordedEvent } from '@throughline/ports'
import type { TopicMessages } from 'kafkajs'
import { orderingKey } from '@throughline/ports'
import { toMessage } from './envelope.js'
import type { Topics } from './topics.js'

/** What stands in the relay's register: who relays, and how far the topics are. */
export interface RelayState {
  /** Null: nobody; the lease was given back. */
  readonly holder: string | null
  /** How often the lease was taken. */
  readonly epoch: number
  /** Everything up to this position is in the topics. */
  readonly position: number
  /** Position of the last event that went to a public topic. */
  readonly publicPosition: number
  /** Position of the last event in each partition, by topic. */
  readonly partitions: Readonly<Record<string, readonly number[]>>
}

export const NOTHING_RELAYED: RelayState = {
  holder: null,
  epoch: 0,
  position: 0,
  publicPosition: 0,
  partitions: {},
}

/** @throws Error for a register that something else wrote: to start anew in silence would hide it */
export function relayState(value: unknown): RelayState {
  if (!isRelayState(value)) throw new Error('the register of the relay holds something that no relay wrote')
  return value
}

function isRelayState(value: unknown): value is RelayState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'holder' in value &&
    (value.holder === null || typeof value.holder === 'string') &&
    ['epoch', 'position', 'publicPosition'].every((name) =>
      Number.isSafeInteger((value as Readonly<Record<string, unknown>>)[name]),
    ) &&
    'partitions' in value &&
    typeof value.partitions === 'object' &&
    value.partitions !== null &&
    Object.values(value.partitions).every(
      (positions) => Array.isArray(positions) && positions.every((one) => Number.isSafeInteger(one)),
    )
  )
}

/** One write to the broker, and what the register says once it is there. */
export interface Send {
  readonly messages: TopicMessages[]
  readonly after: RelayState
}

/** A partition's part of a write is one record batch, and that may not be larger than `max.message.bytes`. */
const SEND_BYTES = 900_000

/**
 * What is to be sent for these events. It follows from the log and the plan alone, so whoever sends an event again sends
 * the same.
 */
export function sendsOf(
  state: RelayState,
  events: readonly RecordedEvent[],
  topics: Topics,
): readonly Send[] {
  const sends: Send[] = []
  const partitions = new Map(
    [...topics.events].map(([topic, count]) => {
      const known = state.partitions[topic] ?? []
      return [topic, Array.from({ length: count }, (_, partition) => known[partition] ?? 0)]
    }),
  )
  let { position, publicPosition } = state
  let messages = new Map<string, TopicMessages>()
  let bytes = 0
  const close = (): void => {
    if (messages.size === 0) return
    const last = Object.fromEntries([...partitions].map(([topic, positions]) => [topic, [...positions]]))
    sends.push({
      messages: [...messages.values()],
      after: { ...state, position, publicPosition, partitions: last },
    })
    messages = new Map()
    bytes = 0
  }
  for (const event of events) {
    const { topic, partition } = topics.placeOf(event)
    const lasts = partitions.get(topic) ?? []
    const message = toMessage(event, orderingKey(event), {
      previous: publicPosition,
      logPrevious: position,
      partitionPrevious: lasts[partition] ?? 0,
    })
    const size = Buffer.byteLength(message.value) + 1_000
    if (bytes + size > SEND_BYTES) close()
    bytes += size
    const own = messages.get(topic) ?? { topic, messages: [] }
    own.messages.push({ ...message, partition })
    messages.set(topic, own)
    lasts[partition] = position = event.position
    if (topics.isPublic(topic)) publicPosition = event.position
  }
  close()
  return sends
}
