import fc from 'fast-check'
import type { Agent, Hours, Queue, Queues } from './api'
import { couldHelp, gridOf, isClosedAt, peopleByState, queueRows, summary, turned } from './figures'

const NOW = Date.parse('2026-11-20T14:31:00.000Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString()

const queue = (channel: string, more: Partial<Queue> = {}): Queue => ({
  queue: 'care',
  channel,
  pace: 'immediate',
  waiting: 0,
  offered: 0,
  firstDueBy: null,
  oldestEnteredAt: null,
  signedOn: 3,
  ready: 1,
  unstaffed: 0,
  ...more,
})

const lately = (medians: Readonly<Record<string, number>>): Hours => ({
  asWas: ago(0),
  from: ago(3_600),
  until: ago(0),
  channels: Object.entries(medians).map(([channel, median]) => ({
    channel,
    promised: null,
    hours: [{ from: ago(3_600), answered: 3, unanswered: 0, waiting: 0, median, kept: null, word: null }],
  })),
})

const POLICY = {
  timezone: 'Europe/Lisbon',
  order: ['chat', 'phone', 'callback'],
  channels: {
    chat: { pace: 'immediate', hours: 'always', need: ['chat'] },
    phone: { pace: 'immediate', hours: 'days', need: ['voice@2'] },
  },
  answerWithin: { normal: '180s' },
  hours: { always: '00:00-24:00', days: { 'mon-fri': '08:00-18:00', except: { '2026-12-25': 'closed' } } },
}

const rowsOf = (
  queues: readonly Queue[],
  medians: Readonly<Record<string, number>> = {},
  promised: Queues['promised'] = [],
) =>
  queueRows(
    {
      queues: { items: queues, promised },
      standing: [
        {
          channel: 'callback',
          open: false,
          opensAt: '2026-11-23T09:00:00.000Z',
          within: { minutes: 120 },
          kept: { kept: 38, of: 39 },
        },
      ],
      promises: [
        { channel: 'phone', threshold: 300, share: 80 },
        { channel: 'chat', threshold: 120, share: 80 },
      ],
      lately: lately(medians),
      policy: POLICY,
    },
    NOW,
  )

describe('the queues against what is promised (C47)', () => {
  it('are behind by what was measured or by who waits longest, whichever is worse', () => {
    const [measured] = rowsOf([queue('phone')], { phone: 460 })
    expect(measured).toMatchObject({ word: 'behind', behind: 160_000, measured: 460_000, promise: 300_000 })
    const [waiting] = rowsOf([queue('phone', { waiting: 2, oldestEnteredAt: ago(662) })], { phone: 100 })
    expect(waiting).toMatchObject({ word: 'behind', behind: 362_000, longest: 662_000 })
  })

  it('are close in the last tenth before the promise', () => {
    expect(rowsOf([queue('chat')], { chat: 108 })[0]?.word).toBe('close')
    expect(rowsOf([queue('chat')], { chat: 107 })[0]?.word).toBe('kept')
    expect(rowsOf([queue('chat')], { chat: 120 })[0]?.word).toBe('close')
    expect(rowsOf([queue('chat')], { chat: 121 })[0]?.word).toBe('behind')
  })

  it('say so when a channel is shut, and when nobody is there', () => {
    expect(rowsOf([queue('callback')])[0]).toMatchObject({
      word: 'closed',
      opensAt: '2026-11-23T09:00:00.000Z',
    })
    expect(rowsOf([queue('chat', { signedOn: 0 })])[0]?.word).toBe('nobody')
  })

  it('promise what the channel promises, else how it is offered, else when its contacts are due', () => {
    expect(rowsOf([queue('phone'), queue('callback')]).map(({ promise }) => promise)).toEqual([
      300_000, 7_200_000,
    ])
    const bare = {
      queues: { items: [queue('chat'), queue('message')], promised: [] },
      standing: [],
      promises: [],
      lately: undefined,
      policy: POLICY,
    }
    expect(queueRows(bare, NOW).map(({ promise }) => promise)).toEqual([180_000, undefined])
  })

  it('count callbacks that are booked, with the next one', () => {
    const booked = ['2026-11-20T15:30:00.000Z', '2026-11-20T16:00:00.000Z'].map((from) => ({
      contactId: from,
      journeyId: from,
      from,
      until: from,
    }))
    expect(rowsOf([queue('callback'), queue('chat')], {}, booked)).toMatchObject([
      { booked: 2, nextBooked: '2026-11-20T15:30:00.000Z' },
      { booked: 0 },
    ])
  })

  it('tell the worst first, and put each queue into one place', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 2 }), ([phone = 0, chat = 0]) => {
        const rows = rowsOf([queue('phone'), queue('chat')], { phone, chat })
        const { behind, close, kept, nobody } = summary(rows)
        expect(behind.length + close.length + kept.length + nobody.length).toBe(rows.length)
        const [first, second] = behind.map((row) => row.behind / (row.promise ?? 1))
        expect(first ?? 0).toBeGreaterThanOrEqual(second ?? 0)
      }),
    )
  })
})

describe('what is spoken aloud', () => {
  it('is a promise broken or restored, once, and nothing at the first look', () => {
    const fine = rowsOf([queue('phone'), queue('chat')], { phone: 100, chat: 50 })
    const worse = rowsOf([queue('phone'), queue('chat')], { phone: 400, chat: 50 })
    expect(turned(undefined, worse)).toEqual({ broken: [], restored: [] })
    expect(turned(fine, worse).broken.map(({ channel }) => channel)).toEqual(['phone'])
    expect(turned(worse, worse)).toEqual({ broken: [], restored: [] })
    expect(turned(worse, fine).restored.map(({ channel }) => channel)).toEqual(['phone'])
  })
})

const agent = (agentId: string, more: Partial<Agent> = {}): Agent => ({
  agentId,
  presence: 'ready',
  since: ago(60),
  skills: [],
  contacts: [],
  offers: [],
  ...more,
})

describe('people', () => {
  it('who could help have the skill at its level and are on a pause', () => {
    const rows = rowsOf([queue('phone')], { phone: 500 })
    const agents = [
      agent('able', { presence: 'paused', skills: [{ skill: 'voice', level: 2 }] }),
      agent('beginner', { presence: 'paused', skills: [{ skill: 'voice', level: 1 }] }),
      agent('ready', { skills: [{ skill: 'voice', level: 3 }] }),
    ]
    expect(couldHelp(rows, agents, POLICY).map((one) => one.agent.agentId)).toEqual(['able'])
    expect(couldHelp(rowsOf([queue('phone')], { phone: 10 }), agents, POLICY)).toEqual([])
  })

  it('are listed at work first; who is gone stands apart', () => {
    const contacts = [{ contactId: 'c', journeyId: 'j', channel: 'chat', state: 'assigned' }]
    const { here, gone } = peopleByState([
      agent('gone', { presence: 'signed-off' }),
      agent('pause', { presence: 'paused' }),
      agent('ready'),
      agent('working', { contacts }),
      // Signed off while she still writes it down.
      agent('last', { presence: 'signed-off', contacts }),
    ])
    expect(here.map(({ agentId }) => agentId)).toEqual(['working', 'last', 'ready', 'pause'])
    expect(gone.map(({ agentId }) => agentId)).toEqual(['gone'])
  })
})

describe('the hours of today', () => {
  it('know when a channel is shut in the zone of the policy', () => {
    // 20 November is a Friday; Lisbon is at UTC then.
    expect(isClosedAt(POLICY, 'phone', Date.parse('2026-11-20T17:00:00.000Z'))).toBe(false)
    expect(isClosedAt(POLICY, 'phone', Date.parse('2026-11-20T18:00:00.000Z'))).toBe(true)
    expect(isClosedAt(POLICY, 'phone', Date.parse('2026-11-21T12:00:00.000Z'))).toBe(true)
    expect(isClosedAt(POLICY, 'phone', Date.parse('2026-12-25T12:00:00.000Z'))).toBe(true)
    expect(isClosedAt(POLICY, 'chat', Date.parse('2026-11-20T02:00:00.000Z'))).toBe(false)
  })

  it('stand from 8 to 20, and from earlier where somebody asked earlier; what is to come stays empty', () => {
    const from = '2026-11-20T00:00:00.000Z'
    const hours: Hours = {
      asWas: ago(0),
      from,
      until: ago(0),
      channels: [
        {
          channel: 'phone',
          promised: { seconds: 300, share: 80 },
          hours: [
            {
              from: '2026-11-20T06:00:00.000Z',
              answered: 2,
              unanswered: 0,
              waiting: 0,
              median: 400,
              kept: 0,
              word: 'missed',
            },
          ],
        },
      ],
    }
    const grid = gridOf(hours, POLICY, NOW)
    expect(grid.hours).toHaveLength(14)
    const states = grid.rows[0]?.cells.map(({ state }) => state)
    expect(states).toEqual([
      'measured',
      'closed',
      ...Array.from({ length: 7 }, () => 'empty'),
      ...Array.from({ length: 3 }, () => 'future'),
      'closed',
      'closed',
    ])
    expect(grid.rows[0]?.cells[0]).toMatchObject({
      word: 'missed',
      median: 400,
      until: '2026-11-20T07:00:00.000Z',
    })
  })
})
