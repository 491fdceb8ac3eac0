import type { Instant } from '@throughline/kernel'
import { Unreadable } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { CloudEvent, Kafka } from 'cloudevents'

/** Where an event stands among others, so that a reader can prove that it misses none. 0: there is none before it. */
export interface Place {
  /** Position of the event before it in the public topics. */
  readonly previous: number
  /** Position of the event before it in the whole log. */
  readonly logPrevious: number
  /** Position of the event before it in the same partition. */
  readonly partitionPrevious: number
}

export interface Arrived extends Place {
  readonly event: RecordedEvent
}

/** A Kafka message as this client writes it. */
export interface Written {
  readonly key: string
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
  readonly timestamp: string
}

type Headers = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>

/** A Kafka message as it arrives. */
export interface Message {
  readonly key?: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Headers
}

/** More than any topic of ours takes. */
const LONGEST = 4 * 1024 * 1024
const OPTIONAL = ['journeyId', 'customerId', 'causationId', 'traceparent'] as const
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/**
 * An event as a CloudEvent 1.0 in binary mode: attributes in `ce_` headers, data as JSON in the value, the ordering key as
 * the message's key. The mapping is that of the CloudEvents Kafka protocol binding 1.0.
 */
export function toMessage(event: RecordedEvent, key: string, place: Place): Written {
  const { headers } = Kafka.binary(
    new CloudEvent(
      {
        id: event.id,
        source: `/throughline/${encodeURIComponent(event.stream)}`,
        type: event.type,
        subject: `${event.stream}/${event.streamId}`,
        time: event.recordedAt,
        datacontenttype: 'application/json',
        partitionkey: key,
        stream: event.stream,
        streamid: event.streamId,
        sequence: String(event.sequence),
        position: String(event.position),
        previous: String(place.previous),
        logprevious: String(place.logPrevious),
        partitionprevious: String(place.partitionPrevious),
        occurredat: event.occurredAt,
        commandid: event.commandId,
        actor: event.actor,
        hash: event.hash,
        ...Object.fromEntries(
          OPTIONAL.flatMap((name) => (event[name] === undefined ? [] : [[name.toLowerCase(), event[name]]])),
        ),
      },
      // What it is made of was checked when it was recorded, and its shape by the tests of this file.
      false,
    ),
  )
  return {
    key,
    value: JSON.stringify(event.data ?? null),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        // In binary mode the content type stands in its own header alone.
        typeof value === 'string' && name !== 'ce_datacontenttype' ? [[name, value]] : [],
      ),
    ),
    timestamp: String(Date.parse(event.recordedAt)),
  }
}

/** The event in a message. @throws Unreadable for one that this program did not write, or that was damaged on the way */
export function fromMessage(message: Message): Arrived {
  const size = message.value?.length ?? 0
  if (size > LONGEST)
    throw new Unreadable(`the message has ${String(size)} bytes, more than ${String(LONGEST)}`)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    if (value === undefined) continue
    if (Array.isArray(value)) throw new Unreadable(`the header ${name} is there more than once`)
    headers[name] = value.toString()
  }
  const attributes = attributesOf(headers, message)
  const text = (name: string): string => {
    const value = attributes[name]
    if (typeof value !== 'string') throw new Unreadable(`${name} is missing`)
    return value
  }
  const count = (name: string): number => {
    const value = text(name)
    const number = Number(value)
    if (!/^\d{1,16}$/.test(value) || !Number.isSafeInteger(number))
      throw new Unreadable(`${name} is no count`)
    return number
  }
  const instant = (name: string): Instant => {
    const value = text(name)
    if (!INSTANT.test(value)) throw new Unreadable(`${name} is no instant`)
    return value
  }
  // The client library reads other data as it comes, and makes up an id and a time that are missing.
  if (headers['content-type'] !== 'application/json') throw new Unreadable('the data is no JSON')
  for (const name of ['ce_id', 'ce_time']) if (!headers[name]) throw new Unreadable(`${name} is missing`)
  const optional: Partial<Record<(typeof OPTIONAL)[number], string>> = {}
  for (const name of OPTIONAL) {
    if (attributes[name.toLowerCase()] !== undefined) optional[name] = text(name.toLowerCase())
  }
  return {
    event: {
      type: text('type'),
      data: attributes.data,
      id: text('id'),
      stream: text('stream'),
      streamId: text('streamid'),
      sequence: count('sequence'),
      position: count('position'),
      occurredAt: instant('occurredat'),
      recordedAt: instant('time'),
      commandId: text('commandid'),
      actor: text('actor'),
      ...optional,
      hash: text('hash'),
    },
    previous: count('previous'),
    logPrevious: count('logprevious'),
    partitionPrevious: count('partitionprevious'),
  }
}

function attributesOf(
  headers: Readonly<Record<string, string>>,
  message: Message,
): Readonly<Record<string, unknown>> {
  const value = message.value?.toString() ?? ''
  // Only an attack has such a key, and whoever copies the data field by field would fall for it.
  if (/__proto__|\\u005f/i.test(value) && hasProto(value))
    throw new Unreadable('the data has a key __proto__')
  try {
    if (headers.ce_specversion !== '1.0') throw new Unreadable('it is no CloudEvent 1.0')
    const wire = { headers, value, body: value, ...(message.key && { key: message.key.toString() }) }
    const event = Kafka.toEvent(wire)
    if (Array.isArray(event)) throw new Unreadable('it is a batch')
    return { ...event }
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw new Unreadable(`it is no CloudEvent: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function hasProto(text: string): boolean {
  let found = false
  try {
    JSON.parse(text, (key, value: unknown) => {
      found ||= key === '__proto__'
      return value
    })
  } catch {
    return false
  }
  return found
}
