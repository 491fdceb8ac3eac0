import * as fc from 'fast-check'
import type { RecordedEvent } from '@throughline/ports'
import { defect, sized, turn } from '@throughline/ports/suites'
import { Partition } from './partition.js'

jest.setTimeout(sized(30_000, 600_000))

const event = (position: number, customerId: string): RecordedEvent => ({
  type: 'test.Noted.v1',
  data: {},
  id: `event-${String(position)}`,
  stream: 'note',
  streamId: String(position),
  sequence: 0,
  position,
  occurredAt: '2026-11-22T09:00:00.000Z',
  recordedAt: '2026-11-22T09:00:00.000Z',
  commandId: `command-${String(position)}`,
  actor: 'system:test',
  customerId,
  hash: '',
})

/** As the relay numbers them: each message tells the position before its own in the partition. */
const arrived = (position: number, previous: number, customerId = 'ann') => ({
  event: event(position, customerId),
  previous: 0,
  logPrevious: position - 1,
  partitionPrevious: previous,
})

describe('what a group has in hand of one partition', () => {
  it('R18: whatever order handlers finish in, what may be committed is finished up to there', async () => {
    const schedules = fc.record({
      keys: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 30 }),
      delays: fc.array(fc.nat({ max: 7 }), { minLength: 30, maxLength: 30 }),
      // Which message comes a second time, as after an acknowledgement that was lost.
      again: fc.array(fc.nat({ max: 29 }), { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(schedules, async ({ keys, delays, again }) => {
        const finished = new Set<number>()
        const handled: number[] = []
        const offsets: bigint[] = []
        const work = async ({ position }: RecordedEvent): Promise<void> => {
          for (let left = delays[position % 30] ?? 0; left > 0; left--) await turn()
          handled.push(position)
          finished.add(position)
        }
        const partition: Partition = new Partition(
          { offset: 0n, position: 0 },
          {
            // Seeded: says that it is done before it is.
            handle: defect('R18.kafka') ? async (one) => void work(one) : work,
            onProgress: () => {
              const { offset, position } = partition.prefix
              for (let one = 1; one <= position; one++) expect(finished.has(one)).toBe(true)
              for (const [at, of] of sent.entries())
                if (BigInt(at) < offset) expect(finished.has(of)).toBe(true)
              offsets.push(offset)
            },
          },
        )
        const sent: number[] = []
        for (const [index, key] of keys.entries()) {
          const send = (position: number): void => {
            const message = arrived(position, position - 1, `customer-${String(keys[position - 1] ?? key)}`)
            partition.take(BigInt(sent.push(position) - 1), message, 10)
          }
          send(index + 1)
          if (again.includes(index))
            for (let back = Math.min(index, 2); back >= 0; back--) send(index + 1 - back)
          if ((delays[index] ?? 0) > 4) await turn()
        }
        await partition.rest()
        expect(partition.prefix).toEqual({ offset: BigInt(sent.length), position: keys.length })
        expect(offsets).toEqual(offsets.toSorted((a, b) => Number(a - b)))
        expect(partition.open).toBe(0)
        expect(partition.bytes).toBe(0)
        // Once each, and each key in order.
        expect(handled.toSorted((a, b) => a - b)).toEqual(keys.map((_, index) => index + 1))
        for (const own of Map.groupBy(handled, (position) => keys[position - 1]).values()) {
          expect(own).toEqual(own.toSorted((a, b) => a - b))
        }
      }),
      { numRuns: sized(300, 10_000) },
    )
  })

  it('begins nothing more once it is closed, and keeps open what it had not begun', async () => {
    const handled: number[] = []
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const partition = new Partition(
      { offset: 7n, position: 70 },
      {
        handle: async ({ position }) => {
          await held
          handled.push(position)
        },
        onProgress: () => undefined,
      },
    )
    partition.take(7n, arrived(71, 70), 1)
    partition.take(8n, arrived(72, 71), 1)
    partition.close()
    release()
    await partition.rest()
    expect(handled).toEqual([71])
    expect(partition.prefix).toEqual({ offset: 8n, position: 71 })
    expect(partition.open).toBe(1)
  })

  it('knows when events of the partition are missing before a message, and takes them without an offset', async () => {
    const handled: number[] = []
    const partition = new Partition(
      { offset: 3n, position: 10 },
      { handle: async ({ position }) => void handled.push(position), onProgress: () => undefined },
    )
    expect(partition.isMissing(arrived(20, 15))).toBe(true)
    expect(partition.isMissing(arrived(20, 10))).toBe(false)
    expect(partition.isMissing(arrived(20, 4))).toBe(false)
    expect(partition.isMissing(arrived(9, 8))).toBe(false)
    partition.fill(event(12, 'ann'))
    partition.fill(event(15, 'ann'))
    partition.filled(15)
    expect(partition.isMissing(arrived(20, 15))).toBe(false)
    partition.take(9n, arrived(20, 15), 1)
    partition.take(10n, undefined, 1)
    await partition.rest()
    expect(handled).toEqual([12, 15, 20])
    expect(partition.prefix).toEqual({ offset: 11n, position: 20 })
  })
})
