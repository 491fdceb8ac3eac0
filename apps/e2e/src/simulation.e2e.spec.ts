import { services } from '@throughline/app-all-in-one'
import { defect, sized } from '@throughline/ports/suites'
import { DEFECTS, foundCompany, simulate } from '@throughline/simulation'
import type { Company } from '@throughline/simulation'

const broken = DEFECTS.find((name) => defect(`R39.${name}`))
/** Sixty seeds, or a thousand, in portions: one that hangs is ended with its portion. A defect shows in the first. */
const PORTIONS = broken === undefined ? sized(6, 100) : 2
const SEEDS = 10
/** Every so many seeds, one is played twice. */
const AGAIN = 10

// Time is no part of it: this ends a portion that hangs, on a machine however busy.
jest.setTimeout(120_000)

describe('the whole platform, simulated', () => {
  let company: Company

  beforeAll(async () => {
    company = await foundCompany(services)
  })

  for (let portion = 0; portion < PORTIONS; portion++) {
    const first = portion * SEEDS + 1
    const last = first + SEEDS - 1
    it(`R39 P13: seeds ${String(first)} to ${String(last)} lose nothing, show nobody what is another's, and serve everybody in the end`, async () => {
      for (let seed = first; seed <= last; seed++) {
        const { hash } = await simulate(company, { seed, defect: broken })
        if (seed % AGAIN === 0) {
          const again = await simulate(company, { seed, defect: broken })
          expect({ seed, hash: again.hash }).toEqual({ seed, hash })
        }
      }
    })
  }

  it('R39 P13: other seeds play other days', async () => {
    const one = await simulate(company, { seed: 1, minutes: 2 })
    const other = await simulate(company, { seed: 2, minutes: 2 })
    expect(one.hash).not.toBe(other.hash)
  })

  it('R39 P13: nobody is refused or repeated when nothing goes wrong', async () => {
    const { crashes, duplicates } = await simulate(company, { seed: 3, minutes: 2, faults: false })
    expect({ crashes, duplicates }).toEqual({ crashes: 0, duplicates: 0 })
  })
})
