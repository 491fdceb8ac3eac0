import { compareShares, hiddenAmong, hiddenCells, levelOf, neighboursDrift } from './verdict.js'

describe('the words of a comparison (C63)', () => {
  const fewer = { good: 'down', concurrent: true } as const

  it('fewer contacts after the change are likely better, because both versions were live', () => {
    const verdict = compareShares({ k: 140, n: 400 }, { k: 108, n: 400 }, fewer)
    expect(verdict.word).toBe('Likely better')
    expect(verdict.link).toBe('because')
    expect(verdict.stillNeeded).toBeUndefined()
  })

  it('the same numbers are likely worse where more is good', () => {
    expect(compareShares({ k: 140, n: 400 }, { k: 108, n: 400 }, { ...fewer, good: 'up' }).word).toBe(
      'Likely worse',
    )
    expect(compareShares({ k: 108, n: 400 }, { k: 140, n: 400 }, fewer).word).toBe('Likely worse')
  })

  it('two thousand a side can show that nothing worth acting on changed', () => {
    expect(compareShares({ k: 700, n: 2000 }, { k: 690, n: 2000 }, fewer).word).toBe('No difference seen')
  })

  it('forty readers are too few, and it says how many more are needed', () => {
    const verdict = compareShares({ k: 14, n: 40 }, { k: 11, n: 40 }, fewer)
    expect(verdict.word).toBe('Too few to tell')
    expect(verdict.stillNeeded).toBeGreaterThan(100)
    const n = 40 + (verdict.stillNeeded ?? 0)
    const sameShares = (units: number) =>
      compareShares({ k: (units * 14.5) / 41, n: units }, { k: (units * 11.5) / 41, n: units }, fewer)
    expect(sameShares(n).word).toBe('Likely better')
    expect(sameShares(n - 1).word).toBe('Too few to tell')
  })

  it('takes from unchanged neighbours how far things drift by themselves, and nothing from too few', () => {
    const moved = { before: { k: 100, n: 1000 }, after: { k: 200, n: 1000 } }
    const still = { before: { k: 100, n: 1000 }, after: { k: 101, n: 1000 } }
    expect(neighboursDrift([moved, moved, moved])).toBeCloseTo(0.0987, 3)
    expect(neighboursDrift([still, still, still])).toBe(0)
    expect(neighboursDrift([moved, moved])).toBe(0)
    const small = { before: { k: 1, n: 10 }, after: { k: 9, n: 10 } }
    expect(neighboursDrift([moved, moved, small])).toBe(0)
  })

  it('before and after says "with", and drift may mean that no number of readers would do', () => {
    const verdict = compareShares(
      { k: 140, n: 400 },
      { k: 130, n: 400 },
      { good: 'down', concurrent: false, drift: 0.08 },
    )
    expect(verdict).toMatchObject({ word: 'Too few to tell', stillNeeded: null, link: 'with' })
  })

  it('with nothing on one side it is too few to tell', () => {
    expect(compareShares({ k: 0, n: 0 }, { k: 3, n: 9 }, fewer).word).toBe('Too few to tell')
  })
})

describe('what may be shown (C29)', () => {
  it.each([
    [30, 20, 'rate'],
    [29, 20, 'counts'],
    [10, 8, 'counts'],
    [9, 8, 'owner'],
    [90, 4, 'hidden'],
  ] as const)('%i units of %i customers: %s', (units, customers, level) => {
    expect(levelOf(units, customers)).toBe(level)
  })

  it('hides a small cell together with the next smallest, so that the total does not give it away', () => {
    const cells = [
      { id: 'a', units: 50, customers: 40 },
      { id: 'b', units: 4, customers: 3 },
      { id: 'c', units: 20, customers: 12 },
    ]
    expect([...hiddenCells(cells)].sort()).toEqual(['b', 'c'])
    expect(hiddenCells(cells.filter((cell) => cell.id !== 'b')).size).toBe(0)
  })

  it('two hidden cells that together hold too few people still need a third', () => {
    const cells = [
      { id: 'a', units: 2, customers: 2 },
      { id: 'b', units: 2, customers: 1 },
      { id: 'c', units: 9, customers: 9 },
    ]
    expect(hiddenCells(cells).size).toBe(3)
  })

  it('hides a cell in which everybody answered alike', () => {
    const cells = [
      { id: 'a', units: 12, customers: 12, alike: true },
      { id: 'b', units: 40, customers: 40 },
      { id: 'c', units: 60, customers: 60 },
    ]
    expect([...hiddenCells(cells)].sort()).toEqual(['a', 'b'])
  })
})

describe('small cells of a list by several keys', () => {
  const cell = (kind: string, reason: string, customers: number) => ({
    id: `${kind}/${reason}`,
    units: customers,
    customers,
    values: [kind, reason],
  })

  it('are hidden so that no total over some of the keys gives one away', () => {
    // One small cell in each kind: together they are two, but each is alone within its kind and reason.
    const cells = [
      cell('purchase', 'leak', 3),
      cell('purchase', 'bill', 20),
      cell('purchase', 'noise', 30),
      cell('booking', 'leak', 40),
      cell('booking', 'bill', 3),
      cell('booking', 'noise', 50),
    ]
    const hidden = hiddenAmong(cells)
    for (const key of [0, 1]) {
      for (const group of Map.groupBy(cells, ({ values }) => values[key]).values())
        expect(group.filter(({ id }) => hidden.has(id))).not.toHaveLength(1)
    }
    expect(hidden.has('purchase/noise')).toBe(false)
  })
})
