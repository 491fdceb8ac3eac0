import { Injectable } from '@nestjs/common'
import { Refused } from '@throughline/kernel'
import {
  cameUnder,
  countsFrom,
  EventStore,
  has,
  isNow,
  knownFrom,
  openCursor,
  sealCursor,
  ViewStore,
} from '@throughline/ports'
import type { Caller, Move, Page, PageRequest, RecordedEvent, Vantage } from '@throughline/ports'
import { contextOf, forCustomer, from, toldBy } from './context.js'
import type { JourneyContext } from './context.js'
import { ownerIn } from './context.journey.js'
import { JourneyAccess } from './journey.access.js'
import { journeys, unknownJourney } from './journey.js'
import { EVERYBODYS, joined, owned } from './journey.view.js'
import type { JourneyRow, JourneySummary, OwnedRow } from './journey.view.js'
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
    const told = toldBy(from(events, vantage))
    if (told === undefined) throw notYet()
    const { others, moves } = await this.#others(journeyId, told.known.person.id, vantage)
    const earlier = others.flatMap((each) => toldBy(each) ?? [])
    const known = contextOf(told, earlier, moves)
    return (as ?? viewer) === 'customer' ? forCustomer(known) : known
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
    const personId = of === 'customer' ? ownerIn(events) : undefined
    const { others } = personId === undefined ? { others: [] } : await this.#others(journeyId, personId, {})
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
    const owner = ownerIn(events)
    if (owner === undefined) throw unknownJourney()
    return this.access.mustSee(caller, journeyId, owner)
  }

  // The other journeys that were known to be the same customer's from this vantage point, and what counts of them: a
  // merge or a sign-in that came later joins nothing before. With the moves by which they were found.
  async #others(
    journeyId: string,
    personId: string,
    vantage: Vantage,
  ): Promise<{
    readonly others: readonly (readonly RecordedEvent[])[]
    readonly moves: readonly Move[]
  }> {
    const known = knownFrom(vantage)
    const moves: Move[] = []
    // The newest that was known decides, and it is the last that is asked about.
    const counts = (move: Move): boolean => {
      if (!known(move)) return false
      moves.push(move)
      return true
    }
    const roots = new Map<string, Promise<string>>()
    // Most of them began under one id: it is followed once.
    const rootOf = (id: string): Promise<string> => {
      const root = roots.get(id) ?? this.access.root(id, counts)
      roots.set(id, root)
      return root
    }
    const root = await rootOf(personId)
    const candidates = isNow(vantage) ? await this.#newest(root) : await this.#begunUnder(root, vantage)
    const { position } = vantage
    const found = await Promise.all(
      candidates
        .filter((id) => id !== journeyId)
        .map(async (id) => {
          const upTo = position !== undefined && { upTo: position }
          const events = from(await this.store.readJourney(id, { ...upTo }), vantage)
          const owner = ownerIn(events)
          return owner !== undefined && (await rootOf(owner)) === root ? events : []
        }),
    )
    return { others: found.filter((events) => events.length > 0), moves }
  }

  async #newest(customerId: string): Promise<readonly string[]> {
    const page = { limit: MOST_EARLIER + 1, descending: true }
    const { items } = await this.views.rows(owned, `customer:${customerId}`, page)
    return items.flatMap(entryOf).map(({ id }) => id)
  }

  // The newest of then: the lists are of now, and a merge taken back since has led journeys out of them.
  async #begunUnder(customerId: string, vantage: Vantage): Promise<readonly string[]> {
    const ids = new Set([customerId])
    const begun: JourneySummary[] = []
    for (const id of ids) {
      for await (const row of this.views.every(owned, joined(id))) if (row.kind === 'joined') ids.add(row.id)
      for await (const row of this.views.every(owned, cameUnder(id)))
        if (row.kind === 'journey' && hasBegun(row, vantage)) begun.push(...entryOf(row))
    }
    return begun
      .map(({ startedAt, id }) => ({ at: `${startedAt} ${id}`, id }))
      .sort((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, MOST_EARLIER + 1)
      .map(({ id }) => id)
  }
}

function hasBegun({ heard }: JourneyRow, vantage: Vantage): boolean {
  const counts = countsFrom(vantage)
  return heard.some((event) => event.type === 'throughline.JourneyStarted.v1' && counts(event))
}

function entryOf(row: OwnedRow): readonly JourneySummary[] {
  return row.kind === 'journey' && row.entry ? [row.entry] : []
}

function notYet(): Refused {
  return new Refused('not-found', 'journey.not-yet', 'The journey had not begun at this moment.')
}
