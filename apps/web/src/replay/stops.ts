import type { JourneyMoment } from '../api/journey'

export type Lane = 'customer' | 'articles' | 'us'
export type Stage = NonNullable<JourneyMoment['stage']>

/** A place of the slider: a moment with what was recorded along with it. */
export interface Stop {
  /** Of the first event that counts to it. */
  readonly from: number
  /** Of the last event that counts to it: what was known with this moment is known up to here. */
  readonly position: number
  readonly journeyId: string
  readonly moment: JourneyMoment
  /** Recorded along with it, by ourselves: how somebody was found, a leg opened. */
  readonly also: readonly JourneyMoment[]
  readonly at: string
  readonly lane: Lane
  readonly stage: Stage
}

/** Recorded along with what somebody did; a stop of its own only when it came later. */
const ALONG: ReadonlySet<string> = new Set([
  'LegOpened',
  'LegClosed',
  'ArticleLeft',
  'ArticleDidNotHelp',
  'ContactQueued',
  'ContactLeftQueue',
  'ContactConnected',
  'ContactAddedToCase',
  'CallRang',
  'CallAnswered',
  'CallEnded',
  'CaseAssigned',
  'ContinuationIssued',
  'ContinuationUsed',
  'FollowUpAssigned',
  'FollowUpRequested',
  'ImmediateChannelMissing',
  'MessagesSeen',
  'OfferWithdrawn',
  'RequirementRelaxed',
  'WorkFinished',
])
/** Milliseconds. */
const ALONG_WITHIN = 2_000

/** Whose doing it was, whoever took it over from an older system. */
const HERS: ReadonlySet<string> = new Set([
  'JourneyStarted',
  'JourneyResumed',
  'JourneyClaimed',
  'ItemChosen',
  'ReasonChosen',
  'ContactRequested',
  'ContactDropped',
  'ContactResumed',
  'ContactLeft',
  'CaseReopened',
  'FeedbackGiven',
  'FeedbackRevised',
])

/** `ReasonChosen` of `throughline.ReasonChosen.v1`. */
export function kindOf({ type }: Pick<JourneyMoment, 'type'>): string {
  return type.split('.')[1] ?? type
}

export function textOf(data: unknown, ...path: readonly string[]): string | undefined {
  const found = valueOf(data, ...path)
  return typeof found === 'string' ? found : undefined
}

export function valueOf(data: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === name)?.[1]
        : undefined,
    data,
  )
}

export function laneOf(moment: JourneyMoment): Lane {
  const kind = kindOf(moment)
  if (kind === 'MessagePosted') return textOf(moment.data, 'author') === 'customer' ? 'customer' : 'us'
  if (HERS.has(kind)) return 'customer'
  return moment.lane
}

/** The stops of a line, in the order in which they were recorded. */
export function stopsOf(moments: readonly JourneyMoment[]): readonly Stop[] {
  const stops: Stop[] = []
  /** Came too late for the stop before it; perhaps it goes with the next. */
  let waiting: JourneyMoment[] = []
  const put = (moment: JourneyMoment, also: readonly JourneyMoment[]): void => {
    const { position, journeyId = '', occurredAt: at, stage = 'help' } = moment
    const from = also[0]?.position ?? position
    stops.push({ from, position, journeyId, moment, also, at, lane: laneOf(moment), stage })
  }
  const putWaiting = (): void => {
    const [moment, ...also] = waiting
    waiting = []
    if (moment === undefined) return
    put(moment, [])
    for (const each of also) along(each)
  }
  const along = (moment: JourneyMoment): void => {
    const last = stops.at(-1)
    if (last !== undefined && isWith(last.moment, moment)) {
      stops[stops.length - 1] = { ...last, position: moment.position, also: [...last.also, moment] }
    } else put(moment, [])
  }
  for (const moment of moments) {
    const before = waiting[0]
    if (!ALONG.has(kindOf(moment))) {
      if (before !== undefined && !isWith(before, moment)) putWaiting()
      put(moment, waiting)
      waiting = []
    } else if (before !== undefined) {
      if (!isWith(before, moment)) putWaiting()
      waiting.push(moment)
    } else {
      const last = stops.at(-1)
      if (last !== undefined && isWith(last.moment, moment)) along(moment)
      else waiting.push(moment)
    }
  }
  putWaiting()
  return stops
}

function isWith(before: JourneyMoment, after: JourneyMoment): boolean {
  return (
    before.journeyId === after.journeyId &&
    Date.parse(after.occurredAt) - Date.parse(before.occurredAt) <= ALONG_WITHIN
  )
}

/** Which stop stands at a position of the log; -1 before the first. */
export function stopAt(stops: readonly Stop[], position: number): number {
  return stops.findLastIndex(({ from }) => from <= position)
}

/** Where the next stage begins, or the one before; the same stop where there is none. */
export function stageStep(stops: readonly Stop[], from: number, step: 1 | -1): number {
  const starts = stops.flatMap(({ stage, journeyId }, index) => {
    const before = stops[index - 1]
    return before?.stage === stage && before.journeyId === journeyId ? [] : [index]
  })
  return (
    (step === 1 ? starts.find((start) => start > from) : starts.findLast((start) => start < from)) ?? from
  )
}
