import { departmentName, matching, ranked } from './wrap-up-causes'

const PUMP = { code: 'pump-blocked', words: 'The pump was blocked.', department: 'product' }
const LETTER = { code: 'letter-unclear', words: 'A carta não é clara', department: 'customer-service' }

describe('causes to choose from', () => {
  it('come in the order of how often they were noted, each once, with the department somebody knew (C39)', () => {
    const { department: _, ...unowned } = PUMP
    expect(ranked([LETTER, unowned, PUMP])).toEqual([PUMP, LETTER])
  })

  it('are found by any words of theirs, with or without accents', () => {
    expect(matching([PUMP, LETTER], 'PUMP bloc')).toEqual([PUMP])
    expect(matching([PUMP, LETTER], 'nao')).toEqual([LETTER])
    expect(matching([PUMP, LETTER], 'product')).toEqual([PUMP])
    expect(matching([PUMP, LETTER], '')).toEqual([PUMP, LETTER])
    expect(matching([PUMP, LETTER], 'zebra')).toEqual([])
  })

  it('name their department in words', () => {
    expect(departmentName('customer-service')).toBe('Customer service')
  })
})
