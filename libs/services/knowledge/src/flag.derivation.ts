import type { EventOf } from '@throughline/contracts'
import { fold } from '@throughline/kernel'
import type { DomainEvent, Ids, Stream } from '@throughline/kernel'
import { compared } from '@throughline/ports'
import type { DecisionAuditor, Derived, LogReader, RecordedEvent } from '@throughline/ports'
import { articles } from './article.js'
import type { ArticleState } from './article.js'
import { failedBy, flagOf, isShown } from './flag.js'
import { countAsNoHelp, readings } from './reading.js'
import { tasks } from './task.js'
import type { TaskState } from './task.js'

type Flagged = RecordedEvent<EventOf<'throughline.ArticleFlagged.v1'>>
type Requested = RecordedEvent<EventOf<'throughline.ContactRequested.v1'>>

/** Looked through at once on the way back to a cause; it normally stands a few events before its effect. */
const FIRST_LOOK = 200
const MOST_AT_ONCE = 5_000

/**
 * Which version was flagged to its owner, by which rule. A contact that followed a reading flags the version that was
 * read, while it is the one that is shown and nobody has dealt with it; a person flags what is shown now.
 */
export const flagsAudit: DecisionAuditor = ({ log, ids }) => ({
  kind: 'article',
  on: ['throughline.ArticleFlagged.v1'],
  async derive(event): Promise<Derived> {
    if (!isFlagged(event)) return { outcome: 'underivable', because: 'It flags no article.' }
    switch (event.data.why) {
      case 'did-not-help':
        return ofContact(event, log, ids)
      case 'outdated':
      case 'duplicate':
        return compare(event, await statesOf(event, log, event.position), ids)
      default:
        return { outcome: 'underivable', because: `No rule of this program flags as ${event.data.why}.` }
    }
  },
})

/** A contact was requested, and the version had been read in its journey before. */
async function ofContact(event: Flagged, log: LogReader, ids: Ids): Promise<Derived> {
  const { causationId, position, commandId, data } = event
  const cause = causationId === undefined ? undefined : await findBefore(log, causationId, position)
  if (cause === undefined || !isRequested(cause) || cause.data.origin !== undefined)
    return nobody(event, 'no contact that was requested here led to it')
  const { contactId, journeyId } = cause.data
  const told = await log.readJourney(journeyId, { upTo: cause.position })
  const read = new Set(told.filter(({ stream }) => stream === readings.name).map(({ streamId }) => streamId))
  for (const id of read) {
    const own = (await log.readStream({ stream: readings.name, id })).filter(
      (each) => each.position < position,
    )
    const failed = failedBy(contactId, upTo(readings, own, position))
    if (failed?.articleId !== data.articleId || failed.version !== data.version) continue
    const counted = own.find((each) => each.commandId === commandId)
    if (counted === undefined) continue
    // That the reading was counted for this contact is a decision too, and it came just before.
    const [again] = countAsNoHelp({ contactId })(upTo(readings, own, counted.position))
    const same = compared(counted.data, again?.data ?? null, () => 'The reading should have been counted so.')
    if (same.outcome !== 'same') return same
    return compare(event, await statesOf(event, log, counted.position), ids)
  }
  return nobody(event, `nothing read before contact ${contactId} was this version`)
}

/** What stood of article and task when it was decided. The article may have changed between reading it and writing. */
async function statesOf({ data, streamId, position }: Flagged, log: LogReader, since: number) {
  const article = await log.readStream({ stream: articles.name, id: data.articleId })
  const task = await log.readStream({ stream: tasks.name, id: streamId })
  const between = article.map((each) => each.position).filter((at) => since < at && at < position)
  return {
    articles: [position, ...between.toReversed()].map((before) => upTo(articles, article, before)),
    task: upTo(tasks, task, position),
  }
}

function compare(
  event: Flagged,
  { articles, task }: { readonly articles: readonly ArticleState[]; readonly task: TaskState },
  ids: Ids,
): Derived {
  const [first = nobody(event, 'there was no such article'), ...others] = articles.map((article) =>
    compareWith(event, article, task, ids),
  )
  return others.find(({ outcome }) => outcome === 'same') ?? first
}

function compareWith(event: Flagged, article: ArticleState, task: TaskState, ids: Ids): Derived {
  const { articleId, version, why } = event.data
  if (article.status === 'none') return nobody(event, 'there was no such article')
  const byHand = why !== 'did-not-help'
  if (byHand ? article.status === 'retired' : !isShown(article, version))
    return nobody(event, `version ${String(version)} was not what was shown`)
  const reason = byHand ? (why === 'outdated' ? 'outdated' : 'duplicate') : 'did-not-help'
  const [again] = flagOf(ids, article, { articleId, why: reason }).decision(task)
  if (again === undefined) return nobody(event, `the task was ${task.status} already`)
  return compared(event.data, again.data, () => 'The version should have been flagged so.')
}

function nobody({ data }: Flagged, because: string): Derived {
  return {
    outcome: 'different',
    says: `Article ${data.articleId} should not have been flagged: ${because}.`,
    differences: [{ field: 'articleId', recorded: data.articleId, derived: null }],
  }
}

/** An event by its id, looked for backwards from a position. */
async function findBefore(log: LogReader, id: string, position: number): Promise<RecordedEvent | undefined> {
  let size = FIRST_LOOK
  for (let to = position - 1; to > 0; size = Math.min(MOST_AT_ONCE, size * 2)) {
    const after = Math.max(0, to - size)
    const page = await log.readAll({ after, upTo: to, limit: size })
    const found = page.find((each) => each.id === id)
    if (found !== undefined) return found
    to = after
  }
  return undefined
}

function upTo<State, Event extends DomainEvent>(
  stream: Stream<State, Event>,
  told: readonly RecordedEvent[],
  before: number,
): State {
  const own = told.filter((event): event is RecordedEvent<Event> => isOf(stream, event))
  return fold(
    stream,
    own.filter(({ position }) => position < before),
  )
}

/** A stream holds only what its own decisions wrote. */
function isOf<State, Event extends DomainEvent>(
  { name }: Stream<State, Event>,
  event: RecordedEvent,
): event is RecordedEvent<Event> {
  return event.stream === name
}

export function isFlagged(event: RecordedEvent): event is Flagged {
  return event.type === 'throughline.ArticleFlagged.v1'
}

function isRequested(event: RecordedEvent): event is Requested {
  return event.type === 'throughline.ContactRequested.v1'
}
