import { fold } from '@throughline/kernel'
import { differences, sameData } from '@throughline/ports'
import { decisions, offerChannels } from './decision.js'
import type { OfferedChannels } from './decision.js'
import { gates, moveGates } from './gate.js'
import { policies, publishPolicy } from './policy.js'

describe('a channel policy', () => {
  it('goes up by a version whenever it says something else', () => {
    const first = publishPolicy('care', { order: ['chat'] })(policies.initial)
    expect(first).toMatchObject([{ data: { policy: 'care', version: 1 } }])
    const state = fold(policies, first)
    expect(publishPolicy('care', { order: ['chat'] })(state)).toEqual([])
    expect(publishPolicy('care', { order: [] })(state)).toMatchObject([{ data: { version: 2 } }])
  })
})

describe('a gate', () => {
  const shut = { gate: '/chat', channel: 'chat', level: 'normal/standard', shut: true, upper: 400 }

  it('moves once, and back', () => {
    const moved = moveGates('care', [shut])(gates.initial)
    expect(moved).toEqual([
      {
        type: 'throughline.ChannelGateMoved.v1',
        data: { policy: 'care', channel: 'chat', open: false, wait: 400, level: 'normal/standard' },
      },
    ])
    const state = fold(gates, moved)
    expect(state).toEqual({ '/chat': ['normal/standard'] })
    expect(moveGates('care', [shut])(state)).toEqual([])
    const back = moveGates('care', [{ ...shut, shut: false }])(state)
    expect(fold(gates, back, state)).toEqual({ '/chat': [] })
  })

  it('belongs to a segment where that has a policy of its own', () => {
    const [moved] = moveGates('care', [{ ...shut, gate: 'public-sector/chat' }])(gates.initial)
    expect(moved).toMatchObject({ data: { segment: 'public-sector' } })
  })

  it('is none of a channel that does not exist', () => {
    expect(moveGates('care', [{ ...shut, channel: 'fax', gate: '/fax' }])(gates.initial)).toEqual([])
  })
})

describe('an offer of channels', () => {
  const offered: OfferedChannels = {
    decisionId: 'd',
    journeyId: 'j',
    policy: 'care',
    version: 1,
    engine: 1,
    at: '2026-11-20T09:00:00.000Z',
    level: { urgency: 'high', urgencyRule: 'U1', value: 'standard', valueRule: 'default' },
    channels: [],
    inputs: {},
  }

  it('is told once, and a broken guarantee beside it', () => {
    const made = offerChannels({ ...offered, shortfall: 'phone: unstaffed' })(decisions.initial)
    expect(made.map(({ type }) => type)).toEqual([
      'throughline.ChannelsOffered.v1',
      'throughline.ImmediateChannelMissing.v1',
    ])
    expect(offerChannels(offered)(decisions.initial)).toHaveLength(1)
    expect(offerChannels(offered)(fold(decisions, made))).toEqual([])
  })
})

describe('plain data', () => {
  it('is the same whatever the order of members, and differs where it differs', () => {
    expect(sameData({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toBe(true)
    expect(sameData({ a: undefined }, {})).toBe(true)
    expect(sameData([], {})).toBe(false)
    expect(differences({ a: [{ c: 2 }] }, { a: [{ c: 3 }], d: 1 })).toEqual([
      { field: 'a.0.c', first: 2, second: 3 },
      { field: 'd', first: undefined, second: 1 },
    ])
  })
})
