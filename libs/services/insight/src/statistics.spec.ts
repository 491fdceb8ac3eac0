import fc from 'fast-check'
import { discoveries, logOddsZ, probabilityBetter } from './statistics.compare.js'
import {
  armPosition,
  assignArm,
  confidenceSequence,
  detect,
  quietDetector,
  sampleRatio,
  sequenceScale,
} from './statistics.sequential.js'
import {
  betaBinomial,
  clusterBootstrap,
  fitPrior,
  kaplanMeier,
  newcombe,
  poisson,
  probabilityAbove,
  quantile,
  wilson,
} from './statistics.js'
import { betaQuantile, incompleteBeta, normalQuantile } from './statistics.special.js'

describe('the oracles of INSIGHT section 13 (C29, C63)', () => {
  it('58 of 100 is .4821 to .6720, and 0 of 30 still may be 11 in 100', () => {
    expect(wilson({ k: 58, n: 100 }).low).toBeCloseTo(0.4821, 4)
    expect(wilson({ k: 58, n: 100 }).high).toBeCloseTo(0.672, 4)
    expect(wilson({ k: 0, n: 30 }).low).toBe(0)
    expect(wilson({ k: 0, n: 30 }).high).toBeCloseTo(0.1135, 4)
  })

  it('the difference of 140/400 and 108/400 excludes nought, that of 700/2000 and 690/2000 does not', () => {
    const better = newcombe({ k: 140, n: 400 }, { k: 108, n: 400 })
    expect(better.low).toBeCloseTo(-0.1432, 4)
    expect(better.high).toBeCloseTo(-0.0159, 4)
    const same = newcombe({ k: 700, n: 2000 }, { k: 690, n: 2000 })
    expect(same.low).toBeCloseTo(-0.0345, 4)
    expect(same.high).toBeCloseTo(0.0245, 4)
  })

  it('3 of 4 with prior (2, 6) is .4167, from .1675 to .6921', () => {
    const posterior = betaBinomial({ k: 3, n: 4 }, { yes: 2, no: 6 })
    expect(posterior.value).toBeCloseTo(0.4167, 4)
    expect(posterior.low).toBeCloseTo(0.1675, 4)
    expect(posterior.high).toBeCloseTo(0.6921, 4)
  })

  it('the confidence sequence goes on at 1,000 an arm and stops at 2,000', () => {
    expect(sequenceScale(2000)).toBeCloseTo(0.0039681, 7)
    const early = confidenceSequence({ k: 300, n: 1000 }, { k: 250, n: 1000 }, 2000)
    expect(early.margin).toBeCloseTo(0.06149, 5)
    expect(early.decided).toBe(false)
    const late = confidenceSequence({ k: 600, n: 2000 }, { k: 500, n: 2000 }, 2000)
    expect(late.margin).toBeCloseTo(0.0428, 5)
    expect(late.decided).toBe(true)
  })

  it('520 to 480 is an ordinary split, 5,200 to 4,800 is not', () => {
    expect(sampleRatio([520, 480], [0.5, 0.5])).toBeCloseTo(0.623, 3)
    expect(sampleRatio([5200, 4800], [0.5, 0.5])).toBeCloseTo(274, 0)
  })

  it('the detector remembers 12, 18, 25, 22 against ten a day', () => {
    let state = quietDetector
    const means = [12, 18, 25, 22].map((count) => {
      const step = detect(state, count, 10, 1.5)
      state = step.state
      return step.mean
    })
    expect(means[0]).toBeCloseTo(0.584, 3)
    expect(means[1]).toBeCloseTo(5.919, 3)
    expect(means[2]).toBeCloseTo(311.2, 1)
    expect(means[3]).toBeCloseTo(6558, 0)
  })

  it('the later answers are better with probability .5674, from .458 to .670', () => {
    const better = probabilityBetter([5, 6, 10, 17, 12], [3, 4, 9, 18, 16])
    expect(better?.value).toBeCloseTo(0.5674, 4)
    expect(better?.low).toBeCloseTo(0.458, 3)
    expect(better?.high).toBeCloseTo(0.67, 3)
  })

  it('Kaplan–Meier counts those who are still waiting', () => {
    const waits = [
      { time: 1, ended: true },
      { time: 3, ended: true },
      { time: 3, ended: false },
      { time: 5, ended: true },
      { time: 8, ended: false },
      { time: 10, ended: true },
    ]
    expect(kaplanMeier(waits)).toEqual([
      { time: 1, share: 0.166667 },
      { time: 3, share: 0.333333 },
      { time: 5, share: 0.555556 },
      { time: 10, share: 1 },
    ])
  })

  it('a term in 20 of 40 texts against 50 of 10,000 has z 9.610', () => {
    expect(logOddsZ({ k: 20, n: 40 }, { k: 50, n: 10_000 })).toBeCloseTo(9.61, 3)
  })

  it('the arm of journey-1 is the first 32 bits of its hash', () => {
    expect(armPosition('pilot-1', 's1', 'journey-1')).toBe(0.654477)
    const arms = [
      { arm: 'old', share: 0.5 },
      { arm: 'new', share: 0.5 },
    ] as const
    expect(assignArm(arms, 'pilot-1', 's1', 'journey-1')).toBe('new')
  })
})

describe('intervals', () => {
  it('the special functions meet their tables', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6)
    expect(incompleteBeta(2, 3, 0.5)).toBeCloseTo(0.6875, 10)
    expect(betaQuantile(0.5, 1, 1)).toBeCloseTo(0.5, 10)
  })

  it('an exact Poisson interval of 10 is 4.795 to 18.390, and of none 0 to 3.689', () => {
    expect(poisson(10).low).toBeCloseTo(4.795389, 5)
    expect(poisson(10).high).toBeCloseTo(18.390356, 5)
    expect(poisson(0)).toEqual({ value: 0, low: 0, high: 3.688879 })
  })

  it('drift widens a before-and-after comparison', () => {
    const sharp = newcombe({ k: 140, n: 400 }, { k: 108, n: 400 })
    const honest = newcombe({ k: 140, n: 400 }, { k: 108, n: 400 }, 0.03)
    expect(honest.low).toBeLessThan(sharp.low)
    expect(honest.high).toBeGreaterThan(0)
  })

  it('an empty side knows nothing', () => {
    expect(wilson({ k: 0, n: 0 })).toEqual({ value: 0, low: 0, high: 1 })
    expect(newcombe({ k: 0, n: 0 }, { k: 3, n: 9 })).toEqual({ value: 0, low: -1, high: 1 })
    expect(probabilityBetter([0, 0], [1, 2])).toBeUndefined()
    expect(clusterBootstrap([])).toBeUndefined()
    expect(quantile([], 0.5)).toBeUndefined()
  })

  it('the fitted prior of cells that agree is strong, of cells that differ weak, and both keep the mean', () => {
    const agree = fitPrior(Array.from({ length: 20 }, () => ({ k: 30, n: 100 })))
    expect(agree.yes / (agree.yes + agree.no)).toBeCloseTo(0.3, 2)
    expect(agree.yes + agree.no).toBeGreaterThan(500)
    const differ = fitPrior(Array.from({ length: 20 }, (_, i) => ({ k: i % 2 === 0 ? 10 : 50, n: 100 })))
    expect(differ.yes / (differ.yes + differ.no)).toBeCloseTo(0.3, 1)
    expect(differ.yes + differ.no).toBeLessThan(20)
    expect(fitPrior([{ k: 1, n: 3 }])).toEqual({ yes: 0.5, no: 0.5 })
  })

  it('the probability of being above a limit is the rest of the posterior', () => {
    expect(probabilityAbove(0.1675, { k: 3, n: 4 }, { yes: 2, no: 6 })).toBeCloseTo(0.975, 3)
  })

  it('the median of a hundred waits lies between the 40th and the 61st', () => {
    const waits = Array.from({ length: 100 }, (_, i) => i + 1)
    expect(quantile(waits, 0.5)).toEqual({ value: 50, low: 40, high: 61, bounded: true })
    expect(quantile([4, 2, 9], 0.9)).toEqual({ value: 9, low: 2, high: 9, bounded: false })
  })

  it('bootstrapped customers are less sure than their contacts look', () => {
    const clusters = Array.from({ length: 40 }, (_, i) => ({
      id: `customer-${String(i)}`,
      x: i % 4 === 0 ? 10 : 0,
      n: 10,
    }))
    const byCustomer = clusterBootstrap(clusters)
    const byContact = wilson({ k: 100, n: 400 })
    expect(byCustomer?.value).toBe(0.25)
    expect((byCustomer?.high ?? 0) - (byCustomer?.low ?? 0)).toBeGreaterThan(
      2 * (byContact.high - byContact.low),
    )
    expect(clusterBootstrap([...clusters].reverse())).toEqual(byCustomer)
  })

  it('many customers give by the linear formula what the draws would give', () => {
    const people = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        id: `c${String(i)}`,
        x: i % 3 === 0 ? 1 : 0,
        n: 1 + (i % 2),
      }))
    const width = (count: number) => {
      const estimate = clusterBootstrap(people(count))
      return ((estimate?.high ?? 0) - (estimate?.low ?? 0)) * Math.sqrt(count)
    }
    // A thousand draws know the ends of an interval to about a twentieth of its width.
    expect(Math.abs(width(2001) / width(1000) - 1)).toBeLessThan(0.1)
  })

  it('every interval holds its value, and stays inside what is possible', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (a, b) => {
        const share = { k: Math.min(a, b), n: Math.max(a, b, 1) }
        for (const each of [wilson(share), betaBinomial(share, { yes: 0.5, no: 0.5 })]) {
          expect(each.low).toBeGreaterThanOrEqual(0)
          expect(each.low).toBeLessThanOrEqual(each.value)
          expect(each.high).toBeGreaterThanOrEqual(each.value)
          expect(each.high).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('many looks at many cells', () => {
  it('keeps the clear difference and drops those that chance explains', () => {
    expect(discoveries([0.001, 0.04, 0.5, 0.9])).toEqual([true, false, false, false])
    expect(discoveries([])).toEqual([])
  })
})
