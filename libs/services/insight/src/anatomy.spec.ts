import fc from 'fast-check'
import { Anatomy, conformance } from './anatomy.js'
import type { Step } from './anatomy.js'

let position = 0
const journey = (name: string, path: string): readonly Step[] =>
  path.split('').map((step, at) => {
    position += 1
    return { id: `${name}-${String(at)}`, journey: name, step, at, position }
  })

const six = [
  ...['1', '2', '3'].flatMap((name) => journey(name, 'abcd')),
  ...['4', '5'].flatMap((name) => journey(name, 'acbd')),
  ...journey('6', 'aed'),
]

const told = (steps: readonly Step[], folded = true): Anatomy => {
  const anatomy = new Anatomy(folded)
  for (const step of steps) anatomy.add(step)
  return anatomy
}

const picture = (anatomy: Anatomy) => ({
  journeys: anatomy.journeys,
  events: anatomy.events,
  variants: anatomy.variants(),
  edges: anatomy
    .edges()
    .map((edge) => JSON.stringify(edge))
    .sort(),
  starts: [...anatomy.starts()].sort(),
  ends: [...anatomy.ends()].sort(),
})

describe('anatomy of a moment (C49)', () => {
  it('abcd three times, acbd twice and aed once are 6 journeys, 23 events, 3 variants and 8 edges of sum 17', () => {
    const anatomy = told(six)
    expect([anatomy.journeys, anatomy.events, anatomy.variants().length, anatomy.edges().length]).toEqual([
      6, 23, 3, 8,
    ])
    expect(anatomy.edges().reduce((sum, edge) => sum + edge.count, 0)).toBe(17)
  })

  it('the typical path is the commonest with its share, and two variants cover four of five', () => {
    const anatomy = told(six)
    expect(anatomy.typicalPath()).toEqual({ path: ['a', 'b', 'c', 'd'], journeys: 3, share: 0.5 })
    expect(anatomy.variantsFor(0.8)).toBe(2)
    expect(told([]).typicalPath()).toBeUndefined()
    const scattered = told(
      ['ab', 'ac', 'ad', 'ae', 'af', 'ag'].flatMap((path, i) => journey(`s${String(i)}`, path)),
    )
    expect(scattered.typicalPath()).toBeUndefined()
  })

  it('a step repeated at once is one, unless every repeat is asked for', () => {
    expect(told(journey('r', 'aab')).variants()[0]?.path).toEqual(['a', 'b'])
    expect(told(journey('r', 'aab'), false).variants()[0]?.path).toEqual(['a', 'a', 'b'])
  })

  it('is the same however journeys interleave, late and twice (batch count as reference)', () => {
    const paths = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 6,
    })
    const steps = paths.map((all) => all.flatMap((path, i) => journey(`j${String(i)}`, path)))
    const delivery = steps.chain((all) =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
      }),
    )
    fc.assert(
      fc.property(delivery, ({ all, order }) => {
        const anatomy = told(order)
        const names = [...new Set(all.map((step) => step.journey))]
        const whole = names.map((name) =>
          all.filter((step) => step.journey === name).map((step) => step.step),
        )
        const folded = whole.map((path) => path.filter((step, i) => step !== path[i - 1]))
        expect(picture(anatomy)).toEqual(picture(told(all)))
        expect(anatomy.events).toBe(folded.flat().length)
        expect(anatomy.edges().reduce((sum, edge) => sum + edge.count, 0)).toBe(
          folded.flat().length - names.length,
        )
        for (const variant of anatomy.variants()) {
          expect(variant.journeys).toBe(folded.filter((path) => path.join() === variant.path.join()).length)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('a path is held to a declared one by moves missing and extra', () => {
    const declared = [
      { step: 'a' },
      { step: 'b', optional: true },
      { step: 'c', repeatable: true },
      { step: 'd' },
    ]
    expect(conformance(['a', 'b', 'c', 'd'], declared)).toEqual({ moves: 0, fitness: 1 })
    expect(conformance(['a', 'c', 'c', 'd'], declared)).toEqual({ moves: 0, fitness: 1 })
    expect(conformance(['a', 'x', 'c'], declared)).toEqual({ moves: 2, fitness: 0.5 })
    expect(conformance([], declared)).toEqual({ moves: 3, fitness: 0.25 })
  })
})
