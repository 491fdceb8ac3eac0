import fc from 'fast-check'
import type { RecordedEvent } from '@throughline/ports'
import { caseOwnersView, customersView, journeysView } from './journey.view.js'
import { peopleView } from './people.view.js'
import { publishedView } from './policy.view.js'
import { requestsView } from './request.view.js'
import { projected, recorded, woven } from './view.suite.js'

const journeyId = 'j1'
const person = (id: string, segment?: string) => ({
  id,
  assurance: 'code' as const,
  ...(segment !== undefined && { segment }),
})
const reason = (code: string) =>
  ({ type: 'throughline.ReasonChosen.v1', data: { journeyId, reason: { code, label: code } } }) as const

const guests = [
  recorded(
    {
      type: 'throughline.JourneyStarted.v1',
      data: { journeyId, person: person('g1', 'web'), guest: true, entrance: 'need-help' },
    },
    { id: journeyId, sequence: 0, customerId: 'g1' },
  ),
  recorded(reason('leak'), { id: journeyId, sequence: 1, customerId: 'g1' }),
]
const hers = [
  recorded(
    {
      type: 'throughline.JourneyClaimed.v1',
      data: { journeyId, guestId: 'g1', person: person('ana', 'premium') },
    },
    { id: journeyId, sequence: 2, customerId: 'ana' },
  ),
  recorded(reason('question'), { id: journeyId, sequence: 3, customerId: 'ana' }),
]
const work = [
  recorded(
    {
      type: 'throughline.ContactAssigned.v1',
      data: { contactId: 'c1', journeyId, offerId: 'o', agentId: 'joel', channel: 'chat' },
    },
    { id: 'c1', sequence: 2, at: '2026-11-20T09:05:00.000Z' },
  ),
]

describe('routing’s view of journeys', () => {
  it('is the same in whatever order the guest’s and the customer’s events come', async () => {
    const expected = await projected(journeysView, [...guests, ...hers, ...work])
    expect(expected.get(journeyId)?.row).toEqual({
      journeyId,
      startedBy: 'g1',
      claimedBy: 'ana',
      segment: 'premium',
      reason: { value: { code: 'question' }, sequence: 3 },
      agent: { agentId: 'joel', at: '2026-11-20T09:05:00.000Z' },
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }), async (choices) => {
        expect(await projected(journeysView, woven<RecordedEvent>([guests, hers, work], choices))).toEqual(
          expected,
        )
      }),
    )
  })
})

describe('routing’s other views', () => {
  it('know a customer’s segment as it was last told', async () => {
    const rows = await projected(customersView, [
      recorded(
        { type: 'throughline.CustomerRegistered.v1', data: { customerId: 'ana', segment: 'premium' } },
        { id: 'ana' },
      ),
      recorded(
        { type: 'throughline.CustomerDetailsCorrected.v1', data: { customerId: 'ana', language: 'pt' } },
        { id: 'ana', sequence: 1 },
      ),
    ])
    expect(rows.get('ana')?.row).toEqual({ customerId: 'ana', segment: 'premium', language: 'pt' })
  })

  it('know who answers for a case', async () => {
    const assigned = {
      type: 'throughline.CaseAssigned.v1',
      data: { caseId: 'k', customerId: 'ana', staffId: 'mira' },
    }
    const rows = await projected(caseOwnersView, [recorded(assigned, { id: 'k' })])
    expect(rows.get('k')?.row).toEqual({ caseId: 'k', staffId: 'mira' })
  })

  it('know a merged customer under the new id, until the merge is taken back', async () => {
    const merged = recorded(
      { type: 'throughline.CustomersMerged.v1', data: { customerId: 'ana', mergedId: 'old' } },
      { id: 'ana' },
    )
    const undone = recorded(
      { type: 'throughline.CustomersUnmerged.v1', data: { customerId: 'ana', mergedId: 'old' } },
      { id: 'ana', sequence: 1 },
    )
    expect((await projected(peopleView, [merged])).get('old')?.row).toEqual({ id: 'old', goesBy: 'ana' })
    expect((await projected(peopleView, [merged, undone])).size).toBe(0)
  })

  it('keep what a promised call was asked for with, until it is over', async () => {
    const asked = recorded(
      {
        type: 'throughline.ContactRequested.v1',
        data: {
          contactId: 'c',
          journeyId,
          channel: 'callback',
          person: person('ana'),
          readings: [],
          callFrom: '2026-11-20T10:00:00.000Z',
        },
      },
      { id: 'c' },
    )
    const ended = recorded(
      {
        type: 'throughline.ContactEnded.v1',
        data: { contactId: 'c', journeyId, by: 'customer', answeredBy: 'nobody', channel: 'callback' },
      },
      { id: 'c', sequence: 1 },
    )
    expect((await projected(requestsView, [asked])).get('c')?.row).toMatchObject({ channel: 'callback' })
    expect((await projected(requestsView, [asked, ended])).size).toBe(0)
  })

  it('list the newest version of each policy', async () => {
    const published = (policy: string, version: number) =>
      recorded(
        { type: 'throughline.ChannelPolicyPublished.v1', data: { policy, version, document: {} } },
        { id: policy, sequence: version },
      )
    const rows = await projected(publishedView, [
      published('care', 1),
      published('care', 2),
      published('b2b', 1),
    ])
    const newest = [...rows.values()].filter(({ lists }) => 'newest' in lists)
    expect(newest.map(({ row }) => [row.policy, row.version])).toEqual([
      ['care', 2],
      ['b2b', 1],
    ])
  })
})
