import { publicEvents } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { stageReader } from './timeline.stage.js'
import type { LineStage } from './timeline.stage.js'

/** One moment of a journey, as the line of the time machine shows it. */
export interface JourneyMoment {
  readonly position: number
  /** Its own: the line of a customer holds those of several. */
  readonly journeyId?: string
  readonly type: string
  /** One sentence: what such an event says. */
  readonly says: string
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  /** Whose doing it was: `customer`, `guest`, `staff`, `client` or `system`. */
  readonly by: string
  readonly lane: 'customer' | 'articles' | 'us'
  /** The part of the journey it stands in. */
  readonly stage: LineStage
  /** The member of staff it tells of: offered to, accepted, answered, written or noted by. */
  readonly agentId?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** How the organisation finds somebody and what its people note among themselves. */
const INTERNAL: ReadonlySet<string> = new Set([
  'throughline.ContactNoteAdded.v1',
  'throughline.ContactQueued.v1',
  'throughline.RequirementRelaxed.v1',
  'throughline.ContactOffered.v1',
  'throughline.OfferDeclined.v1',
  'throughline.OfferExpired.v1',
  'throughline.OfferWithdrawn.v1',
  'throughline.ContactRequeued.v1',
  'throughline.WorkFinished.v1',
  'throughline.ImmediateChannelMissing.v1',
  'throughline.ContinuationIssued.v1',
  'throughline.ContinuationUsed.v1',
  'throughline.FactAskedAgain.v1',
])

/** Fields that nobody reads on a line: too long, secrets' digests, or the organisation's own. */
const LONG: ReadonlySet<string> = new Set(['inputs', 'document', 'body', 'readings', 'digest'])
const OWN: ReadonlySet<string> = new Set(['level', 'causes'])
/** What is left out of her moments for more than its length. */
const KEPT_BACK: ReadonlySet<string> = new Set([...OWN, 'inputs', 'document', 'digest'])
const LONGEST_TEXT = 280

export type Viewer = 'customer' | 'staff'

/** The moments of one journey for a viewer, from all its events in log order. */
export function momentsOf(events: readonly RecordedEvent[], viewer: Viewer): readonly JourneyMoment[] {
  const read = stageReader()
  return events.flatMap((event) => momentOf(event, viewer, read(event)) ?? [])
}

/** What a viewer sees of an event; undefined for what is none of hers. */
export function momentOf(event: RecordedEvent, viewer: Viewer, stage: LineStage): JourneyMoment | undefined {
  const contract = publicEvents().get(event.type)
  if (contract === undefined) return undefined
  if (viewer === 'customer' && (INTERNAL.has(event.type) || isHidden(event))) return undefined
  const [by = 'system', actorId] = event.actor.split(':')
  const agentId = agentIn(event.data) ?? (viewer === 'staff' && by === 'staff' ? actorId : undefined)
  return {
    position: event.position,
    ...(event.journeyId !== undefined && { journeyId: event.journeyId }),
    type: event.type,
    says: contract.says,
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    by,
    lane: event.type.startsWith('throughline.Article')
      ? 'articles'
      : by === 'customer' || by === 'guest'
        ? 'customer'
        : 'us',
    stage,
    ...(agentId !== undefined && { agentId }),
    data: short(event.data, viewer),
  }
}

const shared = new WeakMap<RecordedEvent, Map<string, JourneyMoment | undefined>>()

/** The same object for everybody who sees the same of an event, so that it is made once however many watch. */
export function sharedMomentOf(
  event: RecordedEvent,
  viewer: Viewer,
  stage: LineStage,
): JourneyMoment | undefined {
  const moments = shared.get(event) ?? new Map<string, JourneyMoment | undefined>()
  shared.set(event, moments)
  const seen = `${viewer} ${stage}`
  const known = moments.get(seen)
  if (known !== undefined || moments.has(seen)) return known
  const moment = momentOf(event, viewer, stage)
  moments.set(seen, moment)
  return moment
}

/** Whether a customer may see an event field for field, with who did it: what her moment of it leaves out, she may not. */
export function isWholeForCustomer(event: RecordedEvent): boolean {
  const { type, data, actor } = event
  if (!publicEvents().has(type) || INTERNAL.has(type) || isHidden(event)) return false
  const [by, actorId] = actor.split(':')
  if (by === 'staff' && agentIn(data) !== actorId) return false
  return typeof data !== 'object' || data === null || !Object.keys(data).some((name) => KEPT_BACK.has(name))
}

/** Wire names of everything that may stand on a line. */
export function momentTypes(): readonly string[] {
  return [...publicEvents().keys()]
}

function isHidden({ data }: RecordedEvent): boolean {
  return typeof data === 'object' && data !== null && 'visible' in data && data.visible === false
}

function agentIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  if ('agentId' in data && typeof data.agentId === 'string') return data.agentId
  if ('staffId' in data && typeof data.staffId === 'string') return data.staffId
  const isAgents = 'author' in data && data.author === 'agent'
  return isAgents && 'authorId' in data && typeof data.authorId === 'string' ? data.authorId : undefined
}

function short(data: unknown, viewer: Viewer): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null) return {}
  return Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => !LONG.has(name) && (viewer === 'staff' || !OWN.has(name)))
      .map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'string' && value.length > LONGEST_TEXT
          ? `${value.slice(0, LONGEST_TEXT - 1)}…`
          : value,
      ]),
  )
}
