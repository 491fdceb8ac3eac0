import { fromInstant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { Anatomy } from './anatomy.js'
import type { Step, Variant } from './anatomy.js'

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

interface Path {
  /** By position in the log: an event heard again changes nothing. */
  readonly steps: Map<number, Pick<Step, 'step' | 'at'>>
  readonly reasons: { readonly code: string; readonly at: number; readonly position: number }[]
}

/** Journeys step by step, with the reasons given in them. What is asked is counted when it is asked (C49). */
export class JourneyPaths {
  readonly #journeys = new Map<string, Path>()

  apply(events: readonly RecordedEvent[]): void {
    for (const { type, data, journeyId: journey, occurredAt, position } of events) {
      const step = STEPS[type]
      if (step === undefined || journey === undefined) continue
      const path: Path = this.#journeys.get(journey) ?? { steps: new Map(), reasons: [] }
      this.#journeys.set(journey, path)
      if (path.steps.has(position)) continue
      const at = fromInstant(occurredAt)
      path.steps.set(position, { step, at })
      const code = reasonIn(data)
      if (code !== undefined) path.reasons.push({ code, at, position })
    }
  }

  /** Paths as they were at `asWas` (milliseconds), as known at `known`; of one reason, the last one given, or of all. */
  anatomy(asWas: number, known: number, reason?: string): Anatomy {
    const anatomy = new Anatomy()
    const isThen = (one: { readonly at: number; readonly position: number }): boolean =>
      one.at <= asWas && one.position <= known
    for (const [journey, { steps, reasons }] of this.#journeys) {
      const given = reasons.filter(isThen).sort((a, b) => a.at - b.at || a.position - b.position)
      if (reason !== undefined && given.at(-1)?.code !== reason) continue
      for (const [position, { step, at }] of steps)
        if (isThen({ at, position })) anatomy.add({ id: String(position), journey, step, at, position })
    }
    return anatomy
  }
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
