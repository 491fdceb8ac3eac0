import type { Channel } from '@throughline/contracts'
import type { RecordedEvent } from '@throughline/ports'
import { actorOf, isJson, textOf } from './caller.js'
import type { Json } from './caller.js'
import type { Request, Response } from './machine.js'
import type { Trace } from './trace.js'

/** `due`: the time of a callback has come; one that was in a queue before is in it again. */
type Place = 'promised' | 'due' | 'queued' | 'offered' | 'assigned' | 'wrap-up' | 'gone'

interface Work {
  readonly place: Place
  readonly channel: Channel
  readonly agentId?: string
  readonly offerId?: string
  readonly interrupted?: boolean
}

/** A share of an agent, of 100, as ROUTING lays it down; while the customer is gone, and otherwise. */
const WEIGHTS: Readonly<Record<string, readonly [number, number]>> = {
  phone: [100, 100],
  callback: [100, 100],
  chat: [15, 33],
  message: [0, 15],
}
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Streams whose ids are somebody's alone. */
const OWNED = new Set(['contact', 'journey', 'case', 'feedback', 'decision', 'work', 'follow-up', 'reading'])

/**
 * Sees every event as it reaches the disk and every answer as it leaves, and knows what may never be: a contact in two
 * places, an agent above capacity, a customer who is shown what is another's (P8, G9). It also tells actors what their
 * pages would hear on a live stream.
 */
export class Watch {
  readonly acked = new Map<string, RecordedEvent>()
  readonly works = new Map<string, Work>()
  /** Status of each contact as its customer's page knows it. */
  readonly contacts = new Map<string, string>()
  readonly presence = new Map<string, string>()
  readonly #owners = new Map<string, string>()
  /** Customers who were one at any time, by the name of their group: what was shown then may be shown again. */
  readonly #groups = new Map<string, string>()
  readonly #consumed = new Map<string, ReadonlySet<string>>()
  readonly #handled = new Map<string, Set<string>>()
  duplicates = 0
  /** How often customers became one, or two again. */
  merges = 0
  events = 0
  /** Called when events are on the disk and nobody was told. */
  onApplied: () => void = () => undefined

  constructor(
    private readonly trace: Trace,
    private readonly wrong: (what: string) => void,
  ) {}

  /** What was there before: it is known and not judged. */
  remember(log: readonly RecordedEvent[]): void {
    for (const event of log) this.#see(event)
  }

  applied(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      this.events++
      this.trace.note(event)
      this.trace.say(`  ${String(event.position)} ${event.type.split('.')[1] ?? ''} ${event.streamId}`)
      this.#see(event)
    }
    this.onApplied()
  }

  acknowledged(events: readonly RecordedEvent[]): void {
    for (const event of events) this.acked.set(event.id, event)
  }

  consumes(group: string, types: readonly string[]): void {
    this.#consumed.set(group, new Set(types))
  }

  handled(group: string, event: RecordedEvent): void {
    const handled = this.#handled.get(group) ?? new Set<string>()
    this.#handled.set(group, handled)
    if (handled.has(event.id)) this.duplicates++
    handled.add(event.id)
  }

  /** Events that a group should have handled and has not (G8). */
  unhandled(log: readonly RecordedEvent[], since: number): readonly string[] {
    return [...this.#consumed].flatMap(([group, types]) =>
      log
        .filter(
          ({ id, type, position }) =>
            position > since && types.has(type) && !this.#handled.get(group)?.has(id),
        )
        .map(({ type, position }) => `${group} never handled ${type} at ${String(position)}`),
    )
  }

  answered({ path, headers }: Request, { status, text }: Response): void {
    const token = headers.authorization?.split(' ')[1]
    const [kind, id = ''] = token === undefined ? [] : actorOf(token).split(':')
    if (kind !== 'customer' || status >= 400) return
    const me = this.#groupOf(id)
    for (const [found] of text.matchAll(UUID)) {
      const owner = this.#owners.get(found)
      if (owner !== undefined && this.#groupOf(owner) !== me)
        this.wrong(`G9: ${id} was shown ${found} of ${owner} at ${path}`)
    }
  }

  /** Contacts that are offered to an agent now. */
  offersOf(agentId: string): readonly { readonly contactId: string; readonly offerId: string }[] {
    return [...this.works].flatMap(([contactId, work]) =>
      work.place === 'offered' && work.agentId === agentId
        ? [{ contactId, offerId: work.offerId ?? '' }]
        : [],
    )
  }

  /** Contacts an agent has in hand or writes up. */
  heldBy(agentId: string): readonly string[] {
    return [...this.works].flatMap(([contactId, { place, agentId: holder }]) =>
      (place === 'assigned' || place === 'wrap-up') && holder === agentId ? [contactId] : [],
    )
  }

  /** Contacts that somebody still has to do something about. */
  waiting(): readonly string[] {
    return [...this.works].flatMap(([contactId, { place }]) =>
      place === 'gone' ? [] : [`${contactId} ${place}`],
    )
  }

  #groupOf(id: string): string {
    return this.#groups.get(id) ?? id
  }

  #merge(one: string, other: string): void {
    const [kept, gone] = [this.#groupOf(one), this.#groupOf(other)]
    for (const id of new Set([gone, other, ...this.#groups.keys()]))
      if (this.#groupOf(id) === gone) this.#groups.set(id, kept)
  }

  #see(event: RecordedEvent): void {
    const { type, stream, streamId, customerId, journeyId } = event
    const data: Json = isJson(event.data) ? event.data : {}
    if (stream === 'customer') this.#owners.set(streamId, streamId)
    if (customerId !== undefined && OWNED.has(stream)) this.#owners.set(streamId, customerId)
    if (customerId !== undefined && journeyId !== undefined) this.#owners.set(journeyId, customerId)
    const name = type.split('.')[1] ?? ''
    if (/^Customers(Merged|Unmerged)$/.test(name)) {
      this.merges++
      this.#merge(textOf(data.customerId) ?? '', textOf(data.mergedId) ?? '')
    }
    if (stream === 'contact') this.#seeContact(streamId, name)
    if (stream === 'agent') this.presence.set(streamId, name)
    if (stream === 'work') this.#seeWork(streamId, name, data)
  }

  #seeContact(contactId: string, name: string): void {
    const unanswered = name === 'CallEnded' && this.contacts.get(contactId) === 'ringing'
    const status = unanswered ? 'waiting' : STATUS[name]
    if (status !== undefined) this.contacts.set(contactId, status)
  }

  #seeWork(contactId: string, name: string, data: Json): void {
    const before = this.works.get(contactId)
    const { agentId, offerId } = data
    const channel = isChannel(data.channel) ? data.channel : (before?.channel ?? 'message')
    const place = PLACES[name]
    if (name === 'WorkInterrupted' && before !== undefined)
      this.works.set(contactId, { ...before, interrupted: true })
    if (place === undefined) return
    const allowed: readonly string[] = FROM[name] ?? []
    if (!allowed.includes(before?.place ?? 'none'))
      this.wrong(`P8: ${contactId} was ${before?.place ?? 'nowhere'} when ${name} came`)
    if (name === 'ContactAssigned' && (before?.offerId !== offerId || before?.agentId !== agentId))
      this.wrong(`P8: ${contactId} was assigned by another offer than it had`)
    const holder = textOf(agentId) ?? (place === 'wrap-up' ? before?.agentId : undefined)
    const kept = place === 'offered' || place === 'assigned' || place === 'wrap-up'
    this.works.set(contactId, {
      place,
      channel,
      ...(kept && holder !== undefined && { agentId: holder }),
      ...(kept && textOf(offerId) !== undefined && { offerId: textOf(offerId) ?? '' }),
    })
    if (place === 'offered' && holder !== undefined) this.#weigh(holder)
  }

  #weigh(agentId: string): void {
    let load = 0
    for (const { agentId: holder, channel, interrupted } of this.works.values())
      if (holder === agentId) load += WEIGHTS[channel]?.[interrupted === true ? 0 : 1] ?? 0
    if (load > 100) this.wrong(`P8: agent ${agentId} has ${String(load)} of 100`)
  }
}

const PLACES: Readonly<Record<string, Place>> = {
  ContactQueued: 'queued',
  CallbackScheduled: 'promised',
  CallbackDue: 'due',
  ContactOffered: 'offered',
  OfferDeclined: 'queued',
  OfferExpired: 'queued',
  OfferWithdrawn: 'queued',
  ContactRequeued: 'queued',
  CallbackUnanswered: 'queued',
  ContactAssigned: 'assigned',
  WrapUpBegan: 'wrap-up',
  ContactLeftQueue: 'gone',
  WorkFinished: 'gone',
}

const HELD = ['due', 'queued', 'offered', 'assigned', 'wrap-up'] as const
const FROM: Readonly<Record<string, readonly (Place | 'none')[]>> = {
  ContactQueued: ['none', 'due'],
  CallbackScheduled: ['none', 'queued', 'assigned'],
  CallbackDue: ['promised'],
  ContactOffered: ['queued', 'due'],
  OfferDeclined: ['offered'],
  OfferExpired: ['offered'],
  OfferWithdrawn: ['offered'],
  ContactRequeued: ['promised', ...HELD],
  CallbackUnanswered: ['assigned', 'queued'],
  ContactAssigned: ['offered'],
  WrapUpBegan: ['assigned'],
  ContactLeftQueue: ['none', 'promised', 'due', 'queued', 'offered'],
  WorkFinished: ['assigned', 'wrap-up'],
}

const STATUS: Readonly<Record<string, string>> = {
  ContactRequested: 'waiting',
  ContactTaken: 'ringing',
  ContactConnected: 'connected',
  ContactDropped: 'dropped',
  ContactResumed: 'waiting',
  ContactTransferred: 'waiting',
  ContactLeft: 'left',
  ContactEnded: 'ended',
  ContactSummarised: 'summarised',
}

function isChannel(value: unknown): value is Channel {
  return typeof value === 'string' && value in WEIGHTS
}
