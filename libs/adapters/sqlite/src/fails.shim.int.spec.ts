import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assertRecord, defect } from '@throughline/ports/suites'
import { ackedOf, builtShim, cleanUp, folder, open, program, run } from './folders.fixture.js'

// Ends what hangs; how fast processes start is not asked here.
jest.setTimeout(120_000)

afterEach(cleanUp)

describe('a disk that fails', () => {
  it.each(['events.db-wal', 'events.db'])(
    'R10: ends the process at the first sync of %s it cannot trust, and nothing told before is lost',
    async (file) => {
      const place = join(folder(), 'data')
      const child = run(process.execPath, [...program('writing.fixture.ts'), place], {
        LD_PRELOAD: builtShim(),
        SHIM_FOLDER: place,
        // Of the log itself, the first syncs are those of its making.
        SHIM_EIO: file === 'events.db' ? `1 ${file}` : `30 ${file}`,
      })
      expect(await child.ended).toBe(1)
      const acked = ackedOf(child.said)
      const sqlite = await open(place)
      await assertRecord(sqlite.events, { acked })
      if (file === 'events.db') return
      expect(acked.length).toBeGreaterThan(0)
      const fatal = child.said.findIndex((line) => line.startsWith('fatal'))
      expect(fatal).toBeGreaterThan(0)
      expect(ackedOf(child.said.slice(fatal))).toEqual([])
    },
  )

  it('R09: is full and takes nothing, and goes on by itself once there is room', async () => {
    const place = join(folder(), 'data')
    const full = join(folder(), 'full')
    const child = run(process.execPath, [...program('writing.fixture.ts'), place, 'patient'], {
      LD_PRELOAD: builtShim(),
      SHIM_FOLDER: place,
      SHIM_FULL: full,
    })
    await child.saying(50)
    writeFileSync(full, '')
    const refused = (): number => child.said.filter((line) => line === 'refused unavailable 5').length
    // Every one of the eight lanes comes to rest.
    while (refused() < 8) await child.saying(child.said.length + 1)
    rmSync(full)
    const before = child.said.length
    child.process.stdin.write('go on\n')
    await child.saying(before + 50)
    child.process.kill('SIGKILL')
    await child.ended
    expect(child.said.slice(before).every((line) => line.startsWith('acked'))).toBe(true)
    const acked = ackedOf(child.said)
    // The defect: one more is taken to be safe.
    const [first] = acked
    if (defect('R09.shim') && first) acked.push({ ...first, commandId: 'lost' })
    const sqlite = await open(place)
    await assertRecord(sqlite.events, { acked })
  })
})
