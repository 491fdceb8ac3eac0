import fc from 'fast-check'
import { careWith } from './care-policy.example.js'
import { evaluateAtLevel, evaluateChannels } from './channel-offers.js'
import type { ChannelStanding, Evaluation, EvaluationInput, Gates, Snapshot } from './channel-offers.js'
import { reaches, policyFor, URGENCIES, VALUES } from './channel-policy.js'
import type { Level } from './channel-policy.js'
import { publishable } from './channel-policy.checks.js'
import { isOpen } from './opening-hours.js'

const CARE = publishable(careWith())
const TUESDAY = Date.UTC(2026, 10, 24, 12)
const TUESDAY_NIGHT = Date.UTC(2026, 10, 24, 23)

const quiet: ChannelStanding = {
  signedOn: 4,
  scheduled: true,
  backlog: 0,
  servers: 4,
  idle: 1,
  handle: 171,
  patience: 330,
  arrivals: [],
  due: [],
}
const busy = (ahead: number): ChannelStanding => ({
  ...quiet,
  idle: 0,
  due: Array.from({ length: ahead }, () => 0),
})
const everywhere = (standing: ChannelStanding): Snapshot => ({
  channels: Object.fromEntries(CARE.order.map((channel) => [channel, standing])),
})
const input = (more: Partial<EvaluationInput> = {}): EvaluationInput => ({
  policy: CARE,
  version: 12,
  facts: {},
  snapshot: everywhere(quiet),
  gates: {},
  at: TUESDAY,
  ...more,
})
const offered = ({ decision }: Evaluation) =>
  decision.channels.filter((channel) => channel.offered).map((channel) => channel.channel)
const because = ({ decision }: Evaluation, name: string) =>
  decision.channels.find((channel) => channel.channel === name)?.because

describe('the channels a journey is offered (C11, C12, C70, C71, C72)', () => {
  it('come in the order of the policy', () => {
    expect(offered(evaluateChannels(input()))).toEqual([
      'chat',
      'callback',
      'message',
      'store',
      'email',
      'webform',
    ])
  })

  it('hold an immediate one for the urgent and the valuable', () => {
    const urgent = evaluateChannels(input({ facts: { reason: 'water-leak' } }))
    expect(offered(urgent)).toContain('phone')
    expect(because(urgent, 'phone')).toEqual(['from', 'guarantee'])
    expect(offered(evaluateChannels(input({ facts: { segment: 'premium' } })))).toContain('phone')
    expect(because(evaluateChannels(input()), 'phone')).toEqual(['level'])
  })

  it('are for the trivial the slow ones and messages', () => {
    const policy = publishable(
      careWith({ 'urgency.0': { id: 'U0', when: { reason: 'newsletter' }, is: 'trivial' } }),
    )
    const trivial = evaluateChannels(input({ policy, facts: { reason: 'newsletter' } }))
    expect(offered(trivial)).toEqual(['message', 'email', 'webform'])
  })

  it('leave out what is off, closed, unstaffed or full, each with its reason', () => {
    const off = publishable(careWith({ 'channels.store.active': false }))
    const channels = {
      ...everywhere(quiet).channels,
      callback: { ...quiet, signedOn: 0 },
      email: { ...quiet, backlog: 400 },
    }
    const evaluation = evaluateChannels(input({ policy: off, snapshot: { channels } }))
    expect(because(evaluation, 'store')).toEqual(['inactive'])
    expect(because(evaluation, 'callback')).toEqual(['unstaffed'])
    expect(because(evaluation, 'email')).toEqual(['backlogLimit'])
    expect(because(evaluateChannels(input({ at: TUESDAY_NIGHT })), 'chat')).toEqual(['closed'])
  })

  it('leave out what closes before the turn would come', () => {
    const at = Date.UTC(2026, 10, 24, 19, 58)
    const evaluation = evaluateChannels(input({ at, snapshot: everywhere(busy(3)) }))
    expect(because(evaluation, 'chat')).toEqual(['closes-before'])
    expect(offered(evaluation)).toContain('callback')
  })

  it('leave out a chat that would wait too long, until the wait is well below the limit', () => {
    const first = evaluateChannels(input({ snapshot: everywhere(busy(12)) }))
    expect(because(first, 'chat')).toEqual(['waitLimit'])
    expect(first.moved).toContainEqual(
      expect.objectContaining({ channel: 'chat', level: 'normal/standard', shut: true }),
    )
    const between = evaluateChannels(input({ snapshot: everywhere(busy(3)), gates: first.gates }))
    expect(because(between, 'chat')).toEqual(['waitLimit'])
    expect(because(evaluateChannels(input({ snapshot: everywhere(busy(3)) })), 'chat')).toEqual(['from'])
    const after = evaluateChannels(input({ snapshot: everywhere(busy(0)), gates: between.gates }))
    expect(because(after, 'chat')).toEqual(['from'])
    expect(after.moved).toContainEqual(expect.objectContaining({ level: 'normal/standard', shut: false }))
  })

  it('keep the guaranteed channel in spite of its wait, and say so', () => {
    const evaluation = evaluateChannels(
      input({ facts: { reason: 'no-heating' }, snapshot: everywhere(busy(40)) }),
    )
    expect(because(evaluation, 'phone')).toEqual(['from', 'guarantee', 'wait-waived'])
    expect(evaluation.decision.shortfall).toBeNull()
  })

  it('name the shortfall when nobody immediate is there, with what there is instead and when', () => {
    const channels = { ...everywhere(quiet).channels, phone: { ...quiet, signedOn: 0 } }
    const { decision } = evaluateChannels(
      input({ at: TUESDAY_NIGHT, facts: { reason: 'no-heating' }, snapshot: { channels } }),
    )
    expect(decision.shortfall).toEqual({
      pace: 'immediate',
      because: [
        { channel: 'chat', because: ['closed'] },
        { channel: 'phone', because: ['unstaffed'] },
      ],
      else: [{ channel: 'callback', at: Date.UTC(2026, 10, 25, 10) }],
    })
  })

  it('count as ahead whoever is due at the same time, for she came first', () => {
    const standing = { ...quiet, idle: 0, due: [TUESDAY + 180_000, TUESDAY + 180_001] }
    const { decision } = evaluateChannels(input({ snapshot: everywhere(standing) }))
    expect(decision.channels[0]?.wait?.ahead).toBe(1)
  })

  it('record what the decision was made of', () => {
    const { decision } = evaluateChannels(
      input({ facts: { reason: 'water-leak' }, snapshot: everywhere(busy(9)) }),
    )
    expect(decision).toMatchObject({
      policy: 'care@12',
      engine: 1,
      at: TUESDAY,
      segment: null,
      level: { urgency: { is: 'critical', by: 'U1' }, value: { is: 'standard', by: 'default' } },
      answerWithin: 30_000,
    })
    expect(decision.channels[0]?.wait).toMatchObject({
      by: 'QLm@0',
      ahead: 9,
      servers: 4,
      handle: 171,
      patience: 330,
      dueBy: TUESDAY + 30_000,
    })
  })
})

const anyStanding: fc.Arbitrary<ChannelStanding> = fc.record({
  signedOn: fc.constantFrom(0, 1, 5),
  scheduled: fc.boolean(),
  backlog: fc.constantFrom(0, 399, 400),
  servers: fc.constantFrom(0, 0.5, 1, 5),
  idle: fc.constantFrom(0, 1),
  handle: fc.constantFrom(60, 171, 600),
  patience: fc.constantFrom(null, 60, 330),
  arrivals: fc.array(
    fc.record({
      target: fc.constantFrom(0, 30, 90, 120, 180, 300),
      rate: fc.double({ min: 0, max: 0.2, noNaN: true }),
    }),
    { maxLength: 3 },
  ),
  due: fc
    .array(fc.integer({ min: -300_000, max: 400_000 }), { maxLength: 25 })
    .map((due) => due.sort((a, b) => a - b)),
})
const anyMoment = fc.record({
  at: fc.integer({ min: Date.UTC(2026, 9, 20), max: Date.UTC(2027, 0, 4) }),
  channels: fc.tuple(...CARE.order.map(() => anyStanding)),
  present: fc.tuple(...CARE.order.map(() => fc.boolean().map((here) => here))),
})
/** Moments one after the other, so that the gates are such as can come about. */
const anyDay = fc.record({
  moments: fc.array(anyMoment, { minLength: 1, maxLength: 3 }),
  segment: fc.constantFrom(undefined, 'premium', 'public-sector'),
})

describe('whatever the day', () => {
  it('the offer keeps what is promised of it', () => {
    fc.assert(
      fc.property(anyDay, ({ moments, segment }) => {
        let gates: Gates = {}
        for (const { at, channels, present } of moments) {
          const standings = CARE.order.flatMap((name, n) => {
            const standing = channels[n]
            if (standing === undefined || present[n] === false) return []
            return [[name, { ...standing, due: standing.due.map((due) => at + due) }] as const]
          })
          const now = input({
            at,
            gates,
            snapshot: { channels: Object.fromEntries(standings) },
            facts: segment === undefined ? {} : { segment },
          })
          gates = holds(now)
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** All levels at one moment. What is broken is collected and asserted once: a matcher call costs more than the rules. */
function holds(now: EvaluationInput): Gates {
  const policy = policyFor(now.policy, now.facts.segment)
  const copy = structuredClone(now)
  const by = new Map<string, ReadonlySet<string>>()
  const broken: string[] = []
  let { gates } = now
  for (const level of LEVELS) {
    const name = `${level.urgency}/${level.value}`
    const explained = {
      urgency: { is: level.urgency, by: 'test' },
      value: { is: level.value, by: 'test' },
    }
    const evaluation = evaluateAtLevel(now, explained)
    const names = new Set(offered(evaluation))
    by.set(name, names)
    gates = evaluation.gates
    for (const { channel, offered: isOffered, because: reasons } of evaluation.decision.channels) {
      if (reasons.length === 0) broken.push(`${name} ${channel} without a reason`)
      const rule = policy.channels[channel]
      const hours = policy.hours[rule?.hours ?? '']
      const standing = now.snapshot.channels[channel]
      if (!isOffered || rule === undefined || hours === undefined) continue
      const staffed = (standing?.signedOn ?? 0) > 0 || (rule.pace === 'slow' && standing?.scheduled === true)
      if (!rule.active || !staffed) broken.push(`${name} ${channel} offered though off or unstaffed`)
      if (!isOpen(hours, policy.timezone, now.at)) broken.push(`${name} ${channel} offered though closed`)
    }
    const guaranteed = policy.guarantee !== undefined && reaches(policy.guarantee.when, level)
    const immediate = names.has('phone') || names.has('chat')
    if ((evaluation.decision.shortfall !== null) !== (guaranteed && !immediate)) {
      broken.push(`${name} shortfall`)
    }
    if (
      level.urgency === 'high' &&
      JSON.stringify(evaluateAtLevel(copy, explained)) !== JSON.stringify(evaluation)
    ) {
      broken.push(`${name} another decision from the same input`)
    }
  }
  for (const [lower, upper] of STEPS) {
    for (const name of by.get(lower) ?? []) {
      if (by.get(upper)?.has(name) !== true) broken.push(`${name} at ${lower} and not at ${upper}`)
    }
  }
  expect(broken).toEqual([])
  return gates
}

const LEVELS: readonly Level[] = URGENCIES.flatMap((urgency) => VALUES.map((value) => ({ urgency, value })))

/** Every pair of levels of which the second has one step more of urgency or of value. */
const STEPS = URGENCIES.flatMap((urgency, u) =>
  VALUES.flatMap((value, v) => {
    const [more, higher] = [URGENCIES[u + 1], VALUES[v + 1]]
    const from = `${urgency}/${value}`
    return [
      ...(more === undefined ? [] : [[from, `${more}/${value}`] as const]),
      ...(higher === undefined ? [] : [[from, `${urgency}/${higher}`] as const]),
    ]
  }),
)
