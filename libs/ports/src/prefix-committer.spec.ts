import * as fc from 'fast-check'
import { defect, sized } from './invariants.js'
import { PrefixCommitter } from './prefix-committer.js'

/** Seeded: what was finished last may be committed, whatever is still open before it. */
class HastyCommitter extends PrefixCommitter {
  override finish(position: number): number {
    super.finish(position)
    return position
  }
}

describe('what may be committed (P4, R18)', () => {
  it('is the end of the gapless prefix, in any order of finishing up to seven', () => {
    let orders = 0
    for (let count = 1; count <= 7; count++) {
      // Positions leave gaps, as those of the wanted events of a log do.
      const positions = Array.from({ length: count }, (_, index) => 10 + index * 3)
      for (const order of permutations(positions)) {
        orders++
        expectPrefix(9, positions, order)
      }
    }
    expect(orders).toBe(1 + 2 + 6 + 24 + 120 + 720 + 5040)
  })

  it('is the end of the gapless prefix while new ones begin in between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 60 }), (steps) => {
        const committer = new PrefixCommitter(0)
        const open: number[] = []
        let begun = 0
        for (const [begin, which] of steps) {
          if (begin || open.length === 0) {
            committer.begin(++begun)
            open.push(begun)
          } else {
            const [finished] = open.splice(which % open.length, 1)
            committer.finish(finished ?? 0)
          }
          expect(committer.committable).toBe((open[0] ?? begun + 1) - 1)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('R18: is never beyond the first that is open, in schedules of handlers of all keys with any delays', () => {
    const handler = fc.record({ key: fc.nat({ max: 4 }), delay: fc.nat({ max: 9 }) })
    const schedule = fc.record({
      handlers: fc.array(handler, { minLength: 1, maxLength: 30 }),
      dies: fc.nat({ max: 40 }),
    })
    fc.assert(
      fc.property(schedule, ({ handlers, dies }) => {
        const committer = defect('R18.hasty') ? new HastyCommitter(0) : new PrefixCommitter(0)
        // The handlers of one key wait for each other; keys run side by side. Who ends when, by a clock of this schedule.
        const busyUntil = new Map<number, number>()
        const ends = handlers.map(({ key, delay }, index) => {
          const end = (busyUntil.get(key) ?? 0) + 1 + delay
          busyUntil.set(key, end)
          committer.begin(index + 1)
          return { position: index + 1, end }
        })
        const open = new Set(ends.map(({ position }) => position))
        let saved = 0
        for (const { position, end } of ends.toSorted((a, b) => a.end - b.end)) {
          if (end > dies) break
          open.delete(position)
          saved = committer.finish(position)
          const first = Math.min(handlers.length + 1, ...open)
          // Equal: a commit that lags would hand over again what was finished.
          if (saved !== first - 1) throw new Error(`${String(saved)} committed, ${String(first)} is open`)
        }
        // What the next process begins behind: nothing that was open is lost to it.
        for (const position of open) if (position <= saved) throw new Error(`${String(position)} is lost`)
      }),
      { numRuns: sized(10_000, 1_000_000) },
    )
  })

  it('is what it started from while nothing is finished', () => {
    expect(new PrefixCommitter(7).committable).toBe(7)
  })

  it.each([7, 8])('takes no position that does not come after the last (%i after 8)', (position) => {
    const committer = new PrefixCommitter(7)
    committer.begin(8)
    expect(() => {
      committer.begin(position)
    }).toThrow(RangeError)
  })
})

function expectPrefix(from: number, positions: readonly number[], order: readonly number[]): void {
  const committer = new PrefixCommitter(from)
  for (const position of positions) committer.begin(position)
  const finished = new Set<number>()
  for (const position of order) {
    finished.add(position)
    const gap = positions.findIndex((one) => !finished.has(one))
    const wanted = gap < 0 ? positions.at(-1) : (positions[gap - 1] ?? from)
    const answer = committer.finish(position)
    // Not by `expect` each time: twelve thousand of them cost seconds.
    if (answer !== wanted || committer.committable !== wanted) {
      throw new Error(
        `after ${order.join()} up to ${String(position)}: ${String(answer)}, not ${String(wanted)}`,
      )
    }
  }
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  )
}
