import type { RecordedEvent } from '@throughline/ports'

/** Parts of a journey as they are named below its line. */
export type LineStage = 'looking' | 'buying' | 'delivery' | 'help' | 'contact' | 'case'

/** What the customer said where she is with a thing decides; in use, what happens does. */
const OF_STAGE: Readonly<Record<string, LineStage>> = {
  discovery: 'looking',
  education: 'looking',
  'point-of-sale': 'buying',
  delivery: 'delivery',
}
const OF_CASE = /^(Case|ContactAddedToCase)/
const OF_CONTACT = /^(Contact|Leg|Message|Call|Offer|Continuation|RequirementRelaxed|WorkFinished)/
/** These belong to whatever led to them. */
const AFTER = /^(Feedback|FollowUp|ArticleDidNotHelp|JourneyEnded)/

/** Tells of each event of one journey, in log order, in which part of the journey it stands. */
export function stageReader(): (event: RecordedEvent) => LineStage {
  let own: LineStage | undefined
  let usual: LineStage = 'help'
  let last: LineStage | undefined
  let isInContact = false
  return ({ type, data }) => {
    const name = type.split('.')[1] ?? ''
    if (name === 'JourneyStarted' || name === 'StageReached') {
      const stage = textIn(data, 'stage')
      if (stage !== undefined) own = OF_STAGE[stage]
      if (textIn(data, 'entrance') === 'product-page') usual = 'looking'
    }
    if (name === 'ContactRequested') isInContact = true
    last = stageOf(name)
    if (name === 'ContactEnded' || name === 'ContactLeft') isInContact = false
    return last
  }

  function stageOf(name: string): LineStage {
    if (OF_CASE.test(name)) return 'case'
    if (own !== undefined) return own
    if (AFTER.test(name)) return last ?? usual
    return isInContact || OF_CONTACT.test(name) ? 'contact' : usual
  }
}

function textIn(data: unknown, field: 'stage' | 'entrance'): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const value: unknown = Object.entries(data).find(([name]) => name === field)?.[1]
  return typeof value === 'string' ? value : undefined
}
