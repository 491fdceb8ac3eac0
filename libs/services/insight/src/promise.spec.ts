import { fold } from '@throughline/kernel'
import fc from 'fast-check'
import { CLAIMS } from './metrics.shipped.js'
import { breakPromise, promises, publishPromise } from './promise.js'
import type { PromiseEvent, PromiseWish } from './promise.js'
import { inForce } from './promise.view.js'

const NOW = '2026-11-20T09:00:00.000Z'
const terms = { promiseId: 'p', channel: 'phone', definition: 'S2', threshold: 120, share: 80 } as const
const after = (...wishes: readonly PromiseWish[]): readonly PromiseEvent[] =>
  wishes.reduce<readonly PromiseEvent[]>(
    (told, wish) => [...told, ...publishPromise(wish)(fold(promises, told))],
    [],
  )

describe('publishing a promise', () => {
  it('makes version after version', () => {
    const told = after({ terms, now: NOW }, { terms: { ...terms, share: 90 }, now: NOW })
    expect(told.map(({ data }) => data)).toMatchObject([
      { version: 1, share: 80, validFrom: NOW },
      { version: 2, share: 90 },
    ])
  })

  it('tells the same again as nothing', () => {
    expect(after({ terms, now: NOW }, { terms, now: NOW })).toHaveLength(1)
  })

  it.each([
    [{ definition: 'S6' }, {}, 'promise.not-measurable'],
    [{}, { validFrom: '2026-11-20T08:59:59.999Z' }, 'promise.back-dated'],
    [{}, { target: { metric: 'handle-time', target: 'forbidden' } }, 'metric.forbidden-target'],
    [{}, { target: { metric: 'feedback-outcome', target: 'allowed' } }, 'promise.not-of-answer-times'],
  ] as const)('refuses %j %j (C62)', (changed, more, code) => {
    expect(() => after({ terms: { ...terms, ...changed }, now: NOW, ...more })).toThrow(
      expect.objectContaining({ code }) as Error,
    )
  })

  it('counts versions without a gap and lets the newest in force hold, whatever is published', () => {
    const wish = fc.record({
      definition: fc.constantFrom(...CLAIMS),
      threshold: fc.integer({ min: 1, max: 600 }),
      share: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1 }), (wishes) => {
        const told = after(...wishes.map((each) => ({ terms: { ...terms, ...each }, now: NOW })))
        const versions = told.flatMap((event) =>
          event.type === 'throughline.PromisePublished.v1' ? [event.data] : [],
        )
        expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1))
        const current = inForce({ promiseId: 'p', channel: 'phone', versions, broken: [] }, NOW)
        expect(current?.terms).toMatchObject(wishes.at(-1) ?? {})
      }),
    )
  })
})

describe('a promise that was not kept', () => {
  const span = { version: 1, from: '2026-11-16', until: '2026-11-23', kept: 0, of: 40 }

  it('is told of each span once', () => {
    const told = after({ terms, now: NOW })
    const [broken] = breakPromise(span)(fold(promises, told))
    expect(broken).toMatchObject({
      type: 'throughline.PromiseBroken.v1',
      data: { promiseId: 'p', kept: 0, of: 40 },
    })
    const state = fold(promises, broken ? [...told, broken] : told)
    expect(breakPromise(span)(state)).toEqual([])
    expect(breakPromise({ ...span, until: '2026-11-30' })(state)).toHaveLength(1)
  })

  it('was made', () => {
    expect(() => breakPromise(span)({ status: 'none' })).toThrow(
      expect.objectContaining({ code: 'promise.unknown' }) as Error,
    )
  })
})
