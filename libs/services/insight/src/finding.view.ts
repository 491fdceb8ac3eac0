import type { InsightRaised } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent, View } from '@throughline/ports'
import type { FindingEvent } from './finding.js'

export interface FindingRow extends InsightRaised {
  readonly status: 'raised' | 'assigned' | 'acted-on' | 'closed'
  readonly department?: string
  readonly actBy?: Instant
  readonly actions: readonly { readonly what: string; readonly link?: string; readonly at: Instant }[]
  readonly closings: readonly { readonly helped: boolean; readonly why: string; readonly at: Instant }[]
  readonly reopenings: readonly { readonly why: string; readonly at: Instant }[]
  readonly raisedAt: Instant
  readonly changedAt: Instant
  /** Number of events of the finding, for If-Match. */
  readonly revision: number
}

export const FINDING_STATUSES = ['raised', 'assigned', 'acted-on', 'closed', 'overdue'] as const
export type FindingStatus = (typeof FINDING_STATUSES)[number]

export const findingsView: View<FindingRow, FindingEvent> = {
  name: 'insight.findings',
  version: 1,
  on: [
    'throughline.InsightRaised.v1',
    'throughline.FindingAssigned.v1',
    'throughline.FindingActedOn.v1',
    'throughline.FindingClosed.v1',
    'throughline.FindingReopened.v1',
  ],
  async project(event, rows) {
    const row = changed(await rows.get(event.data.findingId), event)
    if (!row) return
    rows.put(row.findingId, row, {
      all: row.raisedAt,
      [row.status]: row.raisedAt,
      ...(row.department !== undefined && { [`department:${row.department}`]: row.raisedAt }),
      ...(row.status === 'assigned' && row.actBy !== undefined && { due: row.actBy }),
    })
  },
}

function changed(before: FindingRow | undefined, event: RecordedEvent<FindingEvent>): FindingRow | undefined {
  const at = event.occurredAt
  if (event.type === 'throughline.InsightRaised.v1') {
    const common = { raisedAt: at, changedAt: at, revision: 1 }
    return { ...event.data, status: 'raised', actions: [], closings: [], reopenings: [], ...common }
  }
  if (!before) return undefined
  const row = { ...before, changedAt: at, revision: before.revision + 1 }
  switch (event.type) {
    case 'throughline.FindingAssigned.v1': {
      const { department, actBy } = event.data
      return { ...row, status: row.actions.length > 0 ? 'acted-on' : 'assigned', department, actBy }
    }
    case 'throughline.FindingActedOn.v1': {
      const { what, link } = event.data
      const action = { what, ...(link !== undefined && { link }), at }
      return { ...row, status: 'acted-on', actions: [...row.actions, action] }
    }
    case 'throughline.FindingClosed.v1': {
      const { helped, why } = event.data
      return { ...row, status: 'closed', closings: [...row.closings, { helped, why, at }] }
    }
    case 'throughline.FindingReopened.v1': {
      const { why } = event.data
      // What was done before did not hold: it waits for its department again.
      const status = row.department === undefined ? 'raised' : 'assigned'
      return { ...row, status, reopenings: [...row.reopenings, { why, at }] }
    }
  }
}
