import fc from 'fast-check'
import {
  afterBusinessDays,
  afterOpenTime,
  isOpen,
  isOpenThrough,
  nextOpening,
  weekGaps,
} from './opening-hours.js'
import type { OpeningHours } from './opening-hours.js'

const LISBON = 'Europe/Lisbon'
const daily = (...day: (readonly [number, number])[]): OpeningHours => ({
  week: Array.from({ length: 7 }, () => day),
  except: {},
})
const WEEKDAYS: OpeningHours = {
  week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [[480, 1200] as const] : [])),
  except: { '2027-01-01': [], '2027-01-02': [[600, 660]] },
}
const at = (instant: string) => Date.parse(instant)

describe('opening hours', () => {
  it.each([
    ['2026-11-23T08:00:00Z', true],
    ['2026-11-23T07:59:59.999Z', false],
    ['2026-11-23T20:00:00Z', false],
    ['2026-11-22T12:00:00Z', false],
    ['2026-07-01T07:00:00Z', true],
    ['2026-07-01T19:00:00Z', false],
    ['2027-01-01T12:00:00Z', false],
    ['2027-01-02T10:30:00Z', true],
  ])('follow the local clock, summer and winter, and the exceptions: %s', (instant, open) => {
    expect(isOpen(WEEKDAYS, LISBON, at(instant))).toBe(open)
  })

  it('hold in a zone with an odd offset', () => {
    expect(isOpen(WEEKDAYS, 'Asia/Kathmandu', at('2026-11-23T02:15:00Z'))).toBe(true)
    expect(isOpen(WEEKDAYS, 'Asia/Kathmandu', at('2026-11-23T02:14:59Z'))).toBe(false)
  })

  it('last 23 hours on the day the clocks go forward and 25 on the day they go back', () => {
    const always = daily([0, 1440])
    const open = (date: string) =>
      Array.from({ length: 30 }, (_, hour) => at(`${date}T00:00:00Z`) + (hour - 3) * 3_600_000).filter(
        (moment) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(moment) === date,
      ).length
    expect([open('2026-03-29'), open('2026-10-25')]).toEqual([23, 25])
    const night = daily([60, 240])
    expect(afterOpenTime(night, 'Europe/Berlin', at('2026-03-28T23:00:00Z'), 7_200_000)).toBe(
      at('2026-03-29T02:00:00Z'),
    )
    expect(afterOpenTime(night, 'Europe/Berlin', at('2026-10-24T22:00:00Z'), 14_400_000)).toBe(
      at('2026-10-25T03:00:00Z'),
    )
    expect(
      isOpenThrough(always, 'Europe/Berlin', at('2026-03-28T00:00:00Z'), at('2026-04-05T00:00:00Z')),
    ).toBe(true)
  })

  it('end a promise of two hours on the next open day when today is too short', () => {
    expect(afterOpenTime(WEEKDAYS, LISBON, at('2026-11-27T19:30:00Z'), 7_200_000)).toBe(
      at('2026-11-30T09:30:00Z'),
    )
    expect(afterBusinessDays(WEEKDAYS, LISBON, at('2026-11-27T19:30:00Z'), 1)).toBe(
      at('2026-11-30T20:00:00Z'),
    )
    expect(nextOpening(WEEKDAYS, LISBON, at('2026-11-28T10:00:00Z'))).toBe(at('2026-11-30T08:00:00Z'))
    expect(nextOpening(daily(), LISBON, 0)).toBeNull()
  })

  it('say whether they last through a wait', () => {
    expect(isOpenThrough(WEEKDAYS, LISBON, at('2026-11-23T19:50:00Z'), at('2026-11-23T19:59:00Z'))).toBe(true)
    expect(isOpenThrough(WEEKDAYS, LISBON, at('2026-11-23T19:50:00Z'), at('2026-11-23T20:00:00Z'))).toBe(
      false,
    )
    expect(
      isOpenThrough(
        daily([480, 720], [780, 1200]),
        LISBON,
        at('2026-11-23T11:50:00Z'),
        at('2026-11-23T13:30:00Z'),
      ),
    ).toBe(false)
  })

  it('open next at a moment that is open, with nothing open before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') }),
        (moment) => {
          const next = nextOpening(WEEKDAYS, LISBON, moment)
          if (next === null) throw new Error('never open')
          expect(isOpen(WEEKDAYS, LISBON, next)).toBe(true)
          for (const part of [0, 0.3, 0.6, 0.9]) {
            const between = moment + Math.floor((next - moment) * part)
            if (between < next) expect(isOpen(WEEKDAYS, LISBON, between)).toBe(false)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('find what none of them covers', () => {
    expect(weekGaps([daily([0, 600]), daily([540, 1440])])).toEqual([])
    expect(weekGaps([WEEKDAYS])[1]).toEqual([1200, 1920])
  })
})
