import fc from 'fast-check'
import { callbackSlots } from './callback-slots.js'
import { careWith } from './care-policy.example.js'
import type { ChannelStanding } from './channel-offers.js'
import { promisedBy } from './channel-offers.js'
import { publishable } from './channel-policy.checks.js'
import { isOpen, isOpenThrough, openUntil } from './opening-hours.js'

const POLICY = publishable(careWith())
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const QUARTER = 15 * MINUTE
const CALM: ChannelStanding = {
  signedOn: 2,
  scheduled: true,
  backlog: 0,
  due: [],
  servers: 2,
  idle: 2,
  handle: 300,
  patience: 600,
  arrivals: [],
}

function slotsAt(at: number, standing = CALM, high = 0) {
  const rule = POLICY.channels.callback
  if (rule === undefined) throw new Error('the example has callbacks')
  const promised = promisedBy(POLICY, rule, at)
  const wait = {
    low: 0,
    mid: 0,
    high,
    by: 'QLm@0',
    ahead: 0,
    servers: 2,
    handle: 300,
    patience: 600,
    dueBy: at,
  }
  return callbackSlots(POLICY, { channel: 'callback', wait, promisedBy: promised }, standing, at)
}
const times = (at: string, ...more: [standing?: ChannelStanding, high?: number]) =>
  slotsAt(Date.parse(at), ...more).map(({ from }) => new Date(from).toISOString().slice(5, 16))

describe('times to be called in (C11)', () => {
  it('begin with the one that keeps the promise, and end tomorrow', () => {
    expect(times('2026-11-24T14:19:00Z')).toEqual([
      '11-24T15:45',
      '11-24T16:30',
      '11-24T17:15',
      '11-25T08:00',
      '11-25T08:45',
    ])
  })

  it('are of the next open day when the promise is', () => {
    expect(times('2026-11-27T18:30:00Z')[0]).toBe('11-30T08:00')
  })

  it('do not begin before those who wait already are through', () => {
    expect(times('2026-11-24T14:19:00Z', CALM, 2 * 3600)[0]).toBe('11-24T16:30')
  })

  it('leave out a time for which as many calls are promised as can be made', () => {
    const booked = Array.from({ length: 6 }, () => Date.parse('2026-11-24T15:45:00Z'))
    expect(times('2026-11-24T14:19:00Z', { ...CALM, booked })[0]).toBe('11-24T16:30')
    expect(times('2026-11-24T14:19:00Z', { ...CALM, booked: booked.slice(1) })[0]).toBe('11-24T15:45')
  })

  it('are half hours on the quarter, within opening hours, in order and at most five, whenever it is', () => {
    const moment = fc.integer({ min: Date.UTC(2026, 9, 1) / 1000, max: Date.UTC(2027, 3, 1) / 1000 })
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 20_000 }), (second, high) => {
        const at = second * 1000
        const slots = slotsAt(at, CALM, high)
        const hours = POLICY.hours.weekdays
        if (hours === undefined) throw new Error('the example has weekdays')
        expect(slots.length).toBeLessThanOrEqual(5)
        for (const [n, { from, until }] of slots.entries()) {
          expect(until - from).toBe(30 * MINUTE)
          expect(from % QUARTER).toBe(0)
          expect(from).toBeGreaterThanOrEqual(at + high * 1000)
          expect(from).toBeGreaterThan(slots[n - 1]?.from ?? at)
          expect(isOpenThrough(hours, POLICY.timezone, from, until - 1)).toBe(true)
        }
      }),
    )
  })
})

describe('until when a channel is open', () => {
  const { weekdays, always, shops } = POLICY.hours
  const until = (hours: typeof weekdays, at: number) =>
    hours === undefined ? undefined : openUntil(hours, POLICY.timezone, at)

  it('is the end of the day’s opening, nothing when it is shut and nothing when it never shuts', () => {
    const at = Date.parse('2026-11-24T14:19:00Z')
    expect(until(weekdays, at)).toBe(Date.parse('2026-11-24T20:00:00Z'))
    expect(until(weekdays, at + 7 * HOUR)).toBeNull()
    expect(until(always, at)).toBeNull()
  })

  it('goes over midnight, up to the day that is closed', () => {
    const open = publishable(
      careWith({
        'hours.always': { 'mon-sun': '00:00-24:00', except: { '2026-12-25': 'closed' } },
        'guarantee.acceptGap': [],
      }),
    )
    const hours = open.hours.always
    expect(hours && openUntil(hours, open.timezone, Date.parse('2026-11-24T14:19:00Z'))).toBe(
      Date.parse('2026-12-25T00:00:00Z'),
    )
  })

  it('is the first moment at which it is not open', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_790_000_000, max: 1_800_000_000 }), (second) => {
        const at = second * 1000
        if (shops === undefined) throw new Error('the example has shops')
        const end = openUntil(shops, POLICY.timezone, at)
        expect(end !== null).toBe(isOpen(shops, POLICY.timezone, at))
        if (end === null) return
        expect(isOpen(shops, POLICY.timezone, end)).toBe(false)
        expect(isOpenThrough(shops, POLICY.timezone, at, end - 1)).toBe(true)
      }),
    )
  })
})
