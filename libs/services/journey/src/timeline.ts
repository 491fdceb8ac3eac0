import { publicEvents } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'

/** One moment of a journey, as the line of the time machine shows it. */
export interface JourneyMoment {
  readonly position: number
  readonly type: string
  /** One sentence: what such an event says. */
  readonly says: string
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  /** Whose doing it was: `customer`, `guest`, `staff`, `client` or `system`. */
  readonly by: string
  readonly lane: 'customer' | 'articles' | 'us'
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
const LONGEST_TEXT = 280

/** What a viewer sees of an event; undefined for what is none of hers. */
export function momentOf(event: RecordedEvent, viewer: 'customer' | 'staff'): JourneyMoment | undefined {
  const contract = publicEvents().get(event.type)
  if (contract === undefined) return undefined
  if (viewer === 'customer' && (INTERNAL.has(event.type) || isHidden(event))) return undefined
  const by = event.actor.split(':')[0] ?? 'system'
  return {
    position: event.position,
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
    data: short(event.data, viewer),
  }
}

/** Wire names of everything that may stand on a line. */
export function momentTypes(): readonly string[] {
  return [...publicEvents().keys()]
}

function isHidden({ data }: RecordedEvent): boolean {
  return typeof data === 'object' && data !== null && 'visible' in data && data.visible === false
}

function short(data: unknown, viewer: 'customer' | 'staff'): Readonly<Record<string, unknown>> {
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
