import type { Acked } from '@throughline/ports/suites'
import { assertRecord, sized } from '@throughline/ports/suites'
import { UnusableDatabase } from './connection.js'
import { seeded } from './disk.fixture.js'
import { ackedOf, caught, cleanUp, folder, open, writing } from './folders.fixture.js'

// Ends what hangs; how fast processes start is not asked here.
jest.setTimeout(sized(120_000, 3_600_000))

afterEach(cleanUp)

const SEED = Number(process.env.SEED ?? 1)
const LANES = 2
const MOST_APPENDS = 200

describe('a process that dies', () => {
  it('R01: has lost nothing it had acknowledged, and left no half of a command', async () => {
    const rounds = sized(30, 150)
    const reopened: number[] = []
    const total: number[] = []
    // Folders side by side, each killed and opened again and again.
    const lane = async (index: number): Promise<void> => {
      const place = folder()
      const acked: Acked[] = []
      const random = seeded(SEED + index)
      for (let round = index; round < rounds; round += LANES) {
        const { process: child, said, saying, ended } = writing(place)
        // At any moment of its life: while it opens, at its first append, in the middle of many.
        const moment = Math.floor(random() * MOST_APPENDS)
        if (moment > 0) await saying(moment)
        child.kill('SIGKILL')
        await ended
        acked.push(...ackedOf(said))

        const began = process.hrtime.bigint()
        const sqlite = await open(place)
        reopened.push(Number(process.hrtime.bigint() - began) / 1e6)
        const log = await assertRecord(sqlite.events, { acked })
        const sizes = new Map<string, number>()
        for (const { commandId } of log) sizes.set(commandId, (sizes.get(commandId) ?? 0) + 1)
        for (const [command, size] of sizes) expect({ command, size }).toEqual({ command, size: 2 })
        await sqlite.close()
      }
      total.push(acked.length)
    }
    // All come to rest before a failure is told, or what is left would outlive the test.
    const done = await Promise.allSettled(Array.from({ length: LANES }, (_, index) => lane(index)))
    for (const one of done) if (one.status === 'rejected') throw one.reason
    expect(Math.min(...total)).toBeGreaterThan(0)
    reopened.sort((a, b) => a - b)
    const [p50, p99] = [0.5, 0.99].map((part) => reopened[Math.floor(reopened.length * part)]?.toFixed(0))
    process.stdout.write(
      `R01: ${String(rounds)} rounds, opened again in ${String(p50)} ms (p99 ${String(p99)} ms)\n`,
    )
  })

  it('keeps its folder to itself while it lives', async () => {
    const place = folder()
    const { process: child, saying, ended } = writing(place)
    await saying(1)
    const error = await caught(open(place))
    expect(error).toBeInstanceOf(UnusableDatabase)
    const second = writing(place)
    await second.ended
    expect(second.said).toEqual([expect.stringContaining(`Another process has ${place} open.`)])
    child.kill('SIGKILL')
    await ended
    await open(place)
  })
})
