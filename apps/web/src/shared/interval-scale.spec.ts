import { endsOf, placeOn } from './interval-scale'

const about = (value: number) => ({ value, low: value - 0.03, high: value + 0.03 })

describe('the scale of intervals', () => {
  it('holds every interval and ends at whole fives of 100', () => {
    expect(
      endsOf([{ value: 0.58, low: 0.51, high: 0.65 }, about(0.7), { value: 0.7, low: 0.47, high: 0.87 }]),
    ).toEqual({
      from: 0.45,
      to: 0.9,
    })
  })

  it('is never so narrow that noise looks like news', () => {
    expect(endsOf([about(0.5)])).toEqual({ from: 0.4, to: 0.6 })
    expect(endsOf([{ value: 0, low: 0, high: 0.02 }])).toEqual({ from: 0, to: 0.2 })
    expect(endsOf([{ value: 1, low: 0.98, high: 1 }])).toEqual({ from: 0.8, to: 1 })
  })

  it('goes from none to all where there is nothing to hold', () => {
    expect(endsOf([])).toEqual({ from: 0, to: 1 })
  })

  it('keeps what lies outside at its ends', () => {
    const scale = { from: 0.4, to: 0.9 }
    expect(placeOn(scale, 0.4)).toBe(0)
    expect(placeOn(scale, 0.65)).toBe(50)
    expect(placeOn(scale, 0.95)).toBe(100)
    expect(placeOn(scale, 0.1)).toBe(0)
    expect(placeOn({ from: 0.5, to: 0.5 }, 0.5)).toBe(50)
  })
})
