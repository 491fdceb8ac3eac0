import { Injectable } from '@nestjs/common'
import type { DomainEvent, Instant } from '@throughline/kernel'
import { countsFrom, EventStore, isLink, knownFrom, LINK_EVENTS, viewId, ViewStore } from '@throughline/ports'
import type { LinkRow, Move, RecordedEvent, Rows, Vantage, View } from '@throughline/ports'
import { cases } from './case.js'
import { casesView } from './case.view.js'
import type { CaseRow } from './case.view.js'
import { caseContactsView } from './contact.view.js'
import type { CaseContactRow } from './contact.view.js'

export interface CaseThen {
  readonly row: CaseRow
  readonly contacts: ReadonlyMap<string, CaseContactRow>
  /** The last log position it is made of; the same position again gives the same case for ever. */
  readonly position: number
  /** When that was recorded. */
  readonly asOf: Instant
}

/** A case as its views stood at a moment: the projections of the live views over what counted by then (C48). */
@Injectable()
export class CaseReplay {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
  ) {}

  /** Undefined before the case was opened. */
  async of(caseId: string, vantage: Vantage): Promise<CaseThen | undefined> {
    const counts = countsFrom(vantage)
    const own = (await this.store.readStream({ stream: cases.name, id: caseId })).filter(counts)
    const rows = new CaseRowsThen((key) => this.#link(key, vantage))
    for (const event of await this.#linksToCome(vantage)) await applied(casesView, event, rows)
    for (const event of own) await applied(casesView, event, rows)
    const row = await rows.get(caseId)
    if (row === undefined || isLink(row)) return undefined
    const told = new RowsThen<CaseContactRow>()
    const events = (await this.#eventsOf(row)).filter(counts)
    for (const event of events) await applied(caseContactsView, event, told)
    const contacts = new Map<string, CaseContactRow>()
    for (const step of row.steps) {
      const contact = step.what === 'contact' ? await told.get(step.contactId) : undefined
      if (contact) contacts.set(contact.contactId, contact)
    }
    const about = events.filter((event) => isAbout(event, contacts))
    const last = [...own, ...about, ...rows.moves].reduce((a, b) => (b.position > a.position ? b : a))
    return { row, contacts, position: last.position, asOf: last.recordedAt }
  }

  /** All that the journeys of its contacts tell, in log order. */
  async #eventsOf(row: CaseRow): Promise<readonly RecordedEvent[]> {
    const journeys = new Set(row.steps.flatMap((step) => (step.what === 'contact' ? [step.journeyId] : [])))
    const events = await Promise.all([...journeys].map((id) => this.store.readJourney(id)))
    return events.flat().sort((a, b) => a.position - b.position)
  }

  // Who goes on as whom is the view's: it keeps every move with where it stands in the log.
  async #link(key: string, vantage: Vantage): Promise<LinkRow | undefined> {
    const row = await this.views.row(casesView, key)
    return row && isLink(row) ? { ...row, moves: row.moves.filter(knownFrom(vantage)) } : undefined
  }

  // And what the view has not come to yet, so that the same question does not get another answer a moment later.
  async #linksToCome(vantage: Vantage): Promise<readonly RecordedEvent[]> {
    const upTo = Math.min(vantage.position ?? Infinity, await this.store.head())
    const known = knownFrom(vantage)
    const found: RecordedEvent[] = []
    for (let after = await this.views.position(viewId(casesView)); after < upTo;) {
      const page = await this.store.readAll({ after, upTo })
      found.push(...page.filter((event) => LINK_EVENTS.some((type) => type === event.type) && known(event)))
      after = page.at(-1)?.position ?? upTo
    }
    return found
  }
}

/** Projects an event that a view asked for by name; as in a host, only the view knows their types. */
async function applied<Row, Event extends DomainEvent>(
  view: View<Row, Event>,
  event: RecordedEvent,
  rows: Rows<Row>,
): Promise<void> {
  if (isFor(view, event)) await view.project(event, rows)
}

function isFor<Row, Event extends DomainEvent>(
  view: View<Row, Event>,
  event: RecordedEvent,
): event is RecordedEvent<Event> {
  return view.on.some((type) => type === event.type)
}

function isAbout({ type, data }: RecordedEvent, contacts: ReadonlyMap<string, CaseContactRow>): boolean {
  if (!caseContactsView.on.some((each) => each === type)) return false
  if (typeof data !== 'object' || data === null || !('contactId' in data)) return false
  return typeof data.contactId === 'string' && contacts.has(data.contactId)
}

/** Rows of one view as they come about. Nothing is found by list here. */
class RowsThen<Row> implements Rows<Row> {
  readonly #rows = new Map<string, Row>()

  async get(key: string): Promise<Row | undefined> {
    return Promise.resolve(this.#rows.get(key))
  }
  put(key: string, row: Row): void {
    this.#rows.set(key, row)
  }
  remove(key: string): void {
    this.#rows.delete(key)
  }
  list(): Promise<readonly { readonly key: string; readonly row: Row }[]> {
    return Promise.resolve([])
  }
}

/** The same with links from elsewhere, which remembers the moves it was asked for: the answer is made of them too. */
class CaseRowsThen extends RowsThen<CaseRow | LinkRow> {
  readonly moves: Move[] = []

  constructor(private readonly link: (key: string) => Promise<LinkRow | undefined>) {
    super()
  }

  override async get(key: string): Promise<CaseRow | LinkRow | undefined> {
    const row = (await super.get(key)) ?? (await this.link(key))
    if (row && isLink(row)) this.moves.push(...row.moves)
    return row
  }
}
