import type { EventOf, ItemSnapshot } from '@throughline/contracts'
import { cameUnder, inLogOrder, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, RecordedEvent, Rows, View } from '@throughline/ports'
import { journeyKnown } from './context.journey.js'
import type { JourneyKnown } from './context.known.js'
import type { JourneyStreamEvent } from './journey.js'

type ThingEvent = EventOf<
  | 'throughline.ItemAdded.v1'
  | 'throughline.ItemCorrected.v1'
  | 'throughline.ItemProgressed.v1'
  | 'throughline.ItemWithdrawn.v1'
>
type OwnedEvent =
  Exclude<JourneyStreamEvent, { readonly type: `throughline.Fact${string}` }> | ThingEvent | LinkEvent
type StepEvent = Exclude<OwnedEvent, ThingEvent | LinkEvent>

export type JourneySummary = Pick<
  JourneyKnown,
  | 'id'
  | 'guest'
  | 'entrance'
  | 'page'
  | 'origin'
  | 'caseId'
  | 'startedAt'
  | 'lastAt'
  | 'status'
  | 'outcome'
  | 'stages'
  | 'item'
  | 'reason'
> & {
  /** Whose it is, by the journey's own events; a merge later may have given it to another. */
  readonly customerId: string
}

/** The list of all journeys. */
export const EVERYBODYS = 'everybody'

export interface JourneyRow {
  readonly kind: 'journey'
  /** Who began it: a guest's id stays here after she was recognised; the lists follow the links. */
  readonly owner?: string
  readonly heard: readonly RecordedEvent<StepEvent>[]
  readonly entry?: JourneySummary
}

export interface ThingRow {
  readonly kind: 'thing'
  readonly owner?: string
  readonly heard: readonly RecordedEvent<ThingEvent>[]
  readonly entry?: ItemSnapshot
}

/** That an id went on under another, also where that was taken back since: a replay finds by it what was hers then. */
export interface JoinedRow {
  readonly kind: 'joined'
  readonly id: string
}

export type OwnedRow = JourneyRow | ThingRow | JoinedRow | LinkRow

/** The list of {@link JoinedRow}s of everybody who ever went on under this id. */
export const joined = (id: string): string => `joined:${id}`

/**
 * Whose journeys and things are whose, in lists `customer:<id>`, and all journeys in {@link EVERYBODYS}. Rows are made anew from what was heard of them, in log
 * order, so that the order of hearing never shows.
 */
export const owned: View<OwnedRow, OwnedEvent> = {
  name: 'journey.owned',
  version: 5,
  on: [
    'throughline.JourneyStarted.v1',
    'throughline.StageReached.v1',
    'throughline.ItemChosen.v1',
    'throughline.ReasonChosen.v1',
    'throughline.JourneyClaimed.v1',
    'throughline.JourneyResumed.v1',
    'throughline.JourneyEnded.v1',
    'throughline.ItemAdded.v1',
    'throughline.ItemCorrected.v1',
    'throughline.ItemProgressed.v1',
    'throughline.ItemWithdrawn.v1',
    ...LINK_EVENTS,
  ],
  async project(event, rows) {
    switch (event.type) {
      case 'throughline.JourneyStarted.v1':
      case 'throughline.StageReached.v1':
      case 'throughline.ItemChosen.v1':
      case 'throughline.ReasonChosen.v1':
      case 'throughline.JourneyClaimed.v1':
      case 'throughline.JourneyResumed.v1':
      case 'throughline.JourneyEnded.v1': {
        const { journeyId } = event.data
        const before = await rows.get(journeyId)
        const heard = inLogOrder(before?.kind === 'journey' ? before.heard : [], event)
        await put(journeyId, { kind: 'journey', heard, ...summary(heard) }, rows)
        return
      }
      case 'throughline.ItemAdded.v1':
      case 'throughline.ItemCorrected.v1':
      case 'throughline.ItemProgressed.v1':
      case 'throughline.ItemWithdrawn.v1': {
        const { itemId, customerId } = event.data
        const before = await rows.get(itemId)
        const heard = inLogOrder(before?.kind === 'thing' ? before.heard : [], event)
        const entry = snapshot(heard)
        await put(itemId, { kind: 'thing', owner: customerId, heard, ...(entry && { entry }) }, rows)
        return
      }
      case 'throughline.GuestRecognised.v1':
      case 'throughline.CustomersMerged.v1':
      case 'throughline.CustomersUnmerged.v1': {
        const { customerId: to } = event.data
        const id = 'guestId' in event.data ? event.data.guestId : event.data.mergedId
        rows.put(`joined:${id}:${to}`, { kind: 'joined', id }, { [joined(to)]: id })
        await rehome<Exclude<OwnedRow, LinkRow>>(event, rows, async (row, key) => {
          if (row.kind !== 'joined') await put(key, row, rows)
        })
      }
    }
  },
}

function summary(heard: readonly RecordedEvent<StepEvent>[]): Pick<JourneyRow, 'owner' | 'entry'> {
  const known = journeyKnown(heard)
  if (known === undefined) return {}
  const { id, guest, entrance, startedAt, lastAt, status, stages, ...rest } = known
  const { page, origin, caseId, outcome, item, reason } = rest
  const started = heard.find((event) => event.type === 'throughline.JourneyStarted.v1')
  return {
    ...(started && { owner: started.data.person.id }),
    entry: {
      id,
      customerId: known.person.id,
      guest,
      entrance,
      startedAt,
      lastAt,
      status,
      stages,
      ...(page !== undefined && { page }),
      ...(origin !== undefined && { origin }),
      ...(caseId !== undefined && { caseId }),
      ...(outcome !== undefined && { outcome }),
      ...(item && { item }),
      ...(reason && { reason }),
    },
  }
}

function snapshot(heard: readonly RecordedEvent<ThingEvent>[]): ItemSnapshot | undefined {
  let thing: ItemSnapshot | undefined
  for (const event of heard) {
    switch (event.type) {
      case 'throughline.ItemAdded.v1': {
        const { itemId: id, kind, title, reference, state, date, startsAt, product, brand } = event.data
        thing = { id, kind, title, reference, date, ...some({ state, startsAt, product, brand }) }
        break
      }
      case 'throughline.ItemCorrected.v1': {
        const { title, date, startsAt, product, brand } = event.data
        thing &&= { ...thing, ...some({ title, date, startsAt, product, brand }) }
        break
      }
      case 'throughline.ItemProgressed.v1': {
        const { state, startsAt } = event.data
        thing &&= { ...thing, ...some({ state, startsAt }) }
        break
      }
      case 'throughline.ItemWithdrawn.v1':
        thing &&= { ...thing, state: 'withdrawn' }
        break
    }
  }
  return thing
}

function some(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const told: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) told[name] = value
  return told
}

async function put(key: string, row: JourneyRow | ThingRow, rows: Rows<OwnedRow>): Promise<void> {
  if (row.owner === undefined || row.entry === undefined) {
    rows.put(key, row)
    return
  }
  const customer = await ownerOf(row.owner, (each) => rows.get(each))
  const owner = { [cameUnder(row.owner)]: key }
  if (row.kind === 'thing') rows.put(key, row, { ...owner, [`thing:${customer}`]: row.entry.date ?? '' })
  else {
    const { startedAt } = row.entry
    rows.put(key, row, { ...owner, [`customer:${customer}`]: startedAt, [EVERYBODYS]: startedAt })
  }
}
