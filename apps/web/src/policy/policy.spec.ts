import fc from 'fast-check'
import { at, put } from './document'
import type { Doc } from './document'
import { difference, partOf } from './difference'
import { hasMove, movesOf, MOVERS, toggleMove } from './moves'
import { DAYS, readOpening, timesFrom, writeOpening } from './opening'
import { AXES, channelsFor, freeId, LEVELS, moveRule, readRule, rulesOf, setRule, writeRule } from './rules'
import type { Sentence } from './rules'
import { readSpan, secondsOf, spanOf, writeSpan } from './span'
import { STARTING_POLICY } from './starting-policy'

const code = fc.constantFrom('water-leak', 'no-heating', 'late', 'bill', 'card-stolen')
const channel = fc.constantFrom('chat', 'phone', 'callback', 'message', 'store')
const span = fc.constantFrom('30s', '90s', '5m', '2h', '1d')
const unknown = fc.dictionary(fc.stringMatching(/^x-[a-z]{1,5}$/), fc.jsonValue(), { maxKeys: 2 })
const oneOrMore = fc.oneof(code, fc.uniqueArray(code, { minLength: 1, maxLength: 3 }))

const when = fc
  .tuple(
    fc.record(
      { reason: oneOrMore, thing: oneOrMore, segment: oneOrMore, startsWithin: span },
      { requiredKeys: [] },
    ),
    unknown,
  )
  .map(([known, others]) => ({ ...known, ...others }))

const rule = (axis: 'urgency' | 'value') =>
  fc
    .tuple(
      fc.record({ id: fc.stringMatching(/^[UV][1-9]$/), when, is: fc.constantFrom(...LEVELS[axis]) }),
      unknown,
    )
    .map(([known, others]) => ({ ...known, ...others }))

const edge = fc
  .tuple(
    fc.record({
      from: channel,
      to: fc.uniqueArray(channel, { minLength: 1, maxLength: 3 }),
      by: fc.uniqueArray(fc.constantFrom(...MOVERS), { minLength: 1, maxLength: 3 }),
    }),
    fc.oneof(fc.constant({ keeps: 'due' }), fc.constant({ less: '60s' })),
  )
  .map(([known, others]) => ({ ...known, ...others }))

const time = fc.constantFrom('08:00-12:00', '09:30-13:00', '00:00-24:00')
const times = fc.oneof(time, fc.constant('closed'), fc.constant(['08:00-12:00', '14:00-18:00']))
const hours = fc.oneof(
  times,
  fc.record(
    {
      'mon-fri': times,
      sat: times,
      sun: times,
      except: fc.dictionary(fc.constantFrom('2027-01-01', '2026-12-25'), times),
    },
    { requiredKeys: [] },
  ),
)

const policy: fc.Arbitrary<Doc> = fc
  .tuple(
    fc.record({
      policy: fc.constant('care'),
      order: fc.uniqueArray(channel),
      urgency: fc.uniqueArray(rule('urgency'), { selector: ({ id }) => id, maxLength: 4 }),
      value: fc.uniqueArray(rule('value'), { selector: ({ id }) => id, maxLength: 3 }),
      hours: fc.dictionary(fc.constantFrom('always', 'days', 'shops'), hours),
      escalation: fc.array(edge, { maxLength: 5 }),
      channels: fc.dictionary(channel, unknown),
    }),
    unknown,
  )
  .map(([known, others]) => ({ ...known, ...others }))

describe('a policy as sentences', () => {
  it('is byte for byte the same when nothing is edited: every rule read and written as it reads', () => {
    fc.assert(
      fc.property(policy, (doc) => {
        let same = doc
        for (const axis of AXES) {
          for (const [place, raw] of rulesOf(doc, axis).entries()) {
            expect(writeRule(raw, readRule(raw))).toBe(raw)
            same = setRule(same, axis, place, readRule(raw))
          }
          same = moveRule(same, axis, 0, 0)
        }
        expect(same).toBe(doc)
        expect(JSON.stringify(same)).toBe(JSON.stringify(doc))
      }),
    )
  })

  it('keeps what the page does not know of through every edit of a rule', () => {
    const edit: fc.Arbitrary<Partial<Sentence>> = fc.record(
      {
        things: fc.uniqueArray(code),
        reasons: fc.uniqueArray(code),
        segments: fc.uniqueArray(code),
        startsWithin: fc.oneof(fc.constant(undefined), fc.constant({ amount: 3, unit: 'h' } as const)),
        is: fc.constantFrom(...LEVELS.urgency),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(rule('urgency'), edit, (raw, changes) => {
        const wanted = { ...readRule(raw), ...changes }
        const written = writeRule(raw, wanted)
        expect(readRule(written)).toEqual(wanted)
        const strange = (one: unknown) =>
          Object.entries(one as object).filter(([name]) => name.startsWith('x-'))
        expect(strange(written)).toEqual(strange(raw))
        expect(strange(written.when)).toEqual(strange(raw.when))
      }),
    )
  })

  it('puts a value into its place and changes nothing else', () => {
    expect(put({ a: [{ b: 1, c: 2 }], d: 3 }, ['a', 0, 'b'], 9)).toEqual({ a: [{ b: 9, c: 2 }], d: 3 })
    expect(JSON.stringify(put({ a: 1, b: 2, c: 3 }, ['b'], 9))).toBe('{"a":1,"b":9,"c":3}')
    expect(put({ a: 1, b: 2 }, ['b'], undefined)).toEqual({ a: 1 })
    expect(put({ a: [1, 2, 3] }, ['a', 1], undefined)).toEqual({ a: [1, 3] })
    expect(put({}, ['a', 'b'], 1)).toEqual({ a: { b: 1 } })
  })

  it('gives a new rule a name that no rule has', () => {
    expect(freeId({ urgency: [{ id: 'U1' }, { id: 'U7' }, { id: 'fire' }] }, 'urgency')).toBe('U8')
    expect(freeId({}, 'value')).toBe('V1')
  })

  it('tells which channels a level is offered, in the order of the policy (C70)', () => {
    const usual = channelsFor(STARTING_POLICY, { urgency: 'normal', value: 'standard' })
    expect(usual).toEqual(['chat', 'phone', 'callback', 'message'])
    expect(channelsFor(STARTING_POLICY, { urgency: 'trivial', value: 'low' })).toEqual(['message'])
    const off = put(STARTING_POLICY, ['channels', 'chat', 'active'], false)
    expect(channelsFor(off, { urgency: 'critical', value: 'high' })).not.toContain('chat')
  })
})

describe('the escalation map (C75)', () => {
  const move = fc.record({ from: channel, to: channel, by: fc.constantFrom(...MOVERS) })
  const key = ({ from, to, by }: { from: string; to: string; by: string }): string => `${from} ${to} ${by}`

  it('gains or loses exactly the one move that is ticked', () => {
    fc.assert(
      fc.property(policy, move, (doc, one) => {
        const before = new Set(movesOf(doc).map(key))
        const toggled = toggleMove(doc, one)
        const after = new Set(movesOf(toggled).map(key))
        expect(hasMove(toggled, one)).toBe(!before.has(key(one)))
        const differ = [...before, ...after].filter((each) => before.has(each) !== after.has(each))
        expect(differ).toEqual([key(one)])
      }),
    )
  })

  it('leaves how a move hurries a contact as it was', () => {
    const doc = {
      escalation: [{ from: 'email', to: ['message', 'phone'], by: ['agent', 'overdue'], less: '60s' }],
    }
    expect(toggleMove(doc, { from: 'email', to: 'phone', by: 'overdue' }).escalation).toEqual([
      { from: 'email', to: ['message'], by: ['agent', 'overdue'], less: '60s' },
      { from: 'email', to: ['phone'], by: ['agent'], less: '60s' },
    ])
    const added = toggleMove(doc, { from: 'email', to: 'chat', by: 'agent' })
    expect(at(added, ['escalation', 1])).toEqual({ from: 'email', to: ['chat'], by: ['agent'], keeps: 'due' })
  })
})

describe('opening hours', () => {
  it('read the same after they are written', () => {
    fc.assert(
      fc.property(hours, (raw) => {
        const opening = readOpening(raw)
        expect(readOpening(writeOpening(raw, opening))).toEqual(opening)
      }),
    )
  })

  it('are written as shortly as a person would', () => {
    const week = DAYS.map((day) => (day === 'sun' ? [] : day === 'sat' ? ['09:00-13:00'] : ['08:00-20:00']))
    expect(writeOpening({}, { week, except: [{ date: '2027-01-01', times: [] }] })).toEqual({
      'mon-fri': '08:00-20:00',
      sat: '09:00-13:00',
      except: { '2027-01-01': 'closed' },
    })
    expect(writeOpening({}, { week: DAYS.map(() => ['00:00-24:00']), except: [] })).toBe('00:00-24:00')
  })

  it.each([
    ['8-12, 14:00 – 18:30', ['08:00-12:00', '14:00-18:30']],
    ['14-18; 8-12', ['08:00-12:00', '14:00-18:00']],
    ['', []],
    ['0:00-24:00', ['00:00-24:00']],
    ['20-8', undefined],
    ['8-12, 11-13', undefined],
    ['8:70-9', undefined],
    ['morning', undefined],
  ])('understand “%s”', (text, times) => {
    expect(timesFrom(text)).toEqual(times)
  })
})

describe('the difference to the live version', () => {
  it('is none of a version with itself', () => {
    fc.assert(
      fc.property(policy, (doc) => {
        expect(difference(doc, structuredClone(doc))).toEqual([])
      }),
    )
  })

  it('is never silent about a change', () => {
    fc.assert(
      fc.property(policy, policy, (one, other) => {
        if (JSON.stringify(one) !== JSON.stringify(other) && difference(one, other).length === 0) {
          // Then both mean the same in other words: the same hours, the same moves, another order of members.
          for (const axis of AXES)
            expect(rulesOf(other, axis).map(readRule)).toEqual(rulesOf(one, axis).map(readRule))
        }
      }),
    )
  })

  it('names each thing that was changed, once', () => {
    let draft: Doc = STARTING_POLICY
    draft = put(draft, ['urgency', 0, 'is'], 'critical')
    draft = put(draft, ['channels', 'chat', 'waitLimit', 'upper'], '4m')
    draft = put(draft, ['channels', 'callback', 'active'], false)
    draft = put(draft, ['answerWithin', 'normal'], '120s')
    draft = put(draft, ['order'], ['phone', 'chat', 'callback', 'message'])
    draft = toggleMove(draft, { from: 'message', to: 'callback', by: 'agent' })
    const changes = difference(STARTING_POLICY, draft)
    expect(changes.map(({ kind }) => kind)).toEqual([
      'rule-changed',
      'channel-limit',
      'channel-active',
      'order',
      'move-added',
      'wait',
    ])
    expect(changes.map(partOf)).toEqual(['rules', 'channels', 'channels', 'channels', 'moves', 'waits'])
  })

  it('tells a rule that came, one that went, and another order', () => {
    const three = { urgency: ['U1', 'U2', 'U3'].map((id) => ({ id, when: { reason: [id] }, is: 'high' })) }
    const other = { urgency: ['U3', 'U4', 'U2'].map((id) => ({ id, when: { reason: [id] }, is: 'high' })) }
    expect(difference(three, other)).toMatchObject([
      { kind: 'rule-added', rule: { id: 'U4' } },
      { kind: 'rule-removed', rule: { id: 'U1' } },
      { kind: 'rules-order', after: ['U3', 'U2'] },
    ])
  })
})

describe('a length of time', () => {
  it('is written as it was read', () => {
    for (const text of ['90s', '5m', '2h', '1d', '1bd']) {
      const read = readSpan(text)
      expect(read && writeSpan(read)).toBe(text)
    }
    expect(readSpan('soon')).toBeUndefined()
    expect([secondsOf('2h'), secondsOf('1bd')]).toEqual([7_200, undefined])
    expect([spanOf(120), spanOf(90), spanOf(7_200)].map(writeSpan)).toEqual(['2m', '90s', '2h'])
  })
})
