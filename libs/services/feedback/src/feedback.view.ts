import type { FeedbackEvent, FeedbackGiven } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import { cameUnder, isLink, isLinkEvent, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, Rows, View } from '@throughline/ports'

/** What was said at one time. */
export type FeedbackVersion = Pick<
  FeedbackGiven,
  'outcome' | 'feeling' | 'comment' | 'followUp' | 'version'
> & {
  readonly at: Instant
}

export interface FeedbackRow {
  readonly kind: 'feedback'
  readonly feedbackId: string
  /** Whose it is now, and under which id it came. */
  readonly customerId: string
  readonly first: string
  readonly journeyId?: string
  readonly about: FeedbackGiven['about']
  readonly origin?: string
  readonly givenAt: Instant
  readonly changedAt: Instant
  /** From the first to the one that counts. */
  readonly versions: readonly FeedbackVersion[]
  /** Number of events, for If-Match; wishes count too. */
  readonly events: number
}

type Seen = FeedbackEvent | LinkEvent
type FeedbackRows = Rows<FeedbackRow | LinkRow>

async function put(row: FeedbackRow, rows: FeedbackRows): Promise<void> {
  const customerId = await ownerOf(row.first, (key) => rows.get(key))
  rows.put(
    row.feedbackId,
    { ...row, customerId },
    {
      all: row.givenAt,
      [cameUnder(row.first)]: row.givenAt,
      [`customer:${customerId}`]: row.changedAt,
      ...(row.about.id !== undefined && { [`${row.about.kind}:${row.about.id}`]: row.givenAt }),
    },
  )
}

/** What an event says, with when. */
export function versionOf(said: FeedbackGiven, at: Instant): FeedbackVersion {
  const { outcome, feeling, comment, followUp, version } = said
  return {
    version,
    at,
    ...(outcome !== undefined && { outcome }),
    ...(feeling !== undefined && { feeling }),
    ...(comment !== undefined && { comment }),
    followUp,
  }
}

/** Feedback with every version of it (C26), in order of when it was first given. */
export const feedbackView: View<FeedbackRow | LinkRow, Seen> = {
  name: 'feedback.feedback',
  version: 2,
  on: [
    'throughline.FeedbackGiven.v1',
    'throughline.FeedbackRevised.v1',
    'throughline.FollowUpWished.v1',
    'throughline.FollowUpWithdrawn.v1',
    ...LINK_EVENTS,
  ],
  async project(event, rows) {
    const at = event.occurredAt
    const events = event.sequence + 1
    if (isLinkEvent(event)) {
      await rehome<FeedbackRow>(event, rows, (row) => put(row, rows))
      return
    }
    if (event.type === 'throughline.FeedbackGiven.v1') {
      const { feedbackId, customerId, about, origin } = event.data
      const row = {
        kind: 'feedback',
        feedbackId,
        customerId,
        first: customerId,
        ...(event.journeyId !== undefined && { journeyId: event.journeyId }),
        about,
        ...(origin !== undefined && { origin }),
        givenAt: at,
        changedAt: at,
        versions: [versionOf(event.data, at)],
        events,
      } as const
      await put(row, rows)
      return
    }
    const row = await rows.get(event.data.feedbackId)
    if (!row || isLink(row)) return
    switch (event.type) {
      case 'throughline.FeedbackRevised.v1': {
        const versions = [...row.versions, versionOf(event.data, at)]
        await put({ ...row, versions, changedAt: at, events }, rows)
        return
      }
      case 'throughline.FollowUpWished.v1':
      case 'throughline.FollowUpWithdrawn.v1':
        await put({ ...row, events }, rows)
    }
  },
}
