import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Acked } from '@throughline/ports/suites'
import { assertRecord, defect, sized } from '@throughline/ports/suites'
import { Disk, operationsOf, seeded } from './disk.fixture.js'
import { builtShim, cleanUp, folder, open, program, run } from './folders.fixture.js'

// Ends what hangs; how fast the disk and its neighbours are is not asked here.
jest.setTimeout(sized(120_000, 3_600_000))

afterEach(cleanUp)

const SEED = Number(process.env.SEED ?? 5)
/** Cuts looked at side by side: opening one waits for threads most of the time. */
const AT_ONCE = 4
const CHECKPOINTS = '.db|PRAGMA wal_autocheckpoint = 8000|PRAGMA wal_autocheckpoint = 60'
const NORMAL = 'events.db|PRAGMA synchronous = FULL|PRAGMA synchronous = NORMAL'

/** Everything a host did to its folder, in order. */
async function recording(sessions: number, appends: number) {
  const place = folder()
  const [data, marks, journal] = ['data', 'marks', 'journal'].map((name) => join(place, name))
  if (data === undefined || marks === undefined || journal === undefined) throw new Error('no place')
  const swaps = defect('R05.normal') ? [CHECKPOINTS, NORMAL] : [CHECKPOINTS]
  const preload = ['--import', join(__dirname, 'sqlite.preload.fixture.mjs')]
  const child = run(
    process.execPath,
    [...preload, ...program('sessions.fixture.ts'), data, marks, String(sessions), String(appends)],
    {
      LD_PRELOAD: builtShim(),
      SHIM_FOLDER: data,
      SHIM_MARKS: marks,
      SHIM_JOURNAL: journal,
      SQLITE_SWAP: swaps.join(';'),
      ...(defect('R05.normal') && { SQLITE_LIES: 'events.db|synchronous|2' }),
    },
  )
  const code = await child.ended
  if (code !== 0) throw new Error(`the writer ended with ${String(code)}: ${child.said.join(' | ')}`)
  return operationsOf(readFileSync(journal))
}

/** Opens what a cut has left, and asks for everything that has to be there; what is wrong comes back as a sentence. */
async function check(place: string, acked: readonly Acked[], where: string): Promise<readonly string[]> {
  try {
    const sqlite = await open(place)
    await assertRecord(sqlite.events, { acked })
    await sqlite.close()
    rmSync(place, { recursive: true })
    return []
  } catch (error) {
    return [`${where}: ${error instanceof Error ? error.message : String(error)}`]
  }
}

describe('a power cut', () => {
  it('R05: loses nothing that was acknowledged, whatever of the unsynced writes is kept, torn or reordered', async () => {
    const operations = await recording(4, 40)
    const cuts = sized(300, 10_000)
    const random = seeded(SEED)
    const moments = Array.from({ length: cuts }, () => Math.floor(random() * (operations.length + 1)))
    const disk = new Disk()
    const shared = folder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir())
    let [played, acknowledged] = [0, 0]
    const wrong: string[] = []
    const checks: Promise<readonly string[]>[] = []
    for (const [cut, moment] of moments.sort((a, b) => a - b).entries()) {
      while (played < moment) {
        const operation = operations[played++]
        if (operation) disk.play(operation)
      }
      const place = join(shared, String(cut))
      disk.cut(place, seeded(SEED * 1_000_003 + cut))
      const acked = disk.marks.map((mark) => JSON.parse(mark) as Acked)
      acknowledged += acked.length
      checks.push(
        check(place, acked, `cut ${String(cut)} of SEED=${String(SEED)}, after ${String(moment)} operations`),
      )
      if (checks.length === AT_ONCE) wrong.push(...(await Promise.all(checks.splice(0))).flat())
    }
    wrong.push(...(await Promise.all(checks)).flat())
    expect({ cuts: wrong.length, first: wrong[0] }).toEqual({ cuts: 0, first: undefined })
    expect(acknowledged).toBeGreaterThan(cuts)
  })
})
