import { driverTrends } from './driver.trend.js'

const quiet = [20, 22, 18, 20, 20, 21, 19, 20, 20, 22, 18, 20]
const rise = [20, 22, 18, 20, 20, 21, 19, 20, 40, 44, 36, 40]

describe('the trend of a driver over its weeks', () => {
  it('calls a real rise worse and a real fall better', () => {
    expect(driverTrends([rise])).toEqual(['Likely worse'])
    expect(driverTrends([[...rise.slice(8), ...rise.slice(8), ...quiet.slice(8)]])).toEqual(['Likely better'])
  })

  it('says too few to tell without enough contacts, or where it was not recorded for so long', () => {
    expect(driverTrends([[1, 0, 2, 1, 0, 3, 1, 1]])).toEqual(['Too few to tell'])
    expect(driverTrends([[]])).toEqual(['Too few to tell'])
    expect(driverTrends([quiet])).toEqual(['Too few to tell'])
  })

  it('says that no difference is seen only from very many', () => {
    expect(driverTrends([quiet.map((count) => count * 50)])).toEqual(['No difference seen'])
  })

  it('does not take weeks that scatter of themselves for a rise', () => {
    const even = [10, 10, 10, 10, 15, 15, 15, 15]
    const wild = [0, 22, 1, 17, 32, 2, 25, 1]
    expect(driverTrends([even.map((count) => count * 2)])).toEqual(['Likely worse'])
    expect(driverTrends([wild.map((count) => count * 2)])).toEqual(['Too few to tell'])
  })

  it('holds a list to its false discoveries: one small rise among many is red no more', () => {
    const small = [10, 10, 10, 10, 15, 15, 14, 15]
    expect(driverTrends([small])).toEqual(['Likely worse'])
    const others = Array.from({ length: 20 }, () => [10, 10, 10, 10, 10, 10, 10, 10])
    expect(driverTrends([small, ...others])[0]).toBe('Too few to tell')
  })
})
