import { MemoryViewStore, viewId } from '@throughline/ports'
import type { View, ViewStore } from '@throughline/ports'
import { projected, recorded } from '@throughline/testing/views'
import type { DomainEvent } from '@throughline/kernel'
import fc from 'fast-check'
import { declares, escalationOf } from './escalation.js'
import { policiesView } from './lookup.view.js'
import { goesBy, idsOf, peopleView } from './people.view.js'

const id = (number: number): string => `00000000-0000-7000-8000-00000000000${String(number)}`
const recognised = (guest: number, customer: number) =>
  ({
    type: 'throughline.GuestRecognised.v1',
    data: { guestId: id(guest), customerId: id(customer), assurance: 'code' },
  }) as const
const merged = (customer: number, other: number) =>
  ({
    type: 'throughline.CustomersMerged.v1',
    data: { customerId: id(customer), mergedId: id(other) },
  }) as const
const unmerged = (customer: number, other: number) =>
  ({
    type: 'throughline.CustomersUnmerged.v1',
    data: { customerId: id(customer), mergedId: id(other) },
  }) as const

describe('who goes on as whom', () => {
  it('follows a guest to the customer, and a merged customer to the other', async () => {
    const views = await viewsOf(peopleView, [recognised(1, 2), recognised(3, 2), merged(4, 2)])
    expect(await goesBy(views, id(1))).toBe(id(4))
    expect(await goesBy(views, id(9))).toBe(id(9))
    expect([...(await idsOf(views, id(4)))].sort()).toEqual([1, 2, 3, 4].map(id))
    expect(await idsOf(views, id(1))).toEqual([id(1)])
  })

  it('takes a merge back, with the guests each had', async () => {
    const views = await viewsOf(peopleView, [recognised(1, 2), merged(4, 2), unmerged(4, 2)])
    expect(await goesBy(views, id(1))).toBe(id(2))
    expect(await idsOf(views, id(4))).toEqual([id(4)])
  })

  it('ends on a circle, which no merge should make', async () => {
    const views = await viewsOf(peopleView, [merged(1, 2), merged(2, 1)])
    expect(await goesBy(views, id(1))).toBe(id(1))
    expect([...(await idsOf(views, id(1)))].sort()).toEqual([id(1), id(2)])
  })

  it('is the same whichever of different people is told first', async () => {
    const events = [recognised(1, 5), recognised(2, 6), recognised(3, 5), merged(5, 6), recognised(4, 7)]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(events, { minLength: events.length }), async (shuffled) => {
        const views = await viewsOf(peopleView, shuffled)
        expect([...(await idsOf(views, id(5)))].sort()).toEqual([1, 2, 3, 5, 6].map(id))
        expect(await goesBy(views, id(2))).toBe(id(5))
      }),
      { numRuns: 50 },
    )
  })
})

describe('C75: the declared ways', () => {
  const published = (version: number, ...escalation: readonly unknown[]) =>
    ({
      type: 'throughline.ChannelPolicyPublished.v1',
      data: { policy: 'care', version, document: { escalation } },
    }) as const
  const chat = { from: 'chat', to: ['phone'], by: ['customer'], keeps: 'due' }

  it('are those of the newest version, in whatever order versions are heard', async () => {
    const versions = [published(1, chat), published(2), published(3, { ...chat, to: ['callback'] })]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(versions, { minLength: 3 }), async (shuffled) => {
        const views = await viewsOf(policiesView, shuffled)
        expect(await views.row(policiesView, 'care')).toMatchObject({
          version: 3,
          escalation: [{ to: ['callback'] }],
        })
      }),
    )
  })

  it('allow what they name and nothing else', () => {
    const ways = escalationOf({ escalation: [chat] })
    expect(declares(ways, 'chat', 'phone', 'customer')).toBe(true)
    expect(declares(ways, 'chat', 'phone', 'agent')).toBe(false)
    expect(declares(ways, 'phone', 'chat', 'customer')).toBe(false)
    expect(declares([], 'chat', 'phone', 'customer')).toBe(false)
  })

  it('are none where a policy says them in a form not known', () => {
    const strange = [
      null,
      7,
      'chat',
      {},
      { from: 'fax', to: ['phone'], by: ['customer'] },
      { from: 'chat', to: 'phone', by: [] },
    ]
    for (const way of strange) {
      const ways = escalationOf({ escalation: [way] })
      expect(ways.flatMap(({ to }) => to).filter((to) => declares(ways, 'chat', to, 'customer'))).toEqual([])
    }
    expect(escalationOf({})).toEqual([])
    expect(escalationOf({ escalation: 'all' })).toEqual([])
  })
})

/** The rows a view makes of events in this order. */
async function viewsOf<Row, Event extends DomainEvent>(
  view: View<Row, Event>,
  events: readonly Event[],
): Promise<ViewStore> {
  const views = new MemoryViewStore()
  const log = events.map((event, sequence) => recorded(event, { streamId: 's', sequence }))
  const held = await projected(view, log)
  await views.write(
    viewId(view),
    0,
    log.length,
    [...held].map(([key, kept]) => ({ key, ...kept })),
  )
  return views
}
