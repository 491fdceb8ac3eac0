import type { RecordedEvent } from '@throughline/ports'
import { projected, recorded, sameForAnyOrder } from '@throughline/testing/views'
import { causesView, ownerAt, setCauseOwner } from './cause.js'
import type { CauseEvent } from './cause.js'
import { findingsView } from './finding.view.js'
import type { FindingEvent } from './finding.js'

const AT = '2026-11-20T09:00:00.000Z'

const history = (findingId: string): readonly RecordedEvent<FindingEvent>[] => {
  const told: readonly FindingEvent[] = [
    {
      type: 'throughline.InsightRaised.v1',
      data: { findingId, metric: 'm', version: 1, cell: {}, figure: {}, says: 'x' },
    },
    { type: 'throughline.FindingAssigned.v1', data: { findingId, department: 'letters', actBy: AT } },
    { type: 'throughline.FindingActedOn.v1', data: { findingId, what: 'Rewrote it' } },
    { type: 'throughline.FindingClosed.v1', data: { findingId, helped: true, why: 'Fewer' } },
    { type: 'throughline.FindingReopened.v1', data: { findingId, why: 'Back' } },
  ]
  return told.map((event, sequence) => recorded(event, { streamId: findingId, sequence, occurredAt: AT }))
}

const owned = (cause: string): readonly RecordedEvent<CauseEvent>[] =>
  ['letters', 'sales', 'care'].map((department, sequence) =>
    recorded(
      { type: 'throughline.CauseOwnerSet.v1', data: { cause, department, validFrom: AT } },
      { streamId: cause, sequence },
    ),
  )

describe('views', () => {
  it('are the same for any interleaving that keeps the order of each finding and cause', async () => {
    await sameForAnyOrder(findingsView, [history('one'), history('other')])
    await sameForAnyOrder(causesView, [owned('a'), owned('b')])
  })

  it('show a reopened finding as waiting for its department again', async () => {
    expect((await projected(findingsView, history('one'))).get('one')).toMatchObject({
      row: { status: 'assigned', revision: 5 },
      lists: { due: AT, 'department:letters': AT },
    })
  })
})

describe('who answers for a cause (C38)', () => {
  const from = (validFrom: string, department: string) => ({ validFrom, department })

  it('is the department told last of those valid by then', () => {
    const row = { cause: 'a', owners: [from('2026-02', 'b'), from('2026-01', 'a'), from('2026-02', 'c')] }
    expect([ownerAt(row, '2025-12'), ownerAt(row, '2026-01'), ownerAt(row, '2026-03')]).toEqual([
      undefined,
      'a',
      'c',
    ])
  })

  it('is set once', () => {
    const wish = setCauseOwner({ cause: 'a', department: 'letters', now: AT })
    expect(wish({ status: 'unowned' })).toHaveLength(1)
    expect(wish({ status: 'owned', department: 'letters', validFrom: '2026-01' })).toEqual([])
    expect(wish({ status: 'owned', department: 'sales', validFrom: '2026-01' })).toHaveLength(1)
  })
})
