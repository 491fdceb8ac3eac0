import fc from 'fast-check'
import {
  calibrate,
  displayedWait,
  expectedWait,
  meanOf,
  queueLengthWait,
  sharedServers,
  survivalQuantile,
  waitInterval,
  withHandleTime,
} from './expected-wait.js'
import type { WaitInput, WaitOutcome } from './expected-wait.js'

const base: WaitInput = {
  ahead: 9,
  servers: 4,
  idle: 0,
  handle: 171,
  patience: 330,
  target: 180,
  arrivals: [],
}
const anyInput: fc.Arbitrary<WaitInput> = fc.record({
  ahead: fc.nat(80),
  servers: fc.double({ min: 0.2, max: 40, noNaN: true }),
  idle: fc.constantFrom(0, 0, 1),
  handle: fc.integer({ min: 20, max: 900 }),
  patience: fc.constantFrom(null, 60, 330, 1200),
  target: fc.constantFrom(0, 30, 90, 180, 300),
  arrivals: fc.array(
    fc.record({
      target: fc.constantFrom(0, 30, 90, 180),
      rate: fc.double({ min: 0, max: 0.3, noNaN: true }),
    }),
    { maxLength: 3 },
  ),
})
const told = (input: WaitInput) => {
  const moments = expectedWait(input)
  if (moments === null) throw new Error('nobody serves')
  return waitInterval(moments)
}

describe('the expected wait (C47)', () => {
  it('is none where somebody is idle and nobody ahead, and unknown where nobody serves', () => {
    expect(told({ ...base, ahead: 0, idle: 1 })).toEqual({ low: 0, mid: 0, high: 0 })
    expect(expectedWait({ ...base, servers: 0 })).toBeNull()
  })

  it('is close to its logarithmic form', () => {
    const { mean } = queueLengthWait(40, 20, 240, 120)
    const rate = 20 / 240
    expect(mean / (120 * Math.log(1 + 41 / (120 * rate)))).toBeCloseTo(1, 1)
  })

  it('without anybody leaving is one handle time for each place, over the agents', () => {
    expect(queueLengthWait(9, 4, 200, null).mean).toBeCloseTo(500, 9)
  })

  it('counts those who are still to come with a smaller target, and only those', () => {
    const more = told({ ...base, arrivals: [{ target: 30, rate: 0.05 }] })
    expect(more.mid).toBeGreaterThan(told(base).mid)
    expect(told({ ...base, arrivals: [{ target: 180, rate: 0.05 }] })).toEqual(told(base))
  })

  it('never gets shorter with one more ahead, one agent fewer or a later target', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const now = told(input)
        const { arrivals } = input
        for (const worse of [
          { ...input, ahead: input.ahead + 1 },
          { ...input, servers: input.servers * 0.8 },
          { ...input, target: input.target + 60, arrivals },
        ]) {
          const then = told(worse)
          expect(then.mid).toBeGreaterThanOrEqual(now.mid)
          expect(then.high).toBeGreaterThanOrEqual(now.high)
        }
        expect(now.low).toBeLessThanOrEqual(now.mid)
        expect(now.mid).toBeLessThanOrEqual(now.high)
        expect([now.low, now.mid, now.high].every(Number.isInteger)).toBe(true)
      }),
      { numRuns: 1500 },
    )
  })

  it('is told from real outcomes once there are enough, those who left counted as censored', () => {
    const outcomes = Array.from({ length: 480 }, (_, n): WaitOutcome => {
      const predicted = (n % 8) * 60 + 30
      return { predicted, waited: predicted * (0.5 + ((n * 37) % 100) / 100), answered: n % 9 !== 0 }
    })
    const model = calibrate(outcomes, 4)
    expect(model.eighths).toHaveLength(8)
    expect(calibrate(outcomes.slice(0, 100), 4).eighths).toEqual([])
    const interval = waitInterval({ mean: 200, variance: 1 }, model)
    expect(interval.low).toBeGreaterThan(100)
    expect(interval.high).toBeLessThan(330)
    const highs = model.eighths.map((eighth) => eighth.high)
    expect(highs).toEqual([...highs].sort((a, b) => a - b))
  })

  it('never tells a lower bound for a longer prediction, whatever came of it', () => {
    const outcomes = Array.from({ length: 400 }, (_, n): WaitOutcome => {
      const predicted = (n % 8) * 60 + 30
      return { predicted, waited: n % 8 === 3 ? 900 + n : predicted, answered: true }
    })
    const highs = calibrate(outcomes, 5).eighths.map((eighth) => eighth.high)
    expect(highs).toEqual([...highs].sort((a, b) => a - b))
    expect(highs.at(-1)).toBe(highs[3])
  })

  it('matches the survival curve worked by hand', () => {
    const outcome = (waited: number, answered = true): WaitOutcome => ({ predicted: 1, waited, answered })
    const sample = [outcome(1), outcome(2), outcome(3, false), outcome(4), outcome(5)]
    // S: 0.8 at 1, 0.6 at 2, 0.3 at 4, 0 at 5.
    expect([0.1, 0.4, 0.5, 0.7, 0.9].map((q) => survivalQuantile(sample, q))).toEqual([1, 2, 4, 4, 5])
    expect(survivalQuantile([outcome(7, false)], 0.5)).toBe(7)
  })

  it('counts agents by their recent share of work for what overlaps', () => {
    const agents = [{ worked: { voice: 300, mail: 100 } }, { worked: { mail: 50 } }, { worked: {} }]
    expect(sharedServers(agents, new Set(['voice']))).toBe(1.75)
  })

  it('uses the last hundred handle times', () => {
    let times: readonly number[] = []
    for (let n = 1; n <= 150; n += 1) times = withHandleTime(times, n)
    expect(times).toHaveLength(100)
    expect(meanOf(times)).toBe(100.5)
    expect(meanOf([])).toBe(0)
  })

  it('is shown in round steps around the interval', () => {
    expect(displayedWait({ low: 130, mid: 200, high: 290 })).toEqual({ from: 120, to: 300 })
    expect(displayedWait({ low: 0, mid: 0, high: 0 })).toEqual({ from: 0, to: 30 })
    expect(displayedWait({ low: 9000, mid: 9000, high: 99_000 })).toEqual({ from: 7200, to: null })
  })
})
