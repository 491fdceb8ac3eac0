import type { FollowUpEvent } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import { cameUnder, isLink, isLinkEvent, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, Rows, View } from '@throughline/ports'

export interface FollowUpRow {
  readonly kind: 'follow-up'
  readonly followUpId: string
  /** Whose it is now, and under which id it came. */
  readonly customerId: string
  readonly first: string
  readonly journeyId?: string
  readonly caseId?: string
  readonly feedbackId?: string
  readonly what: string
  readonly dueBy: Instant
  readonly staffId?: string
  readonly status: 'open' | 'done' | 'cancelled'
  readonly requestedAt: Instant
  readonly closedAt?: Instant
  readonly note?: string
  readonly why?: string
  readonly version: number
}

type Seen = FollowUpEvent | LinkEvent
type FollowUpRows = Rows<FollowUpRow | LinkRow>

function lists(row: FollowUpRow): Record<string, string> {
  const all = {
    [cameUnder(row.first)]: row.requestedAt,
    [`customer:${row.customerId}`]: row.requestedAt,
    ...(row.caseId !== undefined && { [`case:${row.caseId}`]: row.requestedAt }),
  }
  if (row.status !== 'open') return { ...all, closed: row.closedAt ?? row.dueBy }
  return {
    ...all,
    open: row.dueBy,
    [row.staffId === undefined ? 'unassigned' : `staff:${row.staffId}`]: row.dueBy,
  }
}

async function put(row: FollowUpRow, rows: FollowUpRows): Promise<void> {
  const kept = { ...row, customerId: await ownerOf(row.first, (key) => rows.get(key)) }
  rows.put(row.followUpId, kept, lists(kept))
}

/** Whom we are to get back to, by when and by whom. */
export const followUpsView: View<FollowUpRow | LinkRow, Seen> = {
  name: 'case.follow-ups',
  version: 2,
  on: [
    'throughline.FollowUpRequested.v1',
    'throughline.FollowUpAssigned.v1',
    'throughline.FollowUpDone.v1',
    'throughline.FollowUpCancelled.v1',
    ...LINK_EVENTS,
  ],
  async project(event, rows) {
    if (isLinkEvent(event)) {
      await rehome<FollowUpRow>(event, rows, (row) => put(row, rows))
      return
    }
    const version = event.sequence + 1
    const at = event.occurredAt
    if (event.type === 'throughline.FollowUpRequested.v1') {
      const { followUpId, customerId, caseId, feedbackId, what, dueBy, staffId } = event.data
      const requested: FollowUpRow = {
        kind: 'follow-up',
        followUpId,
        customerId,
        first: customerId,
        ...(event.journeyId !== undefined && { journeyId: event.journeyId }),
        ...(caseId !== undefined && { caseId }),
        ...(feedbackId !== undefined && { feedbackId }),
        what,
        dueBy,
        ...(staffId !== undefined && { staffId }),
        status: 'open',
        requestedAt: at,
        version,
      }
      await put(requested, rows)
      return
    }
    const row = await rows.get(event.data.followUpId)
    if (!row || isLink(row)) return
    switch (event.type) {
      case 'throughline.FollowUpAssigned.v1':
        await put({ ...row, staffId: event.data.staffId, version }, rows)
        return
      case 'throughline.FollowUpDone.v1':
        await put({ ...row, status: 'done', closedAt: at, note: event.data.note, version }, rows)
        return
      case 'throughline.FollowUpCancelled.v1':
        await put({ ...row, status: 'cancelled', closedAt: at, why: event.data.why, version }, rows)
    }
  },
}
