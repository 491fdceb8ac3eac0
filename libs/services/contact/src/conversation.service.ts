import { Injectable } from '@nestjs/common'
import { Clock, Ids } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import { EventStore, has, LiveFeed, viewId, ViewStore } from '@throughline/ports'
import type { Caller, Command, LiveResponse } from '@throughline/ports'
import type { Received } from './channel-adapter.js'
import { Channels } from './channels.js'
import { ContactAccess, isStaff } from './contact.access.js'
import type { Known } from './contact.access.js'
import { tellCall } from './contact.call.js'
import type { CallCause, CallTold } from './contact.call.js'
import { contacts, lastLeg, refuseOtherAgents, unknownContact } from './contact.js'
import type { ContactTaken } from './contact.js'
import { isLive, LIVE, seenBy, shortName } from './contact.live.js'
import type { Told } from './contact.service.js'
import { addNote, markSeen, postMessage } from './contact.words.js'
import { contactsView } from './contact.view.js'
import { conversation } from './conversation.js'
import type { ConversationLine } from './conversation.js'
import { idsOf } from './people.view.js'
import { Presence } from './presence.js'
import { tells } from './tells.js'
import { transcriptHash } from './transcript.js'

/** A call that rings is hers before anything public says so. */
const TAKEN: ContactTaken['type'] = 'throughline.ContactTaken.v1'

export interface Saying {
  readonly text: string
  readonly mode?: 'written' | 'spoken'
  readonly articleId?: string
  readonly choices?: readonly string[]
  readonly answers?: string
  readonly leg?: number
}

export interface Note {
  readonly id: string
  readonly agentId: string
  readonly text: string
  readonly at: string
}

@Injectable()
export class ConversationService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly access: ContactAccess,
    private readonly channels: Channels,
    private readonly presence: Presence,
    private readonly live: LiveFeed,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {
    presence.onCount((contactId, count) => {
      this.#tellDevices(contactId, count)
    })
  }

  async say(
    contactId: string,
    saying: Saying,
    command: Command,
    caller: Caller,
  ): Promise<Told & { readonly messageId: string }> {
    const known = await this.access.open(contactId, caller, command)
    const messageId = this.ids.derive('message', command.id)
    const { mode, articleId, choices, answers, leg } = saying
    const customers = known.by.is === 'customer'
    // What a customer writes comes in by the page's adapter, as the words of every other channel come by theirs.
    const text = customers ? await this.#receive(messageId, saying.text, known, caller) : saying.text
    const decision = postMessage({
      messageId,
      by: known.by,
      text,
      ...(caller.kind === 'staff' && { authorId: caller.id }),
      // A customer writes; only who hears her can say what she said.
      ...(mode !== undefined && !customers && { mode }),
      ...(articleId !== undefined && !customers && { articleId }),
      ...(choices !== undefined && !customers && { choices }),
      ...(answers !== undefined && customers && { answers }),
      ...(leg !== undefined && { leg }),
    })
    return { ...(await this.store.transact(contacts, contactId, decision, known.command)), messageId }
  }

  async seen(contactId: string, messageId: string, command: Command, caller: Caller): Promise<Told> {
    const known = await this.access.open(contactId, caller, command)
    return this.store.transact(contacts, contactId, markSeen({ by: known.by, messageId }), known.command)
  }

  async note(
    contactId: string,
    text: string,
    command: Command,
    caller: Caller,
  ): Promise<Told & { readonly noteId: string }> {
    const known = await this.access.open(contactId, caller, command)
    const noteId = this.ids.derive('note', command.id)
    const decision = addNote({ noteId, agentId: caller.id, text })
    return { ...(await this.store.transact(contacts, contactId, decision, known.command)), noteId }
  }

  async call(
    contactId: string,
    told: { readonly state: CallTold; readonly cause?: CallCause },
    command: Command,
    caller: Caller,
  ): Promise<Told> {
    const known = await this.access.open(contactId, caller, command)
    return this.store.transact(contacts, contactId, tellCall({ ...told, by: known.by }), known.command)
  }

  /** Said in this contact, or in all of its journey: what came by mail before the call is there too (C69). */
  async lines(
    contactId: string,
    wholeJourney: boolean,
    caller: Caller,
  ): Promise<{
    readonly items: readonly ConversationLine[]
    readonly hash: string
    readonly version: number
  }> {
    const { state, version } = await this.access.read(contactId, caller)
    const { journeyId } = state.contact
    const events = await this.store.readJourney(journeyId)
    // Who holds a token of one contact has proof of that one and not of the whole journey.
    const whole =
      wholeJourney && (isStaff(caller) || (await this.#isOwner(caller, state.contact.requested.person.id)))
    const ids = whole
      ? events.flatMap((event) =>
          tells(event, 'throughline.ContactRequested.v1') ? [event.data.contactId] : [],
        )
      : [contactId]
    const items = conversation(events, new Set(ids))
    return { items, hash: transcriptHash(items), version }
  }

  async notes(contactId: string, caller: Caller): Promise<readonly Note[]> {
    await this.access.read(contactId, caller)
    const events = await this.store.readStream({ stream: contacts.name, id: contactId })
    return events.flatMap((event) => {
      if (!tells(event, 'throughline.ContactNoteAdded.v1')) return []
      const { noteId: id, agentId, text } = event.data
      return [{ id, agentId, text, at: event.occurredAt }]
    })
  }

  /** Live only: no event says it, and no replay shows it. */
  async typing(contactId: string, caller: Caller): Promise<void> {
    const { by, state } = await this.access.read(contactId, caller)
    refuseOtherAgents(state, by)
    this.live.signal(channelOf(contactId), 'typing', {
      contactId,
      by: by.is === 'customer' ? 'customer' : 'agent',
    })
  }

  async listen(
    contactId: string,
    response: LiveResponse,
    lastEventId: string | undefined,
    caller: Caller,
  ): Promise<void> {
    const { by } = await this.access.read(contactId, caller)
    const side = by.is === 'customer' ? 'customer' : 'staff'
    const session = caller.session ?? caller.id
    const tell = (count: number): void => {
      this.#tellDevices(contactId, count)
    }
    this.live.open(response, {
      caller,
      types: LIVE,
      channels: () => [channelOf(contactId), ...(side === 'customer' ? [devicesOf(contactId)] : [])],
      ...(lastEventId !== undefined && { lastEventId }),
      select: (event) => {
        if (!isLive(event) || event.data.contactId !== contactId) return undefined
        const data = seenBy(side, event)
        return data === undefined ? undefined : { event: shortName(event.type), data }
      },
      ...(side === 'customer' && {
        onOpen: () => {
          tell(this.presence.opened(contactId, session))
        },
        onClose: () => {
          tell(this.presence.closed(contactId, session))
        },
      }),
    })
  }

  /** All contacts an agent has, in one stream; what comes to her joins it, what she passes on leaves it. */
  async listenToMine(response: LiveResponse, lastEventId: string | undefined, caller: Caller): Promise<void> {
    // Those that are over too: a stream that resumes may have their end still to come.
    const page = { limit: 200, descending: true }
    const known = await this.views.position(viewId(contactsView))
    const { items } = await this.views.rows(contactsView, `agent:${caller.id}`, page)
    const mine = new Set(items.map((row) => row.contactId))
    const resumes = lastEventId !== undefined && lastEventId !== ''
    const heard = resumes ? Number(lastEventId) : await this.store.head()
    const joined = new Set<string>()
    this.live.open(response, {
      caller,
      types: [...LIVE, TAKEN],
      channels: () => [...mine].map(channelOf),
      // From where the list ends: what came to her since would otherwise fall between list and stream.
      lastEventId: String(Math.min(heard, known)),
      select: (event) => {
        const given = givenTo(event)
        if (given !== undefined && given.agentId !== caller.id) mine.delete(given.contactId)
        else if (given !== undefined && !mine.has(given.contactId)) {
          mine.add(given.contactId)
          joined.add(given.contactId)
        }
        if (!isLive(event) || !mine.has(event.data.contactId)) return undefined
        const { contactId } = event.data
        if (tells(event, 'throughline.ContactTransferred.v1')) mine.delete(contactId)
        // What came before the stream is news only of a contact that no list showed yet.
        if (event.position <= heard && (resumes || !joined.has(contactId))) return undefined
        const data = seenBy('staff', event)
        return data === undefined ? undefined : { event: shortName(event.type), data }
      },
    })
  }

  #tellDevices(contactId: string, count: number): void {
    this.live.signal(devicesOf(contactId), 'devices', { contactId, count })
  }

  async #isOwner(caller: Caller, personId: string): Promise<boolean> {
    return has(caller, 'customer', 'guest') && (await idsOf(this.views, caller.id)).includes(personId)
  }

  async #receive(messageId: string, text: string, { state }: Known, caller: Caller): Promise<string> {
    const { contactId } = state.contact
    const adapter = await this.channels.page(lastLeg(state.contact).channel)
    const now = this.clock.now()
    const what = { is: 'text', text, media: [] } as const
    const body = { from: caller.id, to: contactId, occurredAt: this.clock.instant(), what }
    const raw = adapter.seal(messageId, body, { url: `contact:${contactId}`, peer: caller.actor, at: now })
    return textOf(await adapter.receive(raw))
  }
}

function textOf([received]: readonly Received[]): string {
  if (received?.what.is !== 'text') throw unknownContact()
  return received.what.text
}

/** Whose a contact has become by this event, if it says so. */
function givenTo(event: DomainEvent): { readonly contactId: string; readonly agentId?: string } | undefined {
  if (tells(event, 'throughline.ContactAssigned.v1')) return event.data
  if (tells(event, 'throughline.ContactConnected.v1')) return event.data
  return isTaken(event) ? event.data : undefined
}

function isTaken(event: DomainEvent): event is ContactTaken {
  return event.type === TAKEN
}

function channelOf(contactId: string): string {
  return `contact:${contactId}`
}

/** Heard by her own pages alone: on how many devices she reads is nobody else's business. */
function devicesOf(contactId: string): string {
  return `contact:${contactId}:devices`
}
