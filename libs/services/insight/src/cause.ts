import type { EventOf } from '@throughline/contracts'
import type { Decision, Instant, Stream } from '@throughline/kernel'
import type { View } from '@throughline/ports'

export type CauseEvent = EventOf<'throughline.CauseOwnerSet.v1'>

export type CauseState =
  | { readonly status: 'unowned' }
  | { readonly status: 'owned'; readonly department: string; readonly validFrom: Instant }

/** Who answers for a cause of contacts, from when on (C38). */
export const causes: Stream<CauseState, CauseEvent> = {
  name: 'cause',
  initial: { status: 'unowned' },
  evolve(_, event) {
    const { department, validFrom } = event.data
    return { status: 'owned', department, validFrom }
  },
}

/** The moment may be past: that a department answered for something is often written down late. */
export const setCauseOwner =
  (input: {
    readonly cause: string
    readonly department: string
    readonly validFrom?: Instant
    readonly now: Instant
  }): Decision<CauseState, CauseEvent> =>
  (state) => {
    const { cause, department, now, validFrom = now } = input
    const asBefore = state.status === 'owned' && state.department === department
    if (asBefore && (input.validFrom === undefined || state.validFrom === validFrom)) return []
    return [{ type: 'throughline.CauseOwnerSet.v1', data: { cause, department, validFrom } }]
  }

export interface CauseRow {
  readonly cause: string
  /** In the order in which they were told. */
  readonly owners: readonly { readonly department: string; readonly validFrom: Instant }[]
}

export const causesView: View<CauseRow, CauseEvent> = {
  name: 'insight.causes',
  version: 1,
  on: ['throughline.CauseOwnerSet.v1'],
  async project({ data: { cause, department, validFrom } }, rows) {
    const row = await rows.get(cause)
    rows.put(cause, { cause, owners: [...(row?.owners ?? []), { department, validFrom }] }, { all: cause })
  },
}

/** The department that answered for it at a moment: the one told last of those valid by then from the latest moment. */
export function ownerAt({ owners }: CauseRow, at: Instant): string | undefined {
  return owners
    .filter(({ validFrom }) => validFrom <= at)
    .reduce<CauseRow['owners'][number] | undefined>(
      (found, each) => (found && found.validFrom > each.validFrom ? found : each),
      undefined,
    )?.department
}
