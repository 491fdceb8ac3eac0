import type { Offer, OfferedChannel } from '../api/routing'
import { quickerNow, rowsOf } from './offer'

function channel(
  name: string,
  to: number | null | undefined,
  more: Partial<OfferedChannel> = {},
): OfferedChannel {
  return {
    channel: name,
    best: false,
    pace: 'immediate',
    because: ['from'],
    wait: to === undefined ? null : { low: 0, mid: 0, high: to ?? 0, shown: { from: 0, to } },
    answerBy: null,
    until: null,
    within: null,
    kept: null,
    ...more,
  }
}

function offer(...channels: readonly OfferedChannel[]): Offer {
  return {
    id: 'd',
    journeyId: 'j',
    policy: 'care',
    version: 1,
    at: '2026-11-20T10:00:00.000Z',
    level: { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' },
    channels: channels.map((each, place) => ({ ...each, best: place === 0 })),
    notOffered: [],
    shortfall: null,
  }
}

describe('the channels while she looks at them', () => {
  const first = offer(channel('chat', 120), channel('phone', 300), channel('message', undefined))

  it('keep their order and their mark when their waits change (C70)', () => {
    const now = offer(channel('phone', 60), channel('chat', 600), channel('callback', undefined))
    expect(rowsOf(first, now)).toMatchObject([
      { channel: 'chat', best: true, now: { wait: { shown: { to: 600 } } } },
      { channel: 'phone', best: false },
      { channel: 'message', best: false, now: undefined },
      { channel: 'callback', best: false },
    ])
  })

  it('say which is quicker once the best one takes longer than was said', () => {
    expect(quickerNow(first, offer(channel('chat', 600), channel('phone', 300)))?.channel).toBe('phone')
    expect(quickerNow(first, offer(channel('phone', 300)))?.channel).toBe('phone')
  })

  it('say nothing while what was said holds, or while nothing is quicker', () => {
    expect(quickerNow(first, first)).toBeUndefined()
    expect(quickerNow(first, offer(channel('chat', 120), channel('phone', 30)))).toBeUndefined()
    expect(quickerNow(first, offer(channel('chat', 600), channel('phone', 900)))).toBeUndefined()
    const callback = channel('callback', 30, { pace: 'soon' })
    expect(quickerNow(first, offer(channel('chat', 600), callback))).toBeUndefined()
  })
})
