import { Injectable } from '@nestjs/common'
import { fromInstant, Refused } from '@throughline/kernel'
import { EventStore, has, ViewStore } from '@throughline/ports'
import type { Caller, RecordedEvent, Rows } from '@throughline/ports'
import { customersView, journeysView } from './journey.view.js'
import type { JourneyRow, JourneyTold } from './journey.view.js'
import { goesBy } from './people.view.js'
import type { JourneyFacts } from './policy/channel-policy.js'

@Injectable()
export class JourneyReader {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
  ) {}

  /** The caller's own journey. @throws Refused `routing.journey-unknown` */
  async own(journeyId: string, caller: Caller): Promise<JourneyRow & { readonly owner: string }> {
    const journey = await this.known(journeyId)
    const asking = await goesBy(this.views, caller.id)
    if (journey?.owner === asking) return journey
    throw new Refused('not-found', 'routing.journey-unknown', 'There is no such journey.')
  }

  /** The journey with whose it is now; as the log stood at a position, where one is given. */
  async known(
    journeyId: string,
    upTo?: number,
  ): Promise<(JourneyRow & { readonly owner: string }) | undefined> {
    const row = await this.#known(journeyId, upTo)
    const owner = row?.claimedBy ?? row?.startedBy
    if (row === undefined || owner === undefined) return undefined
    return { ...row, owner: await goesBy(this.views, owner) }
  }

  /** Staff see all, others what is theirs. */
  async mayRead(journeyId: string, caller: Caller): Promise<boolean> {
    if (has(caller, 'agent', 'supervisor', 'analyst', 'administrator')) return true
    return this.own(journeyId, caller).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Refused) return false
        throw error
      },
    )
  }

  async facts({ owner, ...row }: JourneyRow & { readonly owner: string }): Promise<JourneyFacts> {
    const customer = await this.views.row(customersView, owner)
    const segment = customer?.segment ?? row.segment
    const language = customer?.language ?? row.language
    const startsAt = row.item?.value.startsAt
    const { code: reason, detail } = row.reason?.value ?? {}
    return {
      ...(reason !== undefined && { reason }),
      ...(detail !== undefined && { detail }),
      ...(row.item !== undefined && { thing: row.item.value.kind }),
      ...(startsAt !== undefined && { startsAt: fromInstant(startsAt) }),
      ...(segment !== undefined && { segment }),
      ...(language !== undefined && { language }),
    }
  }

  // From the log and not from the view: what was chosen a moment ago decides which channels are open.
  async #known(journeyId: string, upTo?: number): Promise<JourneyRow | undefined> {
    const row = new OneRow()
    for (const event of await this.store.readJourney(journeyId, upTo === undefined ? {} : { upTo })) {
      if (isTold(event)) await journeysView.project(event, row)
    }
    return row.row
  }

  /** The segment a customer is in now, where it is known. */
  async segmentOf(personId: string): Promise<string | undefined> {
    const row = await this.views.row(customersView, await goesBy(this.views, personId))
    return row?.segment
  }
}

/** The row of one journey, remade from its events. */
class OneRow implements Rows<JourneyRow> {
  row: JourneyRow | undefined

  get(): Promise<JourneyRow | undefined> {
    return Promise.resolve(this.row)
  }
  put(_key: string, row: JourneyRow): void {
    this.row = row
  }
  remove(): void {
    this.row = undefined
  }
  list(): Promise<readonly []> {
    return Promise.resolve([])
  }
}

function isTold(event: RecordedEvent): event is RecordedEvent<JourneyTold> {
  return journeysView.on.some((type) => type === event.type)
}
