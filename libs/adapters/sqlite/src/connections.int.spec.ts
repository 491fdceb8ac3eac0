import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defect } from '@throughline/ports/suites'
import { assertPragmas, expectedPragmas, UnusableDatabase } from './connection.js'
import { BUS } from './event-bus.js'
import { cleanUp, folder, program, run } from './folders.fixture.js'
import { LOG } from './log.js'

// Ends what hangs; how fast processes start is not asked here.
jest.setTimeout(120_000)

afterEach(cleanUp)

const toNormal = (file: string): string => `${file}|PRAGMA synchronous = FULL|PRAGMA synchronous = NORMAL`

/** A whole life of a host in a folder, with everything written down that its connections were when they closed. */
async function life(environment: Readonly<Record<string, string>> = {}) {
  const place = folder()
  const log = join(place, 'connections')
  const child = run(
    process.execPath,
    [
      '--import',
      join(__dirname, 'sqlite.preload.fixture.mjs'),
      ...program('sessions.fixture.ts'),
      ...[join(place, 'data'), join(place, 'marks'), '1', '3', 'scrubbed'],
    ],
    { SQLITE_LOG: log, ...environment },
  )
  const code = await child.ended
  const connections = (): readonly { thread: string; file: string; synchronous: string; journal: string }[] =>
    readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const [thread = '', file = '', synchronous = '', journal = ''] = line.split(' ')
        return { thread, file, synchronous, journal }
      })
  return { code, said: child.said.join('\n'), connections }
}

describe('the connections of a process', () => {
  it('R06: are FULL, every one of every thread that has the log or the bus open', async () => {
    const careless = { SQLITE_SWAP: toNormal('events.db'), SQLITE_LIES: 'events.db|synchronous|2' }
    const { code, said, connections } = await life(defect('R06') ? careless : {})
    expect({ code, said }).toEqual({ code: 0, said: '' })
    const kept = connections().filter(({ file }) => ['events.db', 'bus.db'].includes(file))
    for (const connection of kept) expect(connection).toMatchObject({ synchronous: '2', journal: 'wal' })
    // The main thread prepares and reads each file, a thread of its own writes it, and another reads it whole.
    for (const file of ['events.db', 'bus.db']) {
      const threads = new Set(
        kept.filter((connection) => connection.file === file).map(({ thread }) => thread),
      )
      expect({ file, threads: threads.size }).toEqual({ file, threads: 3 })
    }
    // Views may lose their last moments: position and rows go together (decision 6).
    const views = connections().filter(({ file }) => file === 'views.db')
    expect(new Set(views.map(({ journal }) => journal))).toEqual(new Set(['wal']))
    expect(new Set(connections().map(({ file }) => file))).toEqual(
      new Set([':memory:', 'lock.db', 'events.db', 'bus.db', 'views.db']),
    )
  })

  it.each(['events.db', 'bus.db'])(
    'R06: refuse the start when one of %s would not be durable',
    async (file) => {
      const { code, said } = await life({ SQLITE_SWAP: toNormal(file) })
      expect(code).toBe(1)
      expect(said).toContain(`${file} was opened with synchronous = 1, and 2 is required: refusing to start.`)
    },
  )

  it('R06: are read one by one, and the sentence says what was found', () => {
    const database = new DatabaseSync(join(folder(), 'any.db'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    const { journal_mode, synchronous } = expectedPragmas({ synchronous: 'FULL' })
    const check = (): void => {
      assertPragmas(database, { journal_mode: journal_mode ?? '', synchronous: synchronous ?? '' }, 'any.db')
    }
    expect(check).toThrow(UnusableDatabase)
    expect(check).toThrow('any.db was opened with synchronous = 1, and 2 is required: refusing to start.')
    database.exec('PRAGMA synchronous = FULL')
    expect(check).not.toThrow()
    database.close()
    expect([LOG.synchronous, BUS.synchronous]).toEqual(['FULL', 'FULL'])
  })
})
