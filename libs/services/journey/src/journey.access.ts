import { Injectable } from '@nestjs/common'
import { EventStore, has, idsUnder, ownerOf, ViewStore } from '@throughline/ports'
import type { Caller, Move, RecordedEvent } from '@throughline/ports'
import { unknownJourney } from './journey.js'
import type { By } from './journey.js'
import { owned } from './journey.view.js'
import { helperKey, helpers } from './people.view.js'

/** Whose journey is whose, and who may help with it. */
@Injectable()
export class JourneyAccess {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
  ) {}

  /** Under whom a guest's or customer's things go on, by the moves that count. */
  root(id: string, counts?: (move: Move) => boolean): Promise<string> {
    return ownerOf(id, (key) => this.views.row(owned, key), counts)
  }

  /**
   * Ids whose journeys are the caller's own; where it is about one `owner`, perhaps that one alone. Staff and systems own none; theirs
   * is checked otherwise.
   */
  async standsFor(caller: Caller, owner?: string): Promise<By> {
    if (!has(caller, 'customer', 'guest')) return 'anybody'
    // A customer's own id always is hers, and nearly every command is about a journey of that one.
    if (caller.kind !== 'guest' && owner === caller.id) return [owner]
    const root = await this.root(caller.id)
    // Who was recognised is no guest any more, and the old token opens nothing (C3).
    if (caller.kind === 'guest') return root === caller.id ? [caller.id] : []
    const found = await idsUnder(root, (list) => this.#list(list))
    return found.includes(caller.id) ? found : [caller.id, ...found]
  }

  async isOf(caller: Caller, owner: string): Promise<boolean> {
    const by = await this.standsFor(caller, owner)
    return by === 'anybody' || by.includes(owner)
  }

  /** @throws Refused `journey.unknown` for an agent who was given nothing of this journey or customer */
  async mustHelp(caller: Caller, journeyId: string, customerId: string): Promise<void> {
    if (has(caller, 'supervisor', 'analyst', 'importer', 'administrator')) return
    const root = await this.root(customerId)
    for (const of of new Set([journeyId, customerId, root])) {
      if ((await this.views.row(helpers, helperKey(caller.id, of))) !== undefined) return
    }
    // The view may lag behind an offer made this moment; the journey's own events do not.
    const events = await this.store.readJourney(journeyId)
    if (!events.some((event) => gives(event, caller.id))) throw unknownJourney()
  }

  /** @throws Refused `journey.unknown` */
  async mustSee(caller: Caller, journeyId: string, customerId: string): Promise<'customer' | 'staff'> {
    const by = await this.standsFor(caller, customerId)
    if (by === 'anybody') {
      await this.mustHelp(caller, journeyId, customerId)
      return 'staff'
    }
    if (!by.includes(customerId)) throw unknownJourney()
    return 'customer'
  }

  async #list(list: string) {
    const found = []
    for await (const row of this.views.every(owned, list)) found.push({ row })
    return found
  }
}

function gives({ type, data }: RecordedEvent, staffId: string): boolean {
  if (type !== 'throughline.ContactOffered.v1' && type !== 'throughline.ContactAssigned.v1') return false
  return typeof data === 'object' && data !== null && 'agentId' in data && data.agentId === staffId
}
