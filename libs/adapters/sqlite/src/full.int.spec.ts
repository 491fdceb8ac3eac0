import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Refused } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { assertRecord, defect } from '@throughline/ports/suites'
import {
  ackedOf,
  append,
  cleanUp,
  folder,
  note,
  open,
  program,
  run,
  mayMount,
  smallFolder,
} from './folders.fixture.js'

// Ends what hangs; how fast the disk and its neighbours are is not asked here.
jest.setTimeout(120_000)

afterEach(cleanUp)

const MOST = 20_000

// Mounting is for root. Without it the shim's disk stands in (`fails.shim.int.spec.ts`).
const onTmpfs = mayMount() ? it : () => undefined

describe('a full disk', () => {
  onTmpfs(
    'R09: takes nothing it cannot keep, has all it had taken, serves on, and takes again once there is room',
    async () => {
      const place = smallFolder('2m')
      const fatal: Error[] = []
      const sqlite = await open(place, { onFatal: (error) => fatal.push(error) })
      const target = note()
      const acked: RecordedEvent[] = []
      const tell = (events: readonly RecordedEvent[]): void => void acked.push(...events)
      let refusal: unknown
      for (let version = 0; refusal === undefined && version < MOST; version++) {
        // Its own events, so that the defect can tell of one that was refused.
        await append(sqlite, target, version, 'x'.repeat(300)).then(
          ({ events }) => {
            tell(events)
          },
          (error: unknown) => (refusal = error),
        )
      }
      const last = acked.at(-1)
      if (last === undefined) throw new Error('nothing was taken')
      // The defect: the one that was refused is told to be safe.
      if (defect('R09'))
        tell([{ ...last, id: 'lost', position: last.position + 1, sequence: last.sequence + 1 }])

      expect(refusal).toBeInstanceOf(Refused)
      expect(refusal).toMatchObject({
        kind: 'unavailable',
        code: 'store.unavailable',
        detail: { retryAfter: 5 },
      })
      // Full as it is, it answers every reader and refuses every writer.
      for (let attempt = 1; attempt <= 3; attempt++) {
        await expect(append(sqlite, note(), 0, 'x'.repeat(20_000))).rejects.toMatchObject({
          kind: 'unavailable',
        })
        await assertRecord(sqlite.events, { acked })
      }
      execFileSync('mount', ['-o', 'remount,size=16m', place])
      tell((await append(sqlite, target, acked.length, 'there is room again')).events)
      tell((await append(sqlite, note(), 0, 'x'.repeat(20_000))).events)
      await sqlite.bus.park('g', last, new Error('no'), 1)
      await assertRecord(sqlite.events, { acked })
      expect(fatal).toEqual([])
      await sqlite.close()
      await assertRecord((await open(place)).events, { acked })
    },
  )

  it('R09: is met the same where the limit is on the size of files', async () => {
    const place = folder()
    // At most a megabyte each, in blocks of 512 bytes: the log outgrows it.
    const { said, ended } = run('sh', [
      ...['-c', 'ulimit -f 2048 && exec "$@"', 'sh', process.execPath],
      ...program('writing.fixture.ts'),
      place,
    ])
    expect(await ended).toBe(1)
    expect(said.at(-1)).toMatch(/^failed Nothing can be written at the moment/)
    const acked = ackedOf(said)
    expect(acked.length).toBeGreaterThan(0)
    for (const name of readdirSync(place))
      expect(statSync(join(place, name)).size).toBeLessThanOrEqual(2 ** 20)
    const sqlite = await open(place)
    await assertRecord(sqlite.events, { acked })
  })
})
