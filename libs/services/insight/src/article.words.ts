import type { Feeling } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { isOf } from './recorded.js'

/** What a customer said who had read an article and still asked, with the journey it stands in. */
export interface AskedWords {
  readonly text: string
  /** The channel, `feedback`, or `article` for a comment on it. */
  readonly from: string
  readonly at: Instant
  readonly journeyId: string
  readonly feeling?: Feeling
}

const LONGEST = 500

/** Of one journey: the first words of the contact, comments on the article, and feedback with words. */
export function wordsAfter(
  events: readonly RecordedEvent[],
  of: { readonly journeyId: string; readonly articleId: string; readonly contactId: string | undefined },
): readonly AskedWords[] {
  const { journeyId, articleId, contactId } = of
  const found: AskedWords[] = []
  let hasSpoken = false
  const say = (text: string | undefined, from: string, at: Instant, feeling?: Feeling): boolean => {
    if (text === undefined || text.trim() === '') return false
    const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
    found.push({ text: short, from, at, journeyId, ...(feeling && { feeling }) })
    return true
  }
  for (const event of events) {
    const at = event.occurredAt
    if (isOf(event, 'throughline.ContactRequested.v1') && event.data.contactId === contactId)
      hasSpoken ||= say(event.data.words, event.data.channel, at)
    if (isOf(event, 'throughline.MessagePosted.v1') && event.data.contactId === contactId)
      if (event.data.author === 'customer') hasSpoken ||= say(event.data.text, event.data.channel, at)
    if (isOf(event, 'throughline.ArticleRated.v1') && event.data.articleId === articleId)
      say(event.data.comment, 'article', at)
    if (isOf(event, 'throughline.FeedbackGiven.v1') || isOf(event, 'throughline.FeedbackRevised.v1'))
      if (event.data.about.id === contactId) say(event.data.comment, 'feedback', at, event.data.feeling)
  }
  return found
}
