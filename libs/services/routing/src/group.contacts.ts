import type { Channel } from '@throughline/contracts'
import { fromInstant, SECOND } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { CAPACITY, PREFERRED_FOR, skillText, WEIGHTS } from './channels.js'
import { Agenda } from './group.agenda.js'
import type { KeptSeqs } from './group.agenda.js'
import type { HeldContact } from './group.facts.js'
import type { ContactRow } from './group.snapshot.js'
import type { Matcher } from './matcher/matcher.js'
import type { Requirement } from './matcher/matching.js'
import type { ChannelRule } from './policy/channel-policy.js'
import type { KeptBook } from './kept.js'
import type { WaitBook } from './waits.js'
import { workOf, works } from './work.js'
import type { Work, WorkEvent } from './work.js'

/** The group whose contacts are folded. */
interface Group {
  readonly matcher: Matcher
  readonly waits: WaitBook
  readonly kept: KeptBook
  isSignedOn(agentId: string): boolean
  ruleOf(work: Work, channel: Channel): ChannelRule | undefined
  promisedTo(work: Work): number
  handled(agentId: string, channel: Channel, took: number): void
}

/** The contacts of a routing group as a fold of their events, and what is due of them. */
export class ContactFold {
  readonly contacts = new Map<string, HeldContact>()
  readonly agenda: Agenda

  constructor(private readonly group: Group) {
    const { matcher } = group
    const { contacts } = this
    this.agenda = new Agenda({ matcher, contacts, isSignedOn: (agentId) => group.isSignedOn(agentId) })
  }

  /** @throws of an event that cannot be read; it has changed nothing then */
  apply(event: RecordedEvent<WorkEvent>): void {
    const { contactId } = event.data
    const before = this.contacts.get(contactId)
    const state = works.evolve(before?.state ?? works.initial, event)
    const at = fromInstant(event.recordedAt)
    const contact: HeldContact = {
      ...(before ?? unheard(contactId, event.position)),
      ...(event.customerId !== undefined && { customerId: event.customerId }),
      state,
      version: event.sequence + 1,
    }
    this.agenda.heard(contactId)
    this.contacts.set(contactId, contact)
    try {
      this.#move(contact, event, at, before?.state.status === 'promised')
    } catch (error) {
      if (before === undefined) this.contacts.delete(contactId)
      else this.contacts.set(contactId, { ...before, version: contact.version })
      throw error
    }
    this.agenda.settle(contactId, state.status)
    if (state.status === 'gone') {
      this.group.matcher.leave(contactId)
      this.contacts.delete(contactId)
      this.agenda.calm(contactId)
    }
  }

  /** Contacts of a snapshot, in the order in which they came; agents are there already. */
  restore(rows: readonly ContactRow[], seqs: KeptSeqs): void {
    this.agenda.goOnFrom(seqs)
    for (const { held, match, due } of rows) {
      this.contacts.set(held.contactId, held)
      if (match !== undefined) this.group.matcher.restoreContact(match)
      this.agenda.restoreTimer(held.contactId, due)
    }
    this.agenda.restoreTroubles(rows.map(({ held, due }) => [held.contactId, due]))
  }

  #move(contact: HeldContact, event: RecordedEvent<WorkEvent>, at: number, chosen: boolean): void {
    const { contactId } = contact
    switch (event.type) {
      case 'throughline.ContactQueued.v1': {
        const { queue, enteredAt, dueBy, quoted, preferredAgentId } = event.data
        const target = (momentOf(dueBy) - momentOf(enteredAt)) / SECOND
        this.group.waits.entered(queue, at, Math.max(0, Math.round(target)))
        const work = workOf(contact.state)
        // A call back at a chosen time is due then, whatever the channel promises besides.
        const promisedBy = chosen || work === undefined ? momentOf(dueBy) : this.group.promisedTo(work)
        const told = { ...contact, seq: event.position, quoted: quoted?.mid, promisedBy }
        this.#enqueue(told, at, preferredAgentId)
        return
      }
      case 'throughline.ContactRequeued.v1': {
        const { why, preferredAgentId } = event.data
        if (why === 'offer-declined' || why === 'offer-expired') this.#ring(contact, at)
        else this.#enqueue(contact, at, preferredAgentId)
        return
      }
      case 'throughline.CallbackDue.v1':
        if (contact.state.status === 'queued') this.#enqueue(contact, at, contact.state.work.lastAgentId)
        return
      case 'throughline.CallbackScheduled.v1':
        this.group.matcher.leave(contactId)
        this.agenda.at(contactId, 'call-back', momentOf(event.data.from))
        return
      case 'throughline.RequirementRelaxed.v1':
        this.group.matcher.relax(contactId, event.data.ring)
        this.#ring(contact, at)
        return
      case 'throughline.ContactOffered.v1': {
        const { agentId, channel, expiresAt } = event.data
        const full = this.group.matcher.loadOf(agentId) + WEIGHTS[channel].weight > CAPACITY
        this.group.matcher.offer(contactId, agentId)
        this.agenda.at(contactId, 'expire', momentOf(expiresAt))
        this.agenda.calm(contactId)
        if (!this.group.isSignedOn(agentId)) this.agenda.trouble(contactId, 'agent-left')
        else if (full) this.agenda.trouble(contactId, 'agent-full')
        return
      }
      case 'throughline.OfferDeclined.v1':
        this.group.matcher.decline(contactId)
        return
      case 'throughline.OfferExpired.v1':
        this.group.matcher.expire(contactId)
        return
      case 'throughline.OfferWithdrawn.v1':
        this.group.matcher.withdraw(contactId)
        this.#ring(contact, at)
        return
      case 'throughline.ContactAssigned.v1': {
        this.group.matcher.assign(contactId)
        if (!contact.answered && contact.waitsSince > 0) {
          this.group.waits.answered(seconds(at - contact.waitsSince), contact.quoted)
          this.group.kept.ended(event.data.channel, at, contact.promisedBy)
        }
        if (!this.group.isSignedOn(event.data.agentId)) this.agenda.trouble(contactId, 'agent-left')
        this.contacts.set(contactId, { ...contact, assignedAt: at, answered: true })
        return
      }
      case 'throughline.WorkInterrupted.v1':
        this.group.matcher.setActive(contactId, false)
        return
      case 'throughline.WrapUpBegan.v1':
        this.group.matcher.wrapUp(contactId)
        return
      case 'throughline.CallbackUnanswered.v1':
        this.group.matcher.leave(contactId)
        return
      case 'throughline.ContactLeftQueue.v1':
        if (event.data.why === 'gave-up' && !contact.answered && contact.waitsSince > 0) {
          this.group.waits.gaveUp(seconds(at - contact.waitsSince), contact.quoted)
          const channel = workOf(contact.state)?.channel
          // Who left in time was promised nothing that was broken.
          if (channel !== undefined && at > contact.promisedBy)
            this.group.kept.ended(channel, at, contact.promisedBy)
        }
        return
      case 'throughline.WorkFinished.v1':
        this.#finish(contact, event.data.agentId, at)
        return
      case 'throughline.ContactEscalated.v1':
        return
    }
  }

  #enqueue(contact: HeldContact, at: number, preferred: string | undefined): void {
    const { state, contactId, seq } = contact
    if (state.status !== 'queued') return
    const { work } = state
    const { channel, need, dueBy, excluded } = work
    const narrow = this.group.ruleOf(work, channel)?.rings ?? []
    const rings: readonly Requirement[] = [
      ...(preferred === undefined ? [] : [{ skills: [], agent: preferred }]),
      ...narrow.map((ring) => ({ skills: ring.need })),
      { skills: [] },
    ]
    const patience = [...(preferred === undefined ? [] : [PREFERRED_FOR]), ...narrow.map((ring) => ring.for)]
    const waitsSince = contact.answered ? contact.waitsSince : at
    const waiting = { ...contact, rings, patience, waitsSince }
    this.contacts.set(contactId, waiting)
    this.group.matcher.enqueue({
      id: contactId,
      channel,
      dueBy: momentOf(dueBy),
      seq,
      must: { skills: need.map(skillText) },
      rings,
      excluded,
    })
    this.#ring(waiting, at)
  }

  /** The ring it is in now lasts so long. */
  #ring(contact: HeldContact, at: number): void {
    const ring = contact.state.status === 'queued' ? contact.state.work.ring : -1
    const lasts = contact.patience[ring]
    if (lasts === undefined) this.agenda.forget(contact.contactId)
    else this.agenda.at(contact.contactId, 'relax', at + lasts)
  }

  #finish(contact: HeldContact, agentId: string, at: number): void {
    const { state, contactId, assignedAt } = contact
    this.group.matcher.finish(contactId, at)
    const work = state.status === 'gone' ? state.work : undefined
    if (work !== undefined && assignedAt > 0)
      this.group.handled(agentId, work.channel, seconds(at - assignedAt))
  }
}

/** Milliseconds since the epoch. @throws when it is no moment: it would spoil every comparison after it */
function momentOf(instant: Instant): number {
  const at = fromInstant(instant)
  if (Number.isNaN(at)) throw new RangeError('a moment is expected')
  return at
}

function unheard(contactId: string, heardAt: number): HeldContact {
  return {
    contactId,
    state: works.initial,
    version: 0,
    heardAt,
    seq: 0,
    rings: [],
    patience: [],
    waitsSince: 0,
    assignedAt: 0,
    answered: false,
    quoted: undefined,
    promisedBy: 0,
  }
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / SECOND))
}
