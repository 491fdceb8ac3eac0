import type { TFunction } from 'i18next'
import type { JourneyContext } from '../api/journey'
import { Format } from '../words/format'
import { factsOf } from './journey-facts'
import { inLine, lineOf } from './journey-line'

const NOW = Date.parse('2026-11-20T14:30:00.000Z')
const say = (key: string, values: Record<string, unknown> = {}): string =>
  [key, ...Object.values(values).map(String)].join(' ')
const t = say as unknown as TFunction
const format = new Format('en', say, () => NOW)

const context: JourneyContext = {
  id: 'j',
  person: { id: 'ana', name: 'Ana Ferreira', assurance: 'code', verifiedAt: '2026-11-20T14:12:00.000Z' },
  guest: false,
  entrance: 'need-help',
  startedAt: '2026-11-20T14:14:00.000Z',
  lastAt: '2026-11-20T14:19:00.000Z',
  status: 'open',
  resumed: [],
  stages: [],
  item: { id: 'i', kind: 'purchase', title: 'Bris 45', reference: 'HH-20418' },
  reason: { code: 'not-working', label: 'It isn’t working', detail: 'water', detailLabel: 'Water stays' },
  facts: [
    {
      name: 'question',
      label: 'Says',
      value: 'It was moved',
      source: 'customer',
      at: '2026-11-20T14:15:00.000Z',
    },
    { name: 'serial-number', label: 'Serial', value: '7', source: 'agent', at: '2026-11-20T14:16:00.000Z' },
  ],
  askedAgain: 0,
  readings: [
    {
      id: 'r',
      articleId: 'a',
      version: 1,
      title: 'Clear the filter',
      at: '2026-11-20T14:18:00.000Z',
      helped: false,
    },
  ],
  channels: [
    {
      id: 'd',
      at: '2026-11-20T14:19:00.000Z',
      policy: 'care',
      version: 1,
      channels: [
        { channel: 'chat', offered: true, pace: 'immediate', because: [] },
        { channel: 'phone', offered: true, pace: 'immediate', because: [] },
        { channel: 'callback', offered: false, pace: 'soon', because: ['closed'] },
      ],
    },
  ],
  contacts: [
    {
      id: 'c',
      status: 'offered',
      channel: 'chat',
      requestedAt: '2026-11-20T14:19:30.000Z',
      decisionId: 'd',
      words: 'It was moved',
      readings: [],
      offers: [
        {
          id: 'o',
          agentId: 'joel',
          at: '2026-11-20T14:19:31.000Z',
          expiresAt: '2026-11-20T14:20:01.000Z',
          outcome: 'open',
        },
      ],
      legs: [
        { leg: 1, channel: 'chat', by: 'session', assurance: 'code', openedAt: '2026-11-20T14:19:30.000Z' },
      ],
      turns: [],
      transcript: [],
      notes: [],
    },
  ],
  cases: [],
  promises: [{ what: 'A new seal', by: '2026-11-22T12:00:00.000Z', state: 'missed' }],
  followUps: [],
  feedback: [],
  said: [],
  earlier: {
    contacts: [
      {
        id: 'e',
        journeyId: 'k',
        at: '2026-10-02T09:00:00.000Z',
        channel: 'phone',
        status: 'ended',
        subject: 'The delivery slot',
        agentId: 'mira',
        feeling: 'at-ease',
      },
    ],
    cases: [],
    journeys: [],
  },
  position: 9,
  asOf: '2026-11-20T14:19:31.000Z',
}
const line = (me: string) =>
  lineOf(context, { viewer: 'staff', t, format, me, name: (id) => (id === 'mira' ? 'Mira' : undefined) })

describe('the line of a journey', () => {
  it('goes from what is promised and what is now back to what came before, with how she felt (C18)', () => {
    expect(line('joel').map(({ id, mark }) => [id, mark])).toEqual([
      ['promise:0', 'promise'],
      ['contact:c', 'now'],
      ['asked:c', 'customer'],
      ['reading:r', 'article'],
      ['reason', 'customer'],
      ['earlier:e', 'customer'],
    ])
    expect(line('joel').at(-1)).toMatchObject({
      label: 'moment.with channel-noun.phone Mira',
      detail: 'The delivery slot. moment.felt feeling.at-ease.',
    })
  })

  it('names what was chosen and what else was offered, and for whom she waits', () => {
    expect(line('joel')[2]).toMatchObject({ label: 'moment.asked-over channel-noun.chat channel-noun.phone' })
    expect(line('joel')[1]).toMatchObject({ label: 'moment.waiting-for-you' })
    expect(line('rui')[1]).toMatchObject({ label: 'moment.waiting' })
  })

  it('tells a missed promise, and draws silence of more than a day dotted', () => {
    const [promise, , , , reason] = line('joel')
    expect(promise).toMatchObject({ state: 'missed', dotted: true })
    expect(reason).toMatchObject({ dotted: true })
    const close = inLine([
      { id: 'a', at: '2026-11-20T00:00:00.000Z', mark: 'us', label: '' },
      { id: 'b', at: '2026-11-20T23:00:00.000Z', mark: 'us', label: '' },
    ])
    expect(close.map(({ id, dotted }) => [id, dotted])).toEqual([
      ['b', undefined],
      ['a', undefined],
    ])
  })

  it('says no time for what has none', () => {
    expect(line('joel').find(({ id }) => id === 'reason')?.when).toBe('')
  })
})

describe('what is known', () => {
  it('is the same for both sides, whoever says where it came from (C15, C16)', () => {
    const facts = (viewer: 'customer' | 'staff') => factsOf(context, { viewer, t, format, contactId: 'c' })
    const said = ({ name, value }: { readonly name: string; readonly value: string }) => [name, value]
    expect(facts('customer').map(said)).toEqual(facts('staff').map(said))
    expect(facts('staff').map(said)).toEqual([
      ['name', 'Ana Ferreira'],
      ['thing', 'Bris 45'],
      ['reason', 'It isn’t working, water stays'],
      ['serial-number', '7'],
      ['question', '“It was moved”'],
      ['tried', 'Clear the filter'],
    ])
    expect(facts('customer')[2]?.source).toBe('facts.source.customer.chosen')
    expect(facts('staff')[3]?.source).toContain('facts.source.agent.given')
  })
  it('stands once when it was put right, with what it was before (C15)', () => {
    const fact = {
      name: 'reason',
      label: 'Reason',
      value: 'It leaks',
      at: context.startedAt,
      source: 'customer',
    }
    const facts = factsOf({ ...context, facts: [fact] }, { viewer: 'customer', t, format, contactId: 'c' })
    const reasons = facts.filter(({ name }) => name === 'reason')
    expect(reasons.map(({ value }) => value)).toEqual(['It leaks'])
    expect(reasons[0]?.source).toContain('It isn’t working, water stays')
  })
})
