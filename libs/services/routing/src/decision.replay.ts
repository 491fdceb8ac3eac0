import { fromInstant } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import { MemoryViewStore, viewId } from '@throughline/ports'
import type { EventStore, RecordedEvent, Rows, Timers, Vantage, View } from '@throughline/ports'
import { isRoutingFact } from './group.facts.js'
import { RoutingGroup } from './group.js'
import { JourneyReader } from './journey.reader.js'
import { customersView } from './journey.view.js'
import { peopleView } from './people.view.js'
import type { JourneyFacts } from './policy/channel-policy.js'

const PAGE = 1_000

export interface Then {
  /** The last log position it is made of. */
  readonly position: number
  /** The moment asked about, milliseconds since the epoch. */
  readonly at: number
  readonly group: RoutingGroup
  readonly facts: JourneyFacts
}

/**
 * What routing knew of a journey, of queues and of presence at a moment: its own folds over the log up to there. Takes as
 * long as reading the log so far, page by page, and others get their turn in between. Undefined before the journey began.
 */
export async function thenOf(
  store: EventStore,
  timers: Timers,
  journeyId: string,
  vantage: Pick<Vantage, 'position' | 'at'>,
): Promise<Then | undefined> {
  const there = vantage.at === undefined ? await store.head() : await store.positionAt(vantage.at)
  const upTo = Math.min(there, vantage.position ?? Infinity)
  const group = new RoutingGroup()
  const customers = new RowsThen(customersView)
  const people = new RowsThen(peopleView)
  let last: RecordedEvent | undefined
  for (let after = 0; after < upTo;) {
    const page = await store.readAll({ after, upTo, limit: PAGE })
    for (const event of page) {
      if (isRoutingFact(event)) applied(group, event)
      await customers.hear(event)
      await people.hear(event)
    }
    last = page.at(-1)
    after = last?.position ?? upTo
    group.next(0)
    await timers.sleep(0)
  }
  const views = new MemoryViewStore()
  await customers.keep(views, upTo)
  await people.keep(views, upTo)
  const reader = new JourneyReader(store, views)
  const journey = await reader.known(journeyId, upTo)
  if (journey === undefined || last === undefined) return undefined
  const at = fromInstant(vantage.at ?? last.recordedAt)
  return { position: last.position, at, group, facts: await reader.facts(journey) }
}

// As the engine does: what cannot be read changed nothing then either.
function applied(group: RoutingGroup, event: Parameters<RoutingGroup['apply']>[0]): void {
  try {
    group.apply(event)
  } catch {
    return
  }
}

/** The rows of one view as they come about. Nothing is found by list here. */
class RowsThen<Row, Event extends DomainEvent> implements Rows<Row> {
  readonly #rows = new Map<string, Row>()

  constructor(private readonly view: View<Row, Event>) {}

  async hear(event: RecordedEvent): Promise<void> {
    if (this.#isHeard(event)) await this.view.project(event, this)
  }

  keep(views: MemoryViewStore, position: number): Promise<void> {
    const changes = [...this.#rows].map(([key, row]) => ({ key, row, lists: {} }))
    return views.write(viewId(this.view), 0, position, changes)
  }

  get(key: string): Promise<Row | undefined> {
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

  #isHeard(event: RecordedEvent): event is RecordedEvent<Event> {
    return this.view.on.some((type) => type === event.type)
  }
}
