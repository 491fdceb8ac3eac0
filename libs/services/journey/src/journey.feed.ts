import { Injectable } from '@nestjs/common'
import { publicEvents } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { EventFeed, EventStore, ViewStore } from '@throughline/ports'
import type { Caller, FeedQuery, RecordedEvent } from '@throughline/ports'
import { ownerIn } from './context.journey.js'
import { JourneyAccess } from './journey.access.js'
import { unknownJourney } from './journey.js'
import { owned } from './journey.view.js'
import { momentOf } from './timeline.js'
import type { Viewer } from './timeline.js'
import { stageReader } from './timeline.stage.js'
import type { LineStage } from './timeline.stage.js'

export interface JourneyFeedWish extends FeedQuery {
  readonly journey?: string
  readonly customer?: string
}

interface Reach {
  readonly viewer: Viewer
  /** Journeys there are now. */
  readonly journeys: readonly string[]
  /** Whose journeys are told too when they begin later. */
  readonly customers: ReadonlySet<string>
}

/** The moments of journeys for readers outside, each as the line of its journey shows it to the same caller. */
@Injectable()
export class JourneyFeed {
  constructor(
    private readonly feed: EventFeed,
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly access: JourneyAccess,
  ) {}

  /** @throws Refused `journey.unknown`, `feed.whose` */
  async open(response: unknown, wish: JourneyFeedWish, caller: Caller): Promise<void> {
    const { viewer, journeys, customers } = await this.#reach(wish, caller)
    const stages = new Map(journeys.map((id) => [id, stageReader()]))
    let stage: LineStage | undefined
    const note = (event: RecordedEvent): void => {
      const { journeyId = '' } = event
      const beginner = beginnerOf(event)
      if (beginner !== undefined && customers.has(beginner) && !stages.has(journeyId))
        stages.set(journeyId, stageReader())
      stage = stages.get(journeyId)?.(event)
    }
    await this.feed.open(response, {
      caller,
      query: wish,
      note,
      select: (event) => stage && momentOf(event, viewer, stage),
      past: async (after, upTo) => {
        const told = await Promise.all(journeys.map((id) => this.store.readJourney(id, { upTo })))
        const all = told.flat().sort((a, b) => a.position - b.position)
        // In which part of its journey a moment stands is decided by what came before, told or not.
        for (const event of all) if (event.position <= after && isPublic(event)) note(event)
        return all.filter(({ position }) => position > after)
      },
    })
  }

  async #reach({ journey, customer }: JourneyFeedWish, caller: Caller): Promise<Reach> {
    if (journey !== undefined) {
      const owner = ownerIn(await this.store.readJourney(journey))
      if (owner === undefined) throw unknownJourney()
      const viewer = await this.access.mustSee(caller, journey, owner)
      return { viewer, journeys: [journey], customers: new Set() }
    }
    const by = await this.access.standsFor(caller)
    if (by === 'anybody') {
      if (customer === undefined) throw whose()
      const root = await this.access.root(customer)
      await this.access.mustHelp(caller, root, customer)
      return { viewer: 'staff', ...(await this.#of([root, customer])) }
    }
    if (customer !== undefined && !by.includes(customer)) throw unknownJourney()
    return { viewer: 'customer', ...(await this.#of(by)) }
  }

  async #of(ids: readonly string[]): Promise<Omit<Reach, 'viewer'>> {
    const journeys = new Set<string>()
    for (const id of new Set(ids)) {
      for await (const row of this.views.every(owned, `customer:${id}`))
        if (row.kind === 'journey' && row.entry) journeys.add(row.entry.id)
    }
    return { journeys: [...journeys], customers: new Set(ids) }
  }
}

function isPublic({ type }: RecordedEvent): boolean {
  return publicEvents().has(type)
}

function beginnerOf({ type, data }: RecordedEvent): string | undefined {
  if (type !== 'throughline.JourneyStarted.v1' && type !== 'throughline.JourneyClaimed.v1') return undefined
  if (typeof data !== 'object' || data === null || !('person' in data)) return undefined
  const { person } = data
  if (typeof person !== 'object' || person === null || !('id' in person)) return undefined
  return typeof person.id === 'string' ? person.id : undefined
}

// Read whole, this door would carry out everybody's words at once; who wants the whole reads it pseudonymous.
function whose(): Refused {
  return new Refused('invalid', 'feed.whose', 'Whose journeys to read is missing.', {
    field: 'customer',
    todo: 'Name one: ?journey=… or ?customer=…',
  })
}
