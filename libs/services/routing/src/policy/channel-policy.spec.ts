import { Refused } from '@throughline/kernel'
import { parse } from 'yaml'
import { CARE_POLICY, careWith } from './care-policy.example.js'
import { answerWithin, dueAfterMove, levelOf, mayMove, policyFor } from './channel-policy.js'
import { checkChannelPolicy, publishable } from './channel-policy.checks.js'
import { readChannelPolicy } from './channel-policy.reader.js'

/** The example as its author writes it. */
const CARE = `
policy: care
timezone: Europe/Lisbon
order: [chat, phone, callback, message, store, email, webform]
urgency:
  - {id: U1, when: {reason: [no-heating, water-leak, card-stolen]}, is: critical}
  - {id: U2, when: {thing: booking, startsWithin: 24h}, is: high}
value:
  - {id: V1, when: {segment: [premium]}, is: high}
channels:
  chat:     {pace: immediate, active: true, from: [{urgency: normal}, {value: high}], hours: weekdays, queue: care, need: [chat], waitLimit: {upper: 5m, back: 3m}}
  phone:    {pace: immediate, active: true, from: [{urgency: high}, {value: high}], hours: always, queue: care, need: [voice], waitLimit: {upper: 8m, back: 5m}}
  callback: {pace: soon, active: true, from: [{urgency: normal}], hours: weekdays, queue: care, need: [voice], within: 2h}
  message:  {pace: soon, active: true, from: [{}], hours: weekdays, queue: care, need: [message], waitLimit: {upper: 1h, back: 40m}}
  store:    {pace: soon, active: true, from: [{urgency: normal}], hours: shops, queue: shops, need: [store], within: 1bd}
  webform:  {pace: slow, active: true, from: [{}], hours: always, queue: mail, need: [mail], within: 2bd}
  email:    {pace: slow, active: true, from: [{}], hours: always, queue: mail, need: [mail], within: 1bd, backlogLimit: 400}
answerWithin: {critical: 30s, high: 90s, normal: 180s, trivial: 300s, less: {value.high: 60s}}
guarantee: {when: [{urgency: high}, {value: high}], pace: immediate, channels: [phone, chat], else: [callback]}
segments: {public-sector: {answerWithin: {normal: 120s}, channels: {store: {from: [{}]}}}}
hours: {weekdays: {mon-fri: 08:00-20:00, except: {'2027-01-01': closed}}, shops: {mon-sat: 09:30-19:00}, always: 00:00-24:00}
escalation:
  - {from: chat, to: [phone, callback], by: [customer, agent, dropped], keeps: due}
  - {from: email, to: [message, phone], by: [agent, overdue], less: 60s}
  - {from: phone, to: [phone], by: [transfer], keeps: due}
`

function problemsOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    if (error instanceof Refused) {
      expect([error.kind, error.code]).toEqual(['invalid', 'routing.policy-invalid'])
      return error.detail.more?.problems
    }
    throw error
  }
  return []
}

const AT = Date.UTC(2026, 10, 24, 12)

describe('a channel policy as data', () => {
  it('is the same written as YAML', () => {
    expect(parse(CARE)).toEqual(CARE_POLICY)
  })

  it('is read in the shape its author writes, durations and hours included', () => {
    const policy = publishable(careWith())
    expect(policy.channels.chat).toEqual({
      pace: 'immediate',
      active: true,
      from: [{ urgency: 'normal' }, { value: 'high' }],
      hours: 'weekdays',
      queue: 'care',
      need: ['chat'],
      rings: [],
      waitLimit: { upper: 300_000, back: 180_000, by: 'QLm' },
    })
    expect(policy.channels.webform?.within).toEqual({ businessDays: 2 })
    expect(policy.hours.shops?.week.map((day) => day.length)).toEqual([1, 1, 1, 1, 1, 1, 0])
    expect(policy.hours.weekdays?.except).toEqual({ '2027-01-01': [] })
    expect(policy.hours.always?.week[6]).toEqual([[0, 1440]])
  })

  it('survives the event it is published in', () => {
    const policy = publishable(careWith())
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy)
  })

  it('tells every mistake with its place and a sentence', () => {
    const raw = careWith({
      'channels.chat.pace': 'quick',
      'channels.phone.waitLimit.upper': '8 minutes',
      'hours.shops': { 'mon-sunday': '09:30-19:00' },
      'hours.always': '00:00-25:00',
      timezone: 'Europe/Atlantis',
      surprise: 1,
    })
    expect(problemsOf(() => readChannelPolicy(raw))).toEqual([
      expect.objectContaining({ field: 'surprise' }),
      { field: 'timezone', problem: 'There is no time zone "Europe/Atlantis".' },
      { field: 'channels.chat.pace', problem: 'This is one of immediate, soon, slow.' },
      {
        field: 'channels.phone.waitLimit.upper',
        problem: 'A duration is a whole number with s, m, h or d, such as 90s or 2h.',
      },
      expect.objectContaining({ field: 'hours.shops.mon-sunday' }),
      expect.objectContaining({ field: 'hours.always' }),
    ])
  })

  it.each([undefined, null, 7, 'care', [], { __proto__: { policy: 'care' } }])('refuses %p', (raw) => {
    expect(problemsOf(() => readChannelPolicy(raw))).not.toEqual([])
  })

  it('finds the urgency and value of a journey, with the rule that said so (C12)', () => {
    const policy = publishable(careWith())
    expect(levelOf(policy, { reason: 'water-leak' }, AT).urgency).toEqual({ is: 'critical', by: 'U1' })
    expect(levelOf(policy, { thing: 'booking', startsAt: AT + 3_600_000 }, AT).urgency).toEqual({
      is: 'high',
      by: 'U2',
    })
    expect(levelOf(policy, { thing: 'booking', startsAt: AT + 90_000_000 }, AT).urgency.by).toBe('default')
    expect(levelOf(policy, { segment: 'premium' }, AT).value).toEqual({ is: 'high', by: 'V1' })
    expect(levelOf(policy, {}, AT)).toEqual({
      urgency: { is: 'normal', by: 'default' },
      value: { is: 'standard', by: 'default' },
    })
  })

  it('varies by segment, as a whole policy (C52)', () => {
    const policy = publishable(careWith())
    const normal = { urgency: 'normal', value: 'standard' } as const
    expect(answerWithin(policy, normal)).toBe(180_000)
    expect(answerWithin(policyFor(policy, 'public-sector'), normal)).toBe(120_000)
    expect(policyFor(policy, 'public-sector').channels.store?.from).toEqual([{}])
    expect(policyFor(policy, 'constructor')).toBe(policy)
    expect(answerWithin(policy, { urgency: 'critical', value: 'high' })).toBe(0)
  })

  it('allows only the moves of its escalation map, and never a later due time (C75)', () => {
    const policy = publishable(careWith())
    const edge = mayMove(policy, 'email', 'phone', 'overdue')
    expect(edge === undefined ? undefined : dueAfterMove(edge, 100_000)).toBe(40_000)
    expect(mayMove(policy, 'chat', 'callback', 'dropped')).toMatchObject({ less: 0 })
    expect(mayMove(policy, 'phone', 'chat', 'customer')).toBeUndefined()
    expect(mayMove(policy, 'chat', 'phone', 'transfer')).toBeUndefined()
  })
})

describe('publishing a channel policy (C32)', () => {
  const refusals: readonly (readonly [string, Readonly<Record<string, unknown>>, string, RegExp])[] = [
    ['the order names a channel that is not there', { 'order.0': 'fax' }, 'order.0', /no channel "fax"/],
    ['a channel has no place in the order', { order: ['chat'] }, 'order', /no place in the order/],
    [
      'a channel names hours that are not there',
      { 'channels.chat.hours': 'nights' },
      'channels.chat.hours',
      /no hours/,
    ],
    [
      'the escalation map names what is not there',
      { 'escalation.0.to': ['fax'] },
      'escalation.0.to',
      /no channel/,
    ],
    [
      'a guaranteed level has nothing immediate at some hour',
      { 'channels.phone.hours': 'weekdays' },
      'guarantee.channels',
      /mon 00:00 to mon 08:00, mon 20:00 to tue 08:00/,
    ],
    [
      'the only immediate channel around the clock is off',
      { 'channels.phone.active': false },
      'guarantee.channels',
      /no immediate/,
    ],
    [
      'a rule makes contacts urgent that nothing guarantees somebody at once (C12)',
      { 'guarantee.when': [{ urgency: 'critical' }, { value: 'high' }] },
      'urgency.1',
      /The rule U2 makes a contact high, and at standard value nothing guarantees it/,
    ],
    [
      'what is guaranteed to the urgent is not immediate (C12)',
      { 'guarantee.pace': 'soon', 'guarantee.channels': ['callback'] },
      'urgency.0',
      /The rule U1 makes a contact critical/,
    ],
    [
      'every hour of the week is an accepted gap (C12)',
      { 'channels.phone.active': false, 'channels.chat.active': false, 'guarantee.acceptGap': ['always'] },
      'guarantee.channels',
      /\(rule U2\) no immediate channel is ever open/,
    ],
    [
      'automatic moves go round in a circle',
      { 'escalation.2': { from: 'phone', to: ['email'], by: ['overdue'], keeps: 'due' } },
      'escalation.1',
      /circle/,
    ],
    [
      'a channel has no way to a person',
      { 'channels.webform.queue': undefined },
      'channels.webform',
      /way to a person/,
    ],
    [
      'a rule is hidden by an earlier one',
      { 'urgency.1': { id: 'U2', when: { reason: 'water-leak', thing: 'home' }, is: 'high' } },
      'urgency.1.when',
      /U1 comes first/,
    ],
    ['a rule lists nothing', { 'urgency.0.when.reason': [] }, 'urgency.0.when', /can never match/],
    ['no rule gives a level that a channel asks for', { value: [] }, 'channels.chat.from.1', /no rule gives/],
    [
      'a move is there twice',
      { 'escalation.2': { from: 'chat', to: ['phone'], by: ['agent'], less: '5s' } },
      'escalation.2',
      /already/,
    ],
    [
      'a channel comes back above its limit',
      { 'channels.chat.waitLimit.back': '6m' },
      'channels.chat.waitLimit.back',
      /above/,
    ],
    [
      'the estimate of a gate is not monotone',
      { 'channels.chat.waitLimit.by': 'LES' },
      'channels.chat.waitLimit.by',
      /not monotone/,
    ],
    [
      'more urgency would be answered later',
      { 'answerWithin.critical': '2m' },
      'answerWithin.critical',
      /not monotone/,
    ],
    [
      'more value would be answered later',
      { 'answerWithin.less': { 'value.low': '9s' } },
      'answerWithin.less.value.standard',
      /not monotone/,
    ],
    [
      'the policy of a segment breaks the guarantee',
      { segments: { 'public-sector': { channels: { phone: { active: false } } } } },
      'segments.public-sector.guarantee.channels',
      /no immediate/,
    ],
  ]
  it.each(refusals)('is refused when %s', (_, changes, field, sentence) => {
    expect(problemsOf(() => publishable(careWith(changes)))).toContainEqual(
      expect.objectContaining({ field, problem: expect.stringMatching(sentence) as unknown }),
    )
  })

  it('is allowed with a gap that is named and accepted', () => {
    const changes = {
      'channels.phone.hours': 'weekdays',
      'hours.nights': {
        'mon-fri': ['00:00-08:00', '20:00-24:00'],
        'sat-sun': '00:00-24:00',
      },
      'guarantee.acceptGap': ['nights'],
    }
    expect(problemsOf(() => publishable(careWith(changes)))).toEqual([])
  })

  it('checks names from elsewhere where they are known', () => {
    const problems = checkChannelPolicy(readChannelPolicy(careWith()), {
      queues: ['care', 'mail'],
      skills: ['chat', 'voice', 'message', 'store'],
      reasons: ['no-heating', 'water-leak'],
      things: ['booking'],
      segments: ['premium'],
    })
    expect(problems.map(({ field }) => field).sort()).toEqual([
      'channels.email.need',
      'channels.store.queue',
      'channels.webform.need',
      'segments.public-sector',
      'urgency.0.when.reason',
    ])
  })

  it('tells a mistake of the base once, not again for each segment', () => {
    const problems = problemsOf(() => publishable(careWith({ 'channels.chat.waitLimit.back': '6m' })))
    expect(problems).toHaveLength(1)
  })
})
