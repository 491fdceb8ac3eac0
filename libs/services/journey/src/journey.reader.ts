import { Injectable } from '@nestjs/common'
import { Refused } from '@throughline/kernel'
import { EventStore, has, openCursor, sealCursor, ViewStore } from '@throughline/ports'
import type { Caller, Page, PageRequest, RecordedEvent } from '@throughline/ports'
import { context, forCustomer, from } from './context.js'
import type { JourneyContext, Vantage } from './context.js'
import { journeyKnown } from './context.journey.js'
import { JourneyAccess } from './journey.access.js'
import { journeys, unknownJourney } from './journey.js'
import { EVERYBODYS, owned } from './journey.view.js'
import type { JourneySummary, OwnedRow } from './journey.view.js'
import { momentsOf } from './timeline.js'
import type { JourneyMoment, Viewer } from './timeline.js'

/** Other journeys of the customer that go into a context, the newest; an agent reads no more before answering. */
const MOST_EARLIER = 30

@Injectable()
export class JourneyReader {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly access: JourneyAccess,
  ) {}

  /** Journeys newest first: a customer's own, or for staff those of a customer; everybody's for who looks at all. */
  async list(
    caller: Caller,
    customerId: string | undefined,
    page: PageRequest,
  ): Promise<Page<JourneySummary>> {
    const by = await this.access.standsFor(caller)
    if (by === 'anybody' && customerId === undefined) {
      if (has(caller, 'supervisor', 'analyst')) return this.#listed(EVERYBODYS, page)
      throw new Refused('invalid', 'journey.customer', 'Whose journeys to list is missing.', {
        field: 'customerId',
        todo: 'Name the customer: ?customerId=…',
      })
    }
    const of = await this.access.root(customerId ?? caller.id)
    if (by === 'anybody') await this.access.mustHelp(caller, of, customerId ?? of)
    else if (by.length === 0) return { items: [], next: null }
    else if (customerId !== undefined && !by.includes(customerId)) throw unknownJourney()
    return this.#listed(`customer:${of}`, page)
  }

  async #listed(list: string, page: PageRequest): Promise<Page<JourneySummary>> {
    const { items, next } = await this.views.rows(owned, list, { ...page, descending: true })
    return { items: items.flatMap(entryOf), next }
  }

  /** The journey as it stands, straight from its stream. */
  async one(journeyId: string, caller: Caller) {
    const { state, version } = await this.store.load(journeys, journeyId)
    if (state.status === 'none') throw unknownJourney()
    await this.access.mustSee(caller, journeyId, state.known.person.id)
    const outcome = state.status === 'ended' ? { outcome: state.outcome } : {}
    const { journeyId: id, ...known } = state.known
    return { body: { id, ...known, status: state.status, ...outcome }, version }
  }

  /** @param as `customer`: with her eyes, whoever looks; nobody sees more by it */
  async context(
    journeyId: string,
    vantage: Vantage,
    caller: Caller,
    as?: 'customer',
  ): Promise<JourneyContext> {
    const events = await this.store.readJourney(journeyId)
    const viewer = await this.#mustSee(journeyId, events, caller)
    const seen = journeyKnown(from(events, vantage))
    if (seen === undefined) throw notYet()
    const history = await this.#earlier(journeyId, seen.person.id, vantage)
    const told = context(events, history, vantage)
    if (told === undefined) throw notYet()
    return (as ?? viewer) === 'customer' ? forCustomer(told) : told
  }

  /** Moments in the order in which they were recorded: of this journey, or of all of the same customer's. */
  async timeline(
    journeyId: string,
    { limit = 50, after }: PageRequest,
    caller: Caller,
    { of, as }: { readonly of?: 'journey' | 'customer'; readonly as?: 'customer' } = {},
  ): Promise<Page<JourneyMoment>> {
    const events = await this.store.readJourney(journeyId)
    const seenBy = await this.#mustSee(journeyId, events, caller)
    const viewer = as ?? seenBy
    const personId = of === 'customer' ? journeyKnown(events)?.person.id : undefined
    const others = personId === undefined ? [] : await this.#earlier(journeyId, personId, {})
    const start = after === undefined ? 0 : Number(openCursor(after).sort)
    const left = [events, ...others]
      .flatMap((each) => momentsOf(each, viewer))
      .filter(({ position }) => position > start)
      .sort((a, b) => a.position - b.position)
    const items = left.slice(0, limit)
    const last = items.at(-1)
    const next =
      left.length > limit && last ? sealCursor({ sort: String(last.position), key: journeyId }) : null
    return { items, next }
  }

  /** Who watches a journey live, as whom, and what came before. @throws Refused `journey.unknown` */
  async viewer(
    journeyId: string,
    caller: Caller,
  ): Promise<{ readonly viewer: Viewer; readonly events: readonly RecordedEvent[] }> {
    const events = await this.store.readJourney(journeyId)
    return { viewer: await this.#mustSee(journeyId, events, caller), events }
  }

  // Whose it is now decides who may look, also when they look back.
  async #mustSee(journeyId: string, events: readonly RecordedEvent[], caller: Caller): Promise<Viewer> {
    const known = journeyKnown(events)
    if (known === undefined) throw unknownJourney()
    return this.access.mustSee(caller, journeyId, known.person.id)
  }

  // The other journeys that were known to be the same customer's from this vantage point: a merge or a sign-in that
  // came later joins nothing before.
  async #earlier(
    journeyId: string,
    personId: string,
    vantage: Vantage,
  ): Promise<readonly (readonly RecordedEvent[])[]> {
    const { position = Infinity, at } = vantage
    const counts = (move: { readonly position: number; readonly recordedAt: string }): boolean =>
      move.position <= position && (at === undefined || move.recordedAt <= at)
    const root = await this.access.root(personId, counts)
    const rows = await this.views.rows(owned, `customer:${await this.access.root(personId)}`, {
      limit: MOST_EARLIER + 1,
      descending: true,
    })
    const candidates = rows.items.flatMap(entryOf).map(({ id }) => id)
    const found = await Promise.all(
      candidates
        .filter((id) => id !== journeyId)
        .map(async (id) => {
          const events = await this.store.readJourney(id, position === Infinity ? {} : { upTo: position })
          const known = journeyKnown(from(events, vantage))
          const same = known !== undefined && (await this.access.root(known.person.id, counts)) === root
          return same ? events : []
        }),
    )
    return found.filter((events) => events.length > 0)
  }
}

function entryOf(row: OwnedRow): readonly JourneySummary[] {
  return row.kind === 'journey' && row.entry ? [row.entry] : []
}

function notYet(): Refused {
  return new Refused('not-found', 'journey.not-yet', 'The journey had not begun at this moment.')
}
