import { ownerOf } from '@throughline/ports'
import { projected, recorded, sameForAnyOrder } from '@throughline/testing/views'
import { caseOwnersView, customersView, journeysView } from './journey.view.js'
import { peopleView } from './people.view.js'
import { publishedView } from './policy.view.js'
import { requestsView } from './request.view.js'

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
    { streamId: journeyId, sequence: 0, customerId: 'g1' },
  ),
  recorded(reason('leak'), { streamId: journeyId, sequence: 1, customerId: 'g1' }),
]
const hers = [
  recorded(
    {
      type: 'throughline.JourneyClaimed.v1',
      data: { journeyId, guestId: 'g1', person: person('ana', 'premium') },
    },
    { streamId: journeyId, sequence: 2, customerId: 'ana' },
  ),
  recorded(reason('question'), { streamId: journeyId, sequence: 3, customerId: 'ana' }),
]
const work = [
  recorded(
    {
      type: 'throughline.ContactAssigned.v1',
      data: { contactId: 'c1', journeyId, offerId: 'o', agentId: 'joel', channel: 'chat' },
    },
    { streamId: 'c1', sequence: 2, occurredAt: '2026-11-20T09:05:00.000Z' },
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
    await sameForAnyOrder(journeysView, [guests, hers, work])
  })
})

describe('routing’s other views', () => {
  it('know a customer’s segment as it was last told', async () => {
    const rows = await projected(customersView, [
      recorded(
        { type: 'throughline.CustomerRegistered.v1', data: { customerId: 'ana', segment: 'premium' } },
        { streamId: 'ana' },
      ),
      recorded(
        { type: 'throughline.CustomerDetailsCorrected.v1', data: { customerId: 'ana', language: 'pt' } },
        { streamId: 'ana', sequence: 1 },
      ),
    ])
    expect(rows.get('ana')?.row).toEqual({ customerId: 'ana', segment: 'premium', language: 'pt' })
  })

  it('know who answers for a case', async () => {
    const assigned = {
      type: 'throughline.CaseAssigned.v1',
      data: { caseId: 'k', customerId: 'ana', staffId: 'mira' },
    }
    const rows = await projected(caseOwnersView, [recorded(assigned, { streamId: 'k' })])
    expect(rows.get('k')?.row).toEqual({ caseId: 'k', staffId: 'mira' })
  })

  it('know a merged customer under the new id, until the merge is taken back', async () => {
    const merged = recorded(
      { type: 'throughline.CustomersMerged.v1', data: { customerId: 'ana', mergedId: 'old' } },
      { streamId: 'ana' },
    )
    const undone = recorded(
      { type: 'throughline.CustomersUnmerged.v1', data: { customerId: 'ana', mergedId: 'old' } },
      { streamId: 'ana', sequence: 1 },
    )
    const known = async (...told: Parameters<typeof projected>[1]) => {
      const rows = await projected(peopleView, told)
      return ownerOf('old', (key) => Promise.resolve(rows.get(key)?.row))
    }
    expect([await known(), await known(merged), await known(merged, undone)]).toEqual(['old', 'ana', 'old'])
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
      { streamId: 'c' },
    )
    const ended = recorded(
      {
        type: 'throughline.ContactEnded.v1',
        data: { contactId: 'c', journeyId, by: 'customer', answeredBy: 'nobody', channel: 'callback' },
      },
      { streamId: 'c', sequence: 1 },
    )
    expect((await projected(requestsView, [asked])).get('c')?.row).toMatchObject({ channel: 'callback' })
    expect((await projected(requestsView, [asked, ended])).size).toBe(0)
  })

  it('list the newest version of each policy', async () => {
    const published = (policy: string, version: number) =>
      recorded(
        { type: 'throughline.ChannelPolicyPublished.v1', data: { policy, version, document: {} } },
        { streamId: policy, sequence: version },
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
