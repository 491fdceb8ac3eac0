import { fromInstant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import type { Anatomy, Variant } from './anatomy.js'
import { KeptMap } from './kept.map.js'

/** Which events are steps of a journey, and what they are called. A change of this list takes a new version. */
export const STEPS_VERSION = 1
const STEPS: Readonly<Record<string, string>> = {
  'throughline.JourneyStarted.v1': 'help-opened',
  'throughline.ItemChosen.v1': 'thing-chosen',
  'throughline.ReasonChosen.v1': 'reason-chosen',
  'throughline.ArticleViewed.v1': 'article-read',
  'throughline.ContactRequested.v1': 'contact-asked',
  'throughline.ContactConnected.v1': 'contact-answered',
  'throughline.ContactDropped.v1': 'contact-dropped',
  'throughline.ContactResumed.v1': 'contact-resumed',
  'throughline.ContactTransferred.v1': 'contact-passed-on',
  'throughline.ContactLeft.v1': 'contact-left',
  'throughline.ContactEnded.v1': 'contact-ended',
  'throughline.FactAskedAgain.v1': 'asked-again',
  'throughline.CaseOpened.v1': 'case-opened',
  'throughline.CaseResolved.v1': 'case-resolved',
  'throughline.CaseReopened.v1': 'case-reopened',
  'throughline.FeedbackGiven.v1': 'feedback-given',
}

/** A path taken by fewer journeys than this could tell whose it is. */
const FEWEST = 5

/** One journey's steps and the reasons given in it, each with its time and its place in the log. */
export interface Path {
  readonly steps: (readonly [position: number, at: number, step: string])[]
  readonly reasons: (readonly [position: number, at: number, code: string])[]
}

/** Journeys step by step, with the reasons given in them. What is asked is counted when it is asked (C49). */
export class JourneyPaths {
  readonly journeys = new KeptMap<Path>()

  /** The journey of an event that is a step of one. */
  static journeyOf({ type, journeyId }: RecordedEvent): string | undefined {
    return STEPS[type] === undefined ? undefined : journeyId
  }

  apply(events: readonly RecordedEvent[]): void {
    for (const { type, data, journeyId: journey, occurredAt, position } of events) {
      const step = STEPS[type]
      if (step === undefined || journey === undefined) continue
      const path: Path = this.journeys.get(journey) ?? { steps: [], reasons: [] }
      // By position in the log: an event heard again changes nothing.
      if (path.steps.some(([known]) => known === position)) continue
      const at = fromInstant(occurredAt)
      path.steps.push([position, at, step])
      const code = reasonIn(data)
      if (code !== undefined) path.reasons.push([position, at, code])
      this.journeys.set(journey, path)
    }
  }
}

/** A path as it was at `asWas` (milliseconds), as known at `known`; of one reason, the last one given, or of all. */
export function addPath(
  anatomy: Anatomy,
  journey: string,
  { steps, reasons }: Path,
  { asWas, known, reason }: { readonly asWas: number; readonly known: number; readonly reason?: string },
): void {
  const isThen = ([position, at]: readonly [number, number, string]): boolean =>
    at <= asWas && position <= known
  const given = reasons.filter(isThen).sort((a, b) => a[1] - b[1] || a[0] - b[0])
  if (reason !== undefined && given.at(-1)?.[2] !== reason) return
  for (const [position, at, step] of steps.filter(isThen))
    anatomy.add({ id: String(position), journey, step, at, position })
}

/** What may be shown of it: paths and steps of fewer than five journeys stand together, uncounted by name. */
export function anatomyShown(anatomy: Anatomy) {
  const journeys = anatomy.journeys
  if (journeys < FEWEST) return { steps: STEPS_VERSION, says: 'Too few journeys to show.' }
  const isFull = ({ journeys: taken }: Variant): boolean => taken >= FEWEST
  const variants = anatomy.variants().filter(isFull)
  const typical = anatomy.typicalPath()
  const full = (counts: ReadonlyMap<string, number>) =>
    [...counts].flatMap(([step, count]) => (count >= FEWEST ? [{ step, count }] : []))
  return {
    steps: STEPS_VERSION,
    journeys,
    variants,
    others: journeys - variants.reduce((sum, each) => sum + each.journeys, 0),
    variantsForFourFifths: anatomy.variantsFor(0.8),
    edges: anatomy.edges().filter(({ count }) => count >= FEWEST),
    starts: full(anatomy.starts()),
    ends: full(anatomy.ends()),
    ...(typical && isFull(typical) && { typical }),
    says: typical && isFull(typical) ? 'Steps follow each other; that is no cause.' : 'No path is typical.',
  }
}

function reasonIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('reason' in data)) return undefined
  const { reason } = data
  if (typeof reason !== 'object' || reason === null || !('code' in reason)) return undefined
  return typeof reason.code === 'string' ? reason.code : undefined
}
