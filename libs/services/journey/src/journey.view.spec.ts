import fc from 'fast-check'
import type { PublicEvents } from '@throughline/contracts'
import type { RecordedEvent, Rows } from '@throughline/ports'
import { owned } from './journey.view.js'
import type { OwnedRow } from './journey.view.js'

const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const [ana, second, guest, journey, hers, fridge] = ['a', 'b', 'c', '1', '2', '3'].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
type Kept = Map<string, { row: OwnedRow; lists: Readonly<Record<string, string>> }>

async function rowsAfter(events: readonly RecordedEvent[]): Promise<Kept> {
  const kept: Kept = new Map()
  const rows: Rows<OwnedRow> = {
    get: (key) => Promise.resolve(kept.get(key)?.row),
    put: (key, row, lists = {}) => void kept.set(key, { row, lists }),
    remove: (key) => void kept.delete(key),
    list: (list) =>
      Promise.resolve(
        [...kept]
          .filter(([, { lists }]) => lists[list] !== undefined)
          .map(([key, { row }]) => ({ key, row })),
      ),
  }
  for (const event of events) await owned.project(event as Parameters<typeof owned.project>[0], rows)
  return kept
}

const person = (personId: string) => ({ id: personId, assurance: 'code' as const })
const item = { id: fridge, kind: 'purchase', title: 'Fridge' } as const
const story: readonly (PublicEvents & { readonly key: string })[] = [
  {
    key: guest,
    type: 'throughline.JourneyStarted.v1',
    data: { journeyId: journey, person: person(guest), guest: true, entrance: 'product-page', page: '/hob' },
  },
  {
    key: second,
    type: 'throughline.JourneyStarted.v1',
    data: { journeyId: hers, person: person(second), guest: false, entrance: 'need-help' },
  },
  {
    key: second,
    type: 'throughline.ItemAdded.v1',
    data: {
      itemId: fridge,
      customerId: second,
      kind: 'purchase',
      source: 'shop',
      reference: '1',
      title: 'Frige',
      date: '2026-11-16T00:00:00.000Z',
    },
  },
  {
    key: ana,
    type: 'throughline.GuestRecognised.v1',
    data: { guestId: guest, customerId: ana, assurance: 'code' },
  },
  {
    key: ana,
    type: 'throughline.JourneyClaimed.v1',
    data: { journeyId: journey, guestId: guest, person: person(ana) },
  },
  { key: ana, type: 'throughline.ItemChosen.v1', data: { journeyId: journey, item } },
  { key: ana, type: 'throughline.CustomersMerged.v1', data: { customerId: ana, mergedId: second } },
  {
    key: second,
    type: 'throughline.ItemCorrected.v1',
    data: { itemId: fridge, customerId: second, title: 'Fridge' },
  },
  { key: ana, type: 'throughline.JourneyEnded.v1', data: { journeyId: journey, outcome: 'given-up' } },
  { key: second, type: 'throughline.ItemChosen.v1', data: { journeyId: hers, item } },
]
const recorded = story.map(({ key, type, data }, index): RecordedEvent => ({
  type,
  data,
  id: `e${String(index)}`,
  stream: 's',
  streamId: 's',
  sequence: index,
  position: index + 1,
  occurredAt: `2026-11-20T09:00:${String(index).padStart(2, '0')}.000Z`,
  recordedAt: '2026-11-20T09:01:00.000Z',
  commandId: 'c',
  actor: 'system:test',
  customerId: key,
  hash: '',
}))
const listed = (kept: Kept, list: string): readonly string[] =>
  [...kept]
    .filter(([, { lists }]) => lists[list] !== undefined)
    .map(([key]) => key)
    .sort()

describe('whose journeys are whose', () => {
  it('gives a recognised guest’s and a merged customer’s to the customer (C3, C76)', async () => {
    const kept = await rowsAfter(recorded)
    expect(listed(kept, `customer:${ana}`)).toEqual([journey, hers])
    expect(listed(kept, `thing:${ana}`)).toEqual([fridge])
    for (const gone of [guest, second]) expect(listed(kept, `customer:${gone}`)).toEqual([])
    expect(kept.get(journey)?.row).toMatchObject({ entry: { guest: false, status: 'ended', item } })
    expect(kept.get(fridge)?.row).toMatchObject({ entry: { title: 'Fridge', reference: '1' } })
  })

  it('gives a merged customer hers again when the merge is taken back', async () => {
    const unmerged = {
      ...recorded[6],
      type: 'throughline.CustomersUnmerged.v1',
      position: 50,
    } as RecordedEvent
    const kept = await rowsAfter([...recorded, unmerged])
    expect(listed(kept, `customer:${ana}`)).toEqual([journey])
    expect(listed(kept, `customer:${second}`)).toEqual([hers])
    expect(listed(kept, `thing:${second}`)).toEqual([fridge])
  })

  it('is the same for every order of hearing', async () => {
    const undone = { ...recorded[6], type: 'throughline.CustomersUnmerged.v1', position: 50 } as RecordedEvent
    const redone = { ...recorded[6], position: 51 } as RecordedEvent
    const all = [...recorded, undone, redone]
    const expected = sorted(await rowsAfter(all))
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        async (order) => {
          expect(sorted(await rowsAfter(order))).toEqual(expected)
        },
      ),
    )
  })
})

function sorted(kept: Kept): unknown {
  return [...kept].sort(([a], [b]) => (a < b ? -1 : 1))
}
