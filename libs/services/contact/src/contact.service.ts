import { Injectable } from '@nestjs/common'
import type { Channel, EventOf, Person } from '@throughline/contracts'
import { Clock, Ids, Refused } from '@throughline/kernel'
import { EventStore, has, sealCursor, ViewStore } from '@throughline/ports'
import type { Caller, Command, Page, PageRequest, Transacted } from '@throughline/ports'
import { Channels } from './channels.js'
import { ContactAccess, isStaff } from './contact.access.js'
import { PLACE_TAKEN, recordContact, requestContact } from './contact.begin.js'
import { endContact, leaveContact, summariseContact } from './contact.ends.js'
import type { Summary } from './contact.ends.js'
import { contacts } from './contact.js'
import type { ContactState, ContactStreamEvent } from './contact.js'
import { goOn, transferContact } from './contact.moves.js'
import { contactLine, contactsView } from './contact.view.js'
import type { ContactLine, ContactRow } from './contact.view.js'
import { journeyContext } from './journey-context.js'
import type { JourneyContext } from './journey-context.js'
import { casesView } from './lookup.view.js'
import { goesBy, idsOf } from './people.view.js'

export type Told = Transacted<ContactState, ContactStreamEvent>

export interface Request {
  readonly journeyId: string
  readonly channel: Channel
  readonly words?: string
  readonly presses?: number
  readonly caseId?: string
  readonly callFrom?: string
  readonly callUntil?: string
}

export interface Elsewhere {
  readonly journeyId: string
  readonly customerId: string
  readonly channel: Channel
  readonly item?: EventOf<'throughline.ContactRequested.v1'>['data']['item']
  readonly reason?: EventOf<'throughline.ContactRequested.v1'>['data']['reason']
  readonly words: readonly {
    readonly author: 'customer' | 'agent'
    readonly text: string
    readonly mode: 'written' | 'spoken'
  }[]
  readonly summary: Summary
  readonly origin?: string
  readonly agentId?: string
}

export interface ListRequest extends PageRequest {
  readonly mine?: boolean
  readonly state?: string
  readonly late?: boolean
  readonly customerId?: string
  readonly journeyId?: string
}

@Injectable()
export class ContactsService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly access: ContactAccess,
    private readonly channels: Channels,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async request(wish: Request, command: Command, caller: Caller): Promise<Told> {
    const { journeyId, channel, words, presses, callFrom, callUntil } = wish
    const known = journeyContext(await this.store.readJourney(journeyId))
    const ids = await idsOf(this.views, caller.id)
    if (known.person === undefined || !ids.includes(known.person.id)) throw unknownJourney()
    const { assurance, authenticatedAt } = caller
    const person = {
      ...plain(known.person),
      assurance,
      ...(authenticatedAt && { verifiedAt: authenticatedAt }),
    }
    const caseId = wish.caseId ?? known.caseId
    if (caseId !== undefined) await this.#refuseForeignCase(caseId, ids)
    this.#refuseWrongTimes(wish)
    const customerId = await goesBy(this.views, known.person.id)
    const leg = { by: 'session', assurance, adapter: this.channels.nameOf(channel) }
    for (let number = 1; ; number++) {
      // The id comes from the journey and not from the command: two requests at once meet in one stream, and one wins.
      const contactId = this.ids.derive('contact', journeyId, String(number))
      const requested = {
        contactId,
        journeyId,
        person,
        channel,
        ...pushed(known),
        ...(presses !== undefined && { presses }),
        ...(words !== undefined && { words }),
        ...(known.offered !== undefined && { decisionId: known.offered.decisionId }),
        ...(caseId !== undefined && { caseId }),
        ...(callFrom !== undefined && { callFrom }),
        ...(callUntil !== undefined && { callUntil }),
      }
      const decide = (state: ContactState): readonly ContactStreamEvent[] => {
        const events = requestContact({ requested, leg })(state)
        if (known.offered?.channels.includes(channel) !== true) throw notOffered(channel)
        return events
      }
      try {
        return await this.store.transact(contacts, contactId, decide, { ...command, journeyId, customerId })
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== PLACE_TAKEN) throw error
      }
    }
  }

  async record(told: Elsewhere, command: Command, caller: Caller): Promise<Told> {
    const { journeyId, customerId, channel, words, summary, item, reason } = told
    const contactId = this.ids.derive('contact', command.id)
    const known = journeyContext(await this.store.readJourney(journeyId))
    const ids = await idsOf(this.views, customerId)
    // A past journey may be handed over after its contacts; one of somebody else's is refused.
    if (known.person === undefined ? !has(caller, 'importer') : !ids.includes(known.person.id))
      throw unknownJourney()
    if (!has(caller, 'importer', 'back-office') && channel !== 'store' && channel !== 'social') {
      throw new Refused(
        'invalid',
        'contact.record-channel',
        'An agent records visits and social posts only.',
        {
          field: 'channel',
        },
      )
    }
    const agentId = has(caller, 'agent') ? caller.id : told.agentId
    const requested = {
      contactId,
      journeyId,
      person: known.person ?? { id: customerId, assurance: 'none' as const },
      channel,
      ...pushed(known),
      ...(item !== undefined && { item }),
      ...(reason !== undefined && { reason }),
      origin: told.origin ?? channel,
    }
    const leg = { by: has(caller, 'agent') ? 'agent' : 'unknown', assurance: 'none', adapter: 'record' }
    const numbered = words.map((each, at) => ({
      ...each,
      messageId: this.ids.derive('message', contactId, String(at)),
    }))
    const decision = recordContact({
      requested,
      leg,
      words: numbered,
      summary,
      ...(agentId !== undefined && { agentId }),
    })
    return this.store.transact(contacts, contactId, decision, {
      ...command,
      journeyId,
      customerId: await goesBy(this.views, customerId),
    })
  }

  async end(contactId: string, command: Command, caller: Caller): Promise<Told> {
    const known = await this.access.open(contactId, caller, command)
    return this.store.transact(contacts, contactId, endContact(known), known.command)
  }

  async leave(
    contactId: string,
    why: EventOf<'throughline.ContactLeft.v1'>['data']['why'],
    command: Command,
    caller: Caller,
  ): Promise<Told> {
    const known = await this.access.open(contactId, caller, command)
    return this.store.transact(contacts, contactId, leaveContact({ why }), known.command)
  }

  async summarise(contactId: string, summary: Summary, command: Command, caller: Caller): Promise<Told> {
    const known = await this.access.open(contactId, caller, command)
    const decision = summariseContact({ agentId: caller.id, summary })
    return this.store.transact(contacts, contactId, decision, known.command)
  }

  async move(contactId: string, to: Channel, command: Command, caller: Caller): Promise<Told> {
    const { by, state, command: keyed } = await this.access.open(contactId, caller, command)
    const decision = goOn({
      to,
      by,
      leg: {
        by: by.is === 'customer' ? 'session' : 'agent',
        assurance: by.is === 'customer' ? caller.assurance : 'none',
        adapter: this.channels.nameOf(to),
      },
      escalation: await this.access.escalation(state.contact.journeyId),
    })
    return this.store.transact(contacts, contactId, decision, keyed)
  }

  async transfer(
    contactId: string,
    transfer: { readonly why: string; readonly skills?: readonly string[]; readonly toAgentId?: string },
    command: Command,
    caller: Caller,
  ): Promise<Told> {
    const known = await this.access.open(contactId, caller, command)
    const decision = transferContact({ ...transfer, skills: transfer.skills ?? [], agentId: caller.id })
    return this.store.transact(contacts, contactId, decision, known.command)
  }

  /** A customer's own; an agent's own with `mine`; of one customer for whoever works for her; all for supervisors. */
  async list(wish: ListRequest, caller: Caller): Promise<Page<ContactLine>> {
    const { items, next } = await this.#rows(wish, caller)
    return { items: items.map((row) => contactLine(row, isStaff(caller))), next }
  }

  #rows(wish: ListRequest, caller: Caller): Promise<Page<ContactRow>> {
    const { mine, state, late, customerId, journeyId, ...page } = { descending: true, ...wish }
    if (has(caller, 'customer', 'guest')) return this.#ofPerson(caller.id, page)
    if (mine === true) {
      const list = state === undefined ? `with:${caller.id}` : `agent:${caller.id}:${state}`
      return this.views.rows(contactsView, list, page)
    }
    if (customerId !== undefined) return this.#ofPerson(customerId, page)
    if (journeyId !== undefined) return this.views.rows(contactsView, `journey:${journeyId}`, page)
    if (!has(caller, 'supervisor')) {
      throw new Refused('forbidden', 'contact.list-of-all', 'Only supervisors see everybody’s contacts.', {
        todo: 'Ask with mine=true, or for one customer or journey.',
      })
    }
    if (late === true) return this.#late(state, page)
    return this.views.rows(contactsView, state === undefined ? 'all' : `state:${state}`, page)
  }

  /** Waiting beyond what was promised, the longest overdue first. */
  async #late(state: string | undefined, page: PageRequest): Promise<Page<ContactRow>> {
    if (state !== undefined && state !== 'waiting') {
      throw new Refused('invalid', 'contact.late-of-waiting', 'Only a contact that waits can be late.', {
        field: 'state',
        todo: 'Leave state out, or ask for state=waiting.',
      })
    }
    const now = this.clock.instant()
    const { items, next } = await this.views.rows(contactsView, 'due:waiting', { ...page, descending: false })
    const late = items.filter(({ dueBy }) => dueBy !== undefined && dueBy <= now)
    return { items: late, next: late.length === items.length ? next : null }
  }

  /** The lists of all ids a person has had, merged: they share one order, so one cursor fits all. */
  async #ofPerson(id: string, page: PageRequest): Promise<Page<ContactRow>> {
    const limit = Math.min(page.limit ?? 50, 500)
    const pages = await Promise.all(
      (await idsOf(this.views, id)).map((each) =>
        this.views.rows(contactsView, `person:${each}`, { ...page, limit, descending: true }),
      ),
    )
    const found = [
      ...new Map(pages.flatMap(({ items }) => items).map((row) => [row.contactId, row])).values(),
    ]
    const order = (row: ContactRow): string => row.requestedAt + row.contactId
    const items = found.sort((a, b) => (order(a) < order(b) ? 1 : -1)).slice(0, limit)
    const last = items.at(-1)
    const more = found.length > limit || pages.some(({ next }) => next !== null)
    return {
      items,
      next: more && last !== undefined ? sealCursor({ sort: last.requestedAt, key: last.contactId }) : null,
    }
  }

  async #refuseForeignCase(caseId: string, ids: readonly string[]): Promise<void> {
    const row = await this.views.row(casesView, caseId)
    if (row !== undefined && (await this.#isOneOf(row.customerId, ids))) return
    throw new Refused('not-found', 'contact.case-unknown', 'There is no such case.', { field: 'caseId' })
  }

  async #isOneOf(customerId: string, ids: readonly string[]): Promise<boolean> {
    return ids.includes(customerId) || ids.includes(await goesBy(this.views, customerId))
  }

  #refuseWrongTimes({ channel, callFrom, callUntil }: Request): void {
    if (callFrom === undefined && callUntil === undefined) return
    const right =
      channel === 'callback' &&
      callFrom !== undefined &&
      callUntil !== undefined &&
      callFrom < callUntil &&
      callUntil > this.clock.instant()
    if (right) return
    throw new Refused(
      'invalid',
      'contact.call-times',
      'A call back is wished from a time until a later one.',
      {
        field: 'callFrom',
        todo: 'Send callFrom and callUntil together, in the future, with the channel callback.',
      },
    )
  }
}

/** What goes with every contact of a journey. */
function pushed({ item, reason, readings }: JourneyContext) {
  return {
    ...(item !== undefined && { item }),
    ...(reason !== undefined && { reason }),
    readings: readings.slice(-100),
  }
}

/** Contracts are declared as classes and are data here: an interface tells the compiler so. */
function plain(person: Person): { readonly [Field in keyof Person]: Person[Field] } {
  return person
}

function unknownJourney(): Refused {
  return new Refused('not-found', 'journey.unknown', 'There is no such journey.', { field: 'journeyId' })
}

function notOffered(channel: Channel): Refused {
  return new Refused('conflict', 'contact.channel-not-offered', `The journey was not offered ${channel}.`, {
    field: 'channel',
    todo: 'Ask for channels again and choose among those offered.',
  })
}
