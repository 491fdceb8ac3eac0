import type { EventOf } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'

export interface DecisionRow {
  readonly decisionId: string
  readonly at: Instant
}

/** Which decisions there are, by when they were made; what was decided stands in the log. */
export const decisionsView: View<DecisionRow, EventOf<'throughline.ChannelsOffered.v1'>> = {
  name: 'routing.decisions',
  version: 1,
  on: ['throughline.ChannelsOffered.v1'],
  async project({ data: { decisionId, at } }, rows) {
    await Promise.resolve()
    rows.put(decisionId, { decisionId, at }, { made: at })
  },
}
