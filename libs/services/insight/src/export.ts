import { plainToInstance } from 'class-transformer'
import { personalFields, publicEvents } from '@throughline/contracts'
import type { Constructor } from '@throughline/contracts'
import type { RecordedEvent } from '@throughline/ports'
import type { Pseudonym } from './pseudonym.js'

/** Fields that hold the id of a customer, a guest or a member of staff, wherever they stand. */
const OF_PEOPLE: ReadonlySet<string> = new Set([
  'customerId', 'guestId', 'mergedId', 'subjectId', 'staffId', 'agentId', 'authorId', 'fromAgentId', 'toAgentId',
  'preferredAgentId', 'ownerId',
]) // prettier-ignore
/** Streams that are named after a person. */
const NAMED_AFTER_PEOPLE: ReadonlySet<string> = new Set(['customer', 'guest', 'staff', 'agent'])

/** A public event without what tells who it was about. Keys of the command and the hash are left out: they could be tried. */
export interface ExportedEvent {
  readonly position: number
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly streamId: string
  readonly sequence: number
  readonly occurredAt: string
  readonly recordedAt: string
  readonly actor: string
  readonly journeyId?: string
  readonly customerId?: string
  readonly causationId?: string
  readonly data: unknown
}

/** Undefined for what is no public event. */
export function exported(event: RecordedEvent, pseudonym: Pseudonym): ExportedEvent | undefined {
  const contract = publicEvents().get(event.type)
  if (!contract) return undefined
  const { position, id, type, stream, sequence, occurredAt, recordedAt, journeyId, causationId } = event
  const data = withoutPersonal(contract.data, event.data)
  const people = new Set([...idsIn(data), ...(event.customerId === undefined ? [] : [event.customerId])])
  const [kind, actorId] = split(event.actor)
  if (kind !== 'system' && kind !== 'client' && actorId !== undefined) people.add(actorId)
  if (NAMED_AFTER_PEOPLE.has(stream)) people.add(event.streamId)
  const hide = (text: string): string => (people.has(text) ? pseudonym(text) : text)
  return {
    position,
    id,
    type,
    stream,
    streamId: hide(event.streamId),
    sequence,
    occurredAt,
    recordedAt,
    actor: actorId === undefined ? kind : `${kind}:${hide(actorId)}`,
    ...(journeyId !== undefined && { journeyId }),
    ...(event.customerId !== undefined && { customerId: hide(event.customerId) }),
    ...(causationId !== undefined && { causationId }),
    data: replaced(data, hide),
  }
}

function split(actor: string): readonly [string, string | undefined] {
  const at = actor.indexOf(':')
  return at < 0 ? [actor, undefined] : [actor.slice(0, at), actor.slice(at + 1)]
}

/** The data without personal fields, those of its parts too: the contract's classes say which they are. */
function withoutPersonal(declared: Constructor, data: unknown): unknown {
  return strip(plainToInstance(declared, data))
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (typeof value !== 'object' || value === null) return value
  const hidden = personalOf(value)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
      hidden.has(key) ? [] : [[key, strip(part)]],
    ),
  )
}

/** Fields marked in the class of a value or in one it extends. */
function personalOf(value: object): ReadonlySet<string> {
  const names = new Set<string>()
  for (
    let prototype: unknown = Object.getPrototypeOf(value);
    typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const { constructor } = prototype
    if (isConstructor(constructor)) for (const name of personalFields(constructor)) names.add(name)
  }
  return names
}

function isConstructor(value: unknown): value is Constructor {
  return typeof value === 'function'
}

function idsIn(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return OF_PEOPLE.has(key) ? [value] : []
  if (Array.isArray(value)) return value.flatMap((part) => idsIn(part, key))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
    // Whoever a journey or contact is of is told as a part called person, named by its id.
    key === 'person' && name === 'id' && typeof part === 'string' ? [part] : idsIn(part, name),
  )
}

function replaced(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value)
  if (Array.isArray(value)) return value.map((part) => replaced(part, hide))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]: [string, unknown]) => [key, replaced(part, hide)]),
  )
}
