import fc from 'fast-check'
import type { Lane, Stage, Stop } from './stops'
import { curve, cutCurve, layOut, nearest } from './weave-layout'
import type { Weave } from './weave-layout'

interface Given {
  readonly lane: Lane
  readonly stage: Stage
  readonly label: string
  /** Hours since the one before. */
  readonly after: number
}

function stopsOf(given: readonly Given[]): readonly (Stop & { readonly label: string })[] {
  let time = Date.parse('2026-09-28T08:00:00.000Z')
  return given.map(({ lane, stage, label, after }, index) => {
    time += after * 3_600_000
    const at = new Date(time).toISOString()
    return {
      from: index + 1,
      position: index + 1,
      journeyId: 'one',
      moment: {
        position: index + 1,
        type: 'throughline.ReasonChosen.v1',
        says: '',
        occurredAt: at,
        recordedAt: at,
        by: 'customer',
        lane,
        data: {},
      },
      also: [],
      at,
      lane,
      stage,
      label,
    }
  })
}

function draw(given: readonly Given[], width: number): Weave {
  const stops = stopsOf(given)
  const labels = new Map<Stop, string>(stops.map((stop) => [stop, stop.label]))
  return layOut(stops, {
    label: (stop) => labels.get(stop) ?? '',
    stageLabel: (stage) => stage,
    measure: (text) => text.length * 7,
    width,
    start: 100,
  })
}

const drawnAtRandom = fc.record({
  given: fc.array(
    fc.record({
      lane: fc.constantFrom<Lane>('customer', 'articles', 'us'),
      stage: fc.constantFrom<Stage>('looking', 'help', 'contact', 'case'),
      label: fc.string({ minLength: 1, maxLength: 34 }),
      after: fc.constantFrom(0, 0.01, 1, 30, 800),
    }),
    { minLength: 1, maxLength: 60 },
  ),
  width: fc.integer({ min: 300, max: 2_400 }),
})

describe('the woven line of the time machine', () => {
  it('lets no label cover another one or a leader line, however many there are (C48)', () => {
    fc.assert(
      fc.property(drawnAtRandom, ({ given, width }) => {
        const { stops } = draw(given, width)
        const sides = [
          stops.filter(({ lane }) => lane === 'customer'),
          stops.filter(({ lane }) => lane !== 'customer'),
        ]
        for (const side of sides) {
          for (const [index, one] of side.entries()) {
            for (const other of side.slice(index + 1)) {
              const apart = Math.abs(one.labelX - other.labelX) - (one.labelWidth + other.labelWidth) / 2
              if (one.row === other.row) expect(apart).toBeGreaterThan(0)
              for (const [far, near] of [
                [one, other],
                [other, one],
              ] as const) {
                if (far.row > near.row)
                  expect(Math.abs(far.x - near.labelX)).toBeGreaterThan(near.labelWidth / 2)
              }
            }
          }
        }
      }),
    )
  })

  it('goes from left to right inside its width, and fills it', () => {
    fc.assert(
      fc.property(drawnAtRandom, ({ given, width }) => {
        const drawn = draw(given, width)
        expect(drawn.width).toBeGreaterThanOrEqual(width)
        let before = 0
        for (const { x, labelX, labelWidth } of drawn.stops) {
          expect(x).toBeGreaterThan(before)
          expect(labelX + labelWidth / 2).toBeLessThanOrEqual(drawn.width)
          before = x
        }
        expect(drawn.stages.map(({ first, last }) => last - first + 1).reduce((sum, of) => sum + of, 0)).toBe(
          given.length,
        )
      }),
    )
  })

  it('cuts a silence of more than a day and keeps its length', () => {
    const one: Given = { lane: 'us', stage: 'help', label: 'One', after: 0 }
    const { stops } = draw([one, { ...one, after: 23 }, { ...one, after: 48 }], 600)
    expect(stops.map(({ silence }) => silence)).toEqual([undefined, undefined, 48 * 3_600_000])
  })

  it('draws straight on within a lane, bends between lanes, and leaves a hole for a silence', () => {
    expect(curve({ x: 10, y: 20 }, { x: 60, y: 20 })).toBe('M10 20H60')
    expect(curve({ x: 0, y: 0 }, { x: 40, y: 44 })).toBe('M0 0H5C20 0 20 44 35 44H40')
    expect(cutCurve({ x: 0, y: 0 }, { x: 100, y: 44 }, 40)).toEqual(['M0 0H30', 'M70 44H100'])
  })

  it('finds the stop nearest to where it was pressed', () => {
    const stops = [{ x: 10 }, { x: 50 }, { x: 100 }]
    expect([0, 29, 31, 74, 76, 500].map((x) => nearest(stops, x))).toEqual([0, 0, 1, 1, 2, 2])
  })
})
