import { defineMetric } from './definition.js'
import { DefineMetricBody } from './figure.controller.js'

const { metric, why, definition } = DefineMetricBody.example
const wish = (changed: Readonly<Record<string, unknown>> = {}, shipped = 0) =>
  defineMetric({ metric, why, definition: { ...definition, ...changed }, shipped })

describe('defining a metric', () => {
  it('makes the version after the one that is there', () => {
    expect(wish()({ status: 'none' })).toMatchObject([{ data: { metric, version: 1 } }])
    expect(wish({}, 1)({ status: 'none' })).toMatchObject([{ data: { version: 2 } }])
    expect(wish()({ status: 'defined', version: 4, definition: {} })).toMatchObject([
      { data: { version: 5 } },
    ])
  })

  it('tells the same again as nothing', () => {
    expect(wish()({ status: 'defined', version: 4, definition: { ...definition } })).toEqual([])
  })

  it.each([
    [{ unit: 'person' }, 'metric.invalid'],
    [{ by: ['person'] }, 'metric.names-people'],
    [{ by: ['contact'] }, 'metric.names-people'],
  ])('refuses %j', (changed, code) => {
    expect(() => wish(changed)({ status: 'none' })).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('refuses handle time as an aim under any name (C62)', () => {
    const outcome = [{ fold: 'last', event: 'ContactEnded', same: ['contact'], value: 'handleSeconds' }]
    const estimate = { kind: 'mean' }
    expect(() => wish({ outcome, estimate })({ status: 'none' })).toThrow(
      expect.objectContaining({ code: 'metric.forbidden-target' }) as Error,
    )
  })
})
