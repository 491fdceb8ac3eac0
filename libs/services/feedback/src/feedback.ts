import type { EventOf, FeedbackEvent, FeedbackGiven } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Decision, Stream } from '@throughline/kernel'

type Said = Omit<EventOf<'throughline.FeedbackGiven.v1'>['data'], 'version'>

export type FeedbackState =
  { readonly status: 'none' } | { readonly status: 'given'; readonly said: FeedbackGiven }

type Decided = Decision<FeedbackState, FeedbackEvent>

export const feedback: Stream<FeedbackState, FeedbackEvent> = {
  name: 'feedback',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.FeedbackGiven.v1':
      case 'throughline.FeedbackRevised.v1':
        return { status: 'given', said: event.data }
      case 'throughline.FollowUpWished.v1':
      case 'throughline.FollowUpWithdrawn.v1':
        return state
    }
  },
}

export const unknownFeedback = (): Refused =>
  new Refused('not-found', 'feedback.unknown', 'There is no such feedback.')

const SAYS = ['outcome', 'feeling', 'comment'] as const

/** What is told now, on what was said before; an empty comment takes the comment back. */
function merged(before: Said, change: Partial<Said>): Said {
  const { outcome = before.outcome, feeling = before.feeling, comment = before.comment } = change
  const { customerId = before.customerId, followUp = before.followUp, origin } = change
  return {
    feedbackId: before.feedbackId,
    customerId,
    about: before.about,
    ...(outcome !== undefined && { outcome }),
    ...(feeling !== undefined && { feeling }),
    ...(comment !== undefined && comment !== '' && { comment }),
    followUp,
    ...(origin !== undefined && { origin }),
  }
}

function saysSomething(said: Said): void {
  if (SAYS.some((field) => said[field] !== undefined)) return
  throw new Refused('unprocessable', 'feedback.nothing-said', 'It says nothing yet.', {
    field: 'outcome',
    todo: 'Say how satisfied you are with the outcome, how you felt, or write a word.',
  })
}

/**
 * Says how it turned out and how it felt; said again about the same, it revises (C26). A wish taken over from another
 * system was met or missed there: it makes no task here.
 */
export const giveFeedback =
  (input: Said): Decided =>
  (state) => {
    // What the customer said here since is later than what another system knew.
    if (state.status === 'given' && input.origin !== undefined && state.said.origin === undefined) return []
    if (state.status === 'given') return reviseFeedback(input)(state)
    const said = merged(input, input)
    saysSomething(said)
    const { feedbackId, customerId, about } = said
    const given = { type: 'throughline.FeedbackGiven.v1', data: { ...said, version: 1 } } as const
    if (!said.followUp || said.origin !== undefined) return [given]
    return [given, { type: 'throughline.FollowUpWished.v1', data: { feedbackId, customerId, about } }]
  }

/** Changes what is told and leaves the rest; the subject stays what it was. The wish is a fact of its own (C28). */
export const reviseFeedback =
  (change: Partial<Said> & Pick<Said, 'customerId'>): Decided =>
  (state) => {
    if (state.status === 'none') throw unknownFeedback()
    const before = state.said
    const said = merged(before, change)
    const changed = [...SAYS, 'followUp' as const].some((field) => said[field] !== before[field])
    if (!changed) return []
    saysSomething(said)
    const { feedbackId, customerId, about } = said
    const revised = {
      type: 'throughline.FeedbackRevised.v1',
      data: { ...said, version: before.version + 1 },
    } as const
    if (said.followUp === before.followUp || said.origin !== undefined) return [revised]
    return [
      revised,
      said.followUp
        ? { type: 'throughline.FollowUpWished.v1', data: { feedbackId, customerId, about } }
        : { type: 'throughline.FollowUpWithdrawn.v1', data: { feedbackId, customerId } },
    ]
  }
