import type { PublicEvents } from '@throughline/contracts'
import type { RecordedEvent } from '@throughline/ports'
import { listed, logOf, projected, sameForAnyOrder } from '@throughline/testing/views'
import { owned } from './journey.view.js'

const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const [ana, second, guest, journey, hers, fridge] = ['a', 'b', 'c', '1', '2', '3'].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
]

const rowsAfter = (events: readonly RecordedEvent[]) => projected(owned, events)
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
const log = logOf(story)

describe('whose journeys are whose', () => {
  it('gives a recognised guest’s and a merged customer’s to the customer (C3, C76)', async () => {
    const kept = await rowsAfter(log)
    expect(listed(kept, `customer:${ana}`)).toEqual([journey, hers])
    expect(listed(kept, `thing:${ana}`)).toEqual([fridge])
    for (const gone of [guest, second]) expect(listed(kept, `customer:${gone}`)).toEqual([])
    expect(kept.get(journey)?.row).toMatchObject({ entry: { guest: false, status: 'ended', item } })
    expect(kept.get(fridge)?.row).toMatchObject({ entry: { title: 'Fridge', reference: '1' } })
  })

  it('gives a merged customer hers again when the merge is taken back', async () => {
    const unmerged = {
      ...log[6],
      type: 'throughline.CustomersUnmerged.v1',
      position: 1_000_050,
    } as RecordedEvent
    const kept = await rowsAfter([...log, unmerged])
    expect(listed(kept, `customer:${ana}`)).toEqual([journey])
    expect(listed(kept, `customer:${second}`)).toEqual([hers])
    expect(listed(kept, `thing:${second}`)).toEqual([fridge])
  })

  it('is the same for every order of hearing', async () => {
    const undone = {
      ...log[6],
      type: 'throughline.CustomersUnmerged.v1',
      position: 1_000_050,
    } as RecordedEvent
    const redone = { ...log[6], position: 1_000_051 } as RecordedEvent
    await sameForAnyOrder(
      owned,
      [...log, undone, redone].map((event) => [event]),
    )
  })
})
