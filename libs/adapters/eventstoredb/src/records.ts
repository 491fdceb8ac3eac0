import type { EventData, JSONType } from '@eventstore/db-client'
import type { ChainedRow, Command, RecordedEvent, StreamName } from '@throughline/ports'
import { DamagedRecord, sha256 } from '@throughline/ports'
import type { DomainEvent, Instant } from '@throughline/kernel'
import type { Names } from './names.js'

/** An event without what only its place in the log gives it: exactly what is hashed. */
export type Body = Omit<RecordedEvent, 'position' | 'hash'>

/** What we keep beside the data of an event. The first two are the server's own names, which its projections know. */
interface Metadata {
  readonly $correlationId?: string
  readonly $causationId?: string
  readonly id: string
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  readonly commandId: string
  readonly actor: string
  readonly customerId?: string
  readonly traceparent?: string
  readonly fingerprint?: string
  /** Hash of the event before in the same stream, empty for the first. */
  readonly previous: string
  readonly hash: string
  /** Tells one append from its repetition, where the server takes the second for the first. */
  readonly attempt: string
}

/** An event as it was found, and what only the store needs of it. */
export interface Found {
  readonly event: RecordedEvent
  readonly fingerprint: string | undefined
  readonly previous: string
  readonly attempt: string
}

/** A record as the client gives it, whatever is in it. */
export interface Raw {
  readonly streamId: string
  readonly id: string
  readonly type: string
  readonly revision: bigint
  readonly data: unknown
  readonly metadata?: unknown
  readonly position?: { readonly commit: bigint; readonly prepare: bigint }
}

/** The fields of an event in the order in which every store hashes them. */
export function bodyOf(
  { stream, id: streamId }: StreamName,
  sequence: number,
  { type, data }: DomainEvent,
  {
    id,
    recordedAt,
    occurredAt,
  }: { readonly id: string; readonly recordedAt: Instant; readonly occurredAt: Instant },
  command: Command,
): Body {
  return {
    type,
    data,
    id,
    stream,
    streamId,
    sequence,
    occurredAt,
    recordedAt,
    commandId: command.id,
    actor: command.actor,
    ...(command.journeyId !== undefined && { journeyId: command.journeyId }),
    ...(command.customerId !== undefined && { customerId: command.customerId }),
    ...(command.causationId !== undefined && { causationId: command.causationId }),
    ...(command.traceparent !== undefined && { traceparent: command.traceparent }),
  }
}

export function hashOf(previous: string, body: Body): string {
  return sha256(previous + JSON.stringify(body))
}

export function toWire(
  body: Body,
  rest: Pick<Metadata, 'previous' | 'hash' | 'attempt'> & { readonly fingerprint?: string },
): EventData {
  const { id, occurredAt, recordedAt, commandId, actor, journeyId, customerId, causationId, traceparent } =
    body
  const metadata: Metadata = {
    ...(journeyId !== undefined && { $correlationId: journeyId }),
    ...(causationId !== undefined && { $causationId: causationId }),
    id,
    occurredAt,
    recordedAt,
    commandId,
    actor,
    ...(customerId !== undefined && { customerId }),
    ...(traceparent !== undefined && { traceparent }),
    ...rest,
  }
  // The client makes JSON of any plain value; its type only leaves out the rarer ones.
  const data = body.data as JSONType
  return { id: uuidOf(id), contentType: 'application/json', type: body.type, data, metadata: { ...metadata } }
}

/** The server takes nothing but UUIDs; our own ids mostly are. What is none gives one that is the same every time. */
export function uuidOf(id: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id
  const hex = sha256(id)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** An event of ours, proved by its hash; undefined for a record of somebody else. @throws DamagedRecord */
export function fromWire(names: Names, raw: Raw): Found | undefined {
  const target = names.parse(raw.streamId)
  if (target === undefined) return undefined
  const { metadata } = raw
  if (!isMetadata(metadata)) throw damaged(raw, 'was not written by this program')
  const { id, recordedAt, occurredAt, $correlationId, $causationId, customerId, traceparent } = metadata
  const command: Command = {
    id: metadata.commandId,
    actor: metadata.actor,
    ...($correlationId !== undefined && { journeyId: $correlationId }),
    ...(customerId !== undefined && { customerId }),
    ...($causationId !== undefined && { causationId: $causationId }),
    ...(traceparent !== undefined && { traceparent }),
  }
  const { type, data } = raw
  const body = bodyOf(target, Number(raw.revision), { type, data }, { id, recordedAt, occurredAt }, command)
  const { hash, previous, fingerprint, attempt } = metadata
  if (hashOf(previous, body) !== hash) throw damaged(raw, 'is not what was written: its hash does not fit')
  return { event: { ...body, position: positionOf(raw), hash }, fingerprint, previous, attempt }
}

/** The journey of a record, whatever else is in it: for looking through many of which few are wanted. */
export function journeyOf({ metadata }: Raw): string | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined
  const journey: unknown = Reflect.get(metadata, '$correlationId')
  return typeof journey === 'string' ? journey : undefined
}

/** What chains a record to its stream. */
export function chained({ event: { position, sequence, hash }, previous }: Found): ChainedRow {
  return { position, sequence, hash, previous }
}

const NO_POSITION = 2n ** 64n - 1n

/** Commit position as a number: the place in the whole log, in bytes. @throws Error when it is none that a number can hold */
export function positionOf({ streamId, position }: Pick<Raw, 'streamId' | 'position'>): number {
  if (position === undefined || position.commit === NO_POSITION) {
    throw new Error(
      `the server does not say where ${streamId} stands in the log; EventStoreDB does from version 22.6 on, so use 22.10 or later`,
    )
  }
  if (position.commit > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Error(
      `the log has grown past position ${String(Number.MAX_SAFE_INTEGER)}, the last a number can tell exactly`,
    )
  }
  return Number(position.commit)
}

function damaged({ streamId, revision }: Raw, reason: string): DamagedRecord {
  return new DamagedRecord(`the record ${String(revision)} of ${streamId} ${reason}`)
}

const TEXTS = ['id', 'occurredAt', 'recordedAt', 'commandId', 'actor', 'previous', 'hash', 'attempt']
const PERHAPS = ['$correlationId', '$causationId', 'customerId', 'traceparent', 'fingerprint']

function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== 'object' || value === null) return false
  const typeOf = (name: string): string => typeof Reflect.get(value, name)
  return (
    TEXTS.every((name) => typeOf(name) === 'string') &&
    PERHAPS.every((name) => typeOf(name) === 'string' || typeOf(name) === 'undefined')
  )
}
