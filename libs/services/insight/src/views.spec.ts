import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent, Rows, View } from '@throughline/ports'
import fc from 'fast-check'
import { causesView, ownerAt, setCauseOwner } from './cause.js'
import type { CauseEvent } from './cause.js'
import { findingsView } from './finding.view.js'
import type { FindingEvent } from './finding.js'

const AT = '2026-11-20T09:00:00.000Z'

function recorded<Event extends DomainEvent>(
  event: Event,
  streamId: string,
  sequence: number,
): RecordedEvent<Event> {
  const place = {
    stream: 's',
    streamId,
    sequence,
    position: sequence + 1,
    commandId: 'c',
    actor: 'staff:a',
    hash: '',
  }
  return { ...event, ...place, id: `${streamId}-${String(sequence)}`, occurredAt: AT, recordedAt: AT }
}

async function rowsOf<Row, Event extends DomainEvent>(
  view: View<Row, Event>,
  events: readonly RecordedEvent<Event>[],
): Promise<Readonly<Record<string, unknown>>> {
  const kept = new Map<string, { readonly row: Row; readonly lists: unknown }>()
  const rows: Rows<Row> = {
    get: async (key) => kept.get(key)?.row,
    put: (key, row, lists = {}) => kept.set(key, { row, lists }),
    remove: (key) => kept.delete(key),
    list: async () => [],
  }
  for (const event of events) await view.project(event, rows)
  return Object.fromEntries(kept)
}

/** Two sequences as one, keeping the order of each. */
function interleaved<T>(one: readonly T[], other: readonly T[], choices: readonly boolean[]): readonly T[] {
  const [a, b] = [[...one], [...other]]
  const merged: T[] = []
  for (const first of choices) {
    const next = (first ? a : b).shift()
    if (next !== undefined) merged.push(next)
  }
  return [...merged, ...a, ...b]
}

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
  return told.map((event, sequence) => recorded(event, findingId, sequence))
}

const owned = (cause: string): readonly RecordedEvent<CauseEvent>[] =>
  ['letters', 'sales', 'care'].map((department, sequence) =>
    recorded(
      { type: 'throughline.CauseOwnerSet.v1', data: { cause, department, validFrom: AT } },
      cause,
      sequence,
    ),
  )

describe('views', () => {
  it('are the same for any interleaving that keeps the order of each finding and cause', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (choices) => {
        const [one, other] = [history('one'), history('other')]
        expect(await rowsOf(findingsView, interleaved(one, other, choices))).toEqual(
          await rowsOf(findingsView, [...one, ...other]),
        )
        const [a, b] = [owned('a'), owned('b')]
        expect(await rowsOf(causesView, interleaved(a, b, choices))).toEqual(
          await rowsOf(causesView, [...a, ...b]),
        )
      }),
    )
  })

  it('show a reopened finding as waiting for its department again', async () => {
    expect(await rowsOf(findingsView, history('one'))).toMatchObject({
      one: { row: { status: 'assigned', revision: 5 }, lists: { due: AT, 'department:letters': AT } },
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
