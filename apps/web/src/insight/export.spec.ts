import { exportEvents } from './export'

it('takes the export part by part until the position stays, and says how far it is (C67)', async () => {
  const log = ['{"position":1}\n', '{"position":3}\n{"position":4}\n']
  const told: (readonly [number, number])[] = []
  const asked: number[] = []
  const parts = await exportEvents(
    (after) => {
      asked.push(after)
      const next = after === 0 ? [log[0], 2] : after === 2 ? [log[1], 4] : ['', 4]
      return Promise.resolve({ lines: String(next[0]), through: Number(next[1]) })
    },
    new AbortController().signal,
    (through, events) => {
      told.push([through, events])
    },
  )
  expect(parts.join('')).toBe(log.join(''))
  expect(asked).toEqual([0, 2, 4])
  expect(told).toEqual([
    [2, 1],
    [4, 3],
    [4, 3],
  ])
})
