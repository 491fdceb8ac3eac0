import { Injectable } from '@nestjs/common'
import type {
  Entrance,
  EventOf,
  ItemKind,
  ItemSnapshot,
  Person,
  ReasonSnapshot,
  Stage,
} from '@throughline/contracts'
import type { Decision } from '@throughline/kernel'
import { Ids, Refused } from '@throughline/kernel'
import { EventStore, has, ViewStore } from '@throughline/ports'
import type { Caller, Command, Transacted } from '@throughline/ports'
import { JourneyAccess } from './journey.access.js'
import {
  askQuestion,
  chooseItem,
  chooseReason,
  claimJourney,
  endJourney,
  giveFact,
  journeys,
  reachStage,
  resumeJourney,
  startJourney,
  unknownJourney,
} from './journey.js'
import type { By, Fact, JourneyState, JourneyStreamEvent } from './journey.js'
import { owned } from './journey.view.js'
import { cases, people, reasonsInForce } from './people.view.js'

type Told = Transacted<JourneyState, JourneyStreamEvent>

/** Name of the reasons in force where an organisation publishes no others. */
const TAXONOMY = 'reasons'

export interface StartWish {
  readonly entrance: Entrance
  readonly stage?: Stage
  readonly page?: string
  readonly caseId?: string
  /** Only of importers: the customer it was of, and the system it comes from. */
  readonly customerId?: string
  readonly origin?: string
}

export interface ItemWish {
  readonly itemId?: string
  /** What a guest looks at on a product page and has no item of. */
  readonly product?: { readonly title: string; readonly product?: string }
  /** Only of importers: the thing as the other system had it. */
  readonly snapshot?: ItemSnapshot
}

export interface ReasonWish {
  readonly code: string
  readonly detail?: string
  /** Only of importers: the words of reasons that were never published here. */
  readonly label?: string
  readonly detailLabel?: string
}

@Injectable()
export class JourneyService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly access: JourneyAccess,
  ) {}

  async start(wish: StartWish, command: Command, caller: Caller): Promise<Told> {
    const { entrance, stage, page, caseId, customerId, origin } = wish
    const journeyId = this.ids.derive('journey', command.id)
    const imports = has(caller, 'importer')
    if (!imports && (customerId !== undefined || origin !== undefined)) {
      throw new Refused(
        'forbidden',
        'journey.import',
        'Only importers say whose journey it was and where it is from.',
      )
    }
    if (imports && (customerId === undefined || origin === undefined)) {
      throw new Refused(
        'invalid',
        'journey.import',
        'An imported journey names its customer and its origin.',
        {
          field: customerId === undefined ? 'customerId' : 'origin',
        },
      )
    }
    if (caseId !== undefined) await this.#refuseForeignCase(caseId, imports ? customerId : undefined, caller)
    const person = imports ? await this.#person(customerId ?? '', 'none') : await this.#caller(caller)
    const started = {
      journeyId,
      person,
      guest: caller.kind === 'guest',
      entrance,
      ...(stage && { stage }),
      ...(page !== undefined && { page }),
      ...(caseId !== undefined && { caseId }),
      ...(origin !== undefined && { origin }),
    }
    const said = { ...command, journeyId, customerId: person.id }
    return this.store.transact(journeys, journeyId, startJourney(started), said)
  }

  async chooseItem(journeyId: string, wish: ItemWish, command: Command, caller: Caller): Promise<Told> {
    const item = await this.#item(journeyId, wish, caller)
    return this.#change(journeyId, (by) => chooseItem({ item }, by), command, caller)
  }

  async chooseReason(journeyId: string, wish: ReasonWish, command: Command, caller: Caller): Promise<Told> {
    const { code, detail, label, detailLabel } = wish
    if (label !== undefined) {
      if (!has(caller, 'importer')) {
        throw new Refused('forbidden', 'journey.import', 'Only importers bring their own words.', {
          field: 'label',
        })
      }
      const told = {
        ...(detail !== undefined && { detail }),
        ...(detailLabel !== undefined && { detailLabel }),
      }
      return this.#change(
        journeyId,
        (by) => chooseReason(() => ({ code, label, ...told }), by),
        command,
        caller,
      )
    }
    const published = await this.views.row(reasonsInForce, TAXONOMY)
    const reasonOf = ({ kind }: ItemSnapshot): ReasonSnapshot => reasonFor(kind, code, detail, published)
    return this.#change(journeyId, (by) => chooseReason(reasonOf, by), command, caller)
  }

  giveFact(
    journeyId: string,
    fact: Fact & { readonly name: string },
    command: Command,
    caller: Caller,
  ): Promise<Told> {
    const source = has(caller, 'customer', 'guest')
      ? 'customer'
      : has(caller, 'importer')
        ? 'system'
        : 'agent'
    return this.#change(journeyId, (by) => giveFact({ ...fact, source }, by), command, caller)
  }

  ask(journeyId: string, name: string, command: Command, caller: Caller): Promise<Told> {
    return this.#change(journeyId, (by) => askQuestion({ name }, by), command, caller)
  }

  reachStage(journeyId: string, stage: Stage, command: Command, caller: Caller): Promise<Told> {
    return this.#change(journeyId, (by) => reachStage({ stage }, by), command, caller)
  }

  end(journeyId: string, outcome: string, command: Command, caller: Caller): Promise<Told> {
    return this.#change(journeyId, (by) => endJourney({ outcome }, by), command, caller)
  }

  resume(
    journeyId: string,
    wish: Pick<EventOf<'throughline.JourneyResumed.v1'>['data'], 'by' | 'channel'>,
    command: Command,
    caller: Caller,
  ): Promise<Told> {
    return this.#change(journeyId, (by) => resumeJourney(wish, by), command, caller)
  }

  /** The guest's journey goes on as the customer's. */
  async claim(
    journeyId: string,
    { guestId, customerId, assurance, name }: EventOf<'throughline.GuestRecognised.v1'>['data'],
    command: Command & { readonly occurredAt?: string },
  ): Promise<Told> {
    const known = await this.#person(customerId, assurance, command.occurredAt)
    const person = { ...known, ...(name !== undefined && { name }) }
    const said = { ...command, journeyId, customerId }
    return this.store.transact(journeys, journeyId, claimJourney({ guestId, person }), said)
  }

  // An importer's journey may go on with a case of the customer it names.
  async #refuseForeignCase(caseId: string, importedFor: string | undefined, caller: Caller): Promise<void> {
    const owner = (await this.views.row(cases, caseId))?.customerId
    const isHers =
      owner !== undefined &&
      (importedFor === undefined
        ? await this.access.isOf(caller, owner)
        : (await this.access.root(owner)) === (await this.access.root(importedFor)))
    if (isHers) return
    throw new Refused('not-found', 'journey.case-unknown', 'There is no such case.', { field: 'caseId' })
  }

  async #change(
    journeyId: string,
    decide: (by: By) => Decision<JourneyState, JourneyStreamEvent>,
    command: Command,
    caller: Caller,
  ): Promise<Told> {
    const { state } = await this.store.load(journeys, journeyId)
    if (state.status === 'none') throw unknownJourney()
    const customerId = state.known.person.id
    const by = await this.access.standsFor(caller, customerId)
    if (by === 'anybody') await this.access.mustHelp(caller, journeyId, customerId)
    return this.store.transact(journeys, journeyId, decide(by), { ...command, journeyId, customerId })
  }

  async #item(
    journeyId: string,
    { itemId, product, snapshot }: ItemWish,
    caller: Caller,
  ): Promise<ItemSnapshot> {
    if ([itemId, product, snapshot].filter((each) => each !== undefined).length !== 1) {
      throw new Refused('invalid', 'journey.one-thing', 'Exactly one thing is what it is about.', {
        field: 'itemId',
        todo: 'Send itemId, or product for something looked at and not owned.',
      })
    }
    if (snapshot !== undefined) {
      if (has(caller, 'importer')) return snapshot
      throw new Refused('forbidden', 'journey.import', 'Only importers bring things along.', {
        field: 'snapshot',
      })
    }
    if (product !== undefined) {
      const id = this.ids.derive('product', journeyId, product.title)
      return { id, kind: 'enquiry', ...product }
    }
    const row = await this.views.row(owned, itemId ?? '')
    const thing = row?.kind === 'thing' ? row : undefined
    if (
      thing?.entry === undefined ||
      thing.owner === undefined ||
      !(await this.access.isOf(caller, thing.owner))
    ) {
      throw new Refused('not-found', 'item.unknown', 'There is no such thing here.', { field: 'itemId' })
    }
    return thing.entry
  }

  async #caller({ id, kind, assurance, authenticatedAt }: Caller): Promise<Person> {
    if (kind === 'guest') return { id, assurance: 'none' }
    return this.#person(await this.access.root(id), assurance, authenticatedAt)
  }

  async #person(id: string, assurance: Person['assurance'], verifiedAt?: string): Promise<Person> {
    const details = await this.views.row(people, id)
    return { ...details, id, assurance, ...(verifiedAt !== undefined && { verifiedAt }) }
  }
}

function reasonFor(
  kind: ItemKind,
  code: string,
  detail: string | undefined,
  published: EventOf<'throughline.ReasonsPublished.v1'>['data'] | undefined,
): ReasonSnapshot {
  const reason = published?.kinds
    .find((each) => each.kind === kind)
    ?.reasons.find((each) => each.code === code)
  const finer = detail === undefined ? undefined : reason?.details.find((each) => each.code === detail)
  if (published === undefined || reason === undefined || (detail !== undefined && finer === undefined)) {
    throw new Refused('unprocessable', 'journey.reason-unknown', 'This is no reason for such a thing.', {
      field: reason === undefined ? 'code' : 'detail',
      todo: 'Choose one of the reasons of the thing: GET /api/v1/my-stuff/items/{id}/reasons.',
    })
  }
  return {
    code,
    label: reason.label,
    ...(finer && { detail: finer.code, detailLabel: finer.label }),
    taxonomy: `${published.taxonomy}@${String(published.version)}`,
  }
}
