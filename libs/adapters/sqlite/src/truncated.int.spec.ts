import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RecordedEvent } from '@throughline/ports'
import { assertRecord, defect, sized, until, wholeLog } from '@throughline/ports/suites'
import { UnusableDatabase } from './connection.js'
import { seeded } from './disk.fixture.js'
import { append, caught, cleanUp, folder, note, open, writing } from './folders.fixture.js'
import type { Sqlite } from './open.js'

// Ends what hangs; how fast threads start is not asked here.
jest.setTimeout(sized(120_000, 3_600_000))

afterEach(cleanUp)

const SEED = Number(process.env.SEED ?? 7)
const SECTOR = 512

/** A folder with so many events in it, as it is after a close, and what they are. */
async function written(
  count: number,
): Promise<{ readonly place: string; readonly log: readonly RecordedEvent[] }> {
  const place = folder()
  const sqlite = await open(place)
  const target = note()
  for (let version = 0; version < count; version++) await append(sqlite, target, version, 'word '.repeat(40))
  const log = await wholeLog(sqlite.events)
  await sqlite.close()
  return { place, log }
}

/** A consumer and a view that have read the whole log. */
async function followed(sqlite: Sqlite): Promise<void> {
  const seen = await sqlite.bus.consume({ group: 'g', types: [], handle: () => Promise.resolve() })
  const head = await sqlite.events.head()
  await sqlite.views.write('v', 0, head, [{ key: 'a', row: { head }, lists: {} }])
  await until(() => seen.position >= head)
}

/** A copy of a folder as it would be had somebody put back an older copy of the log, or lost its end. */
function copied(place: string, to: string, without: readonly string[] = []): void {
  mkdirSync(to)
  for (const name of readdirSync(place))
    if (!without.includes(name) && !name.endsWith('-shm')) copyFileSync(join(place, name), join(to, name))
}

/** The defect: nobody remembers what was there. */
function forgetful(place: string): void {
  for (const name of ['bus.db', 'bus.db-wal', 'views.db', 'views.db-wal'])
    rmSync(join(place, name), { force: true })
}

describe('a log that lost its end', () => {
  it('R07: cut anywhere after it was closed, it is not opened, and the sentence says what to do', async () => {
    const { place } = await written(60)
    const size = readFileSync(join(place, 'events.db')).length
    const random = seeded(SEED)
    const root = folder()
    for (let cut = 0; cut < sized(25, 400); cut++) {
      const to = join(root, String(cut))
      copied(place, to)
      truncateSync(join(to, 'events.db'), Math.floor((random() * size) / SECTOR) * SECTOR)
      if (defect('R07')) forgetful(to)
      const error = await caught(open(to))
      expect(error).toBeInstanceOf(UnusableDatabase)
      expect(String(error)).toMatch(/Put back the newest copy of it\./)
    }
  })

  it('R07: opened without the end of its write-ahead log, it is a prefix, or refused where that is known to be less', async () => {
    // Killed, so that the write-ahead log is there; the bus remembers a position some way before the end.
    const origin = folder()
    const child = writing(origin)
    await child.saying(200)
    child.process.kill('SIGKILL')
    await child.ended
    const first = await open(origin)
    const known = await first.events.head()
    await first.close()
    const more = writing(origin)
    await more.saying(200)
    more.process.kill('SIGKILL')
    await more.ended
    const place = join(folder(), 'whole')
    copied(origin, place)
    const whole = await open(origin)
    const log = await wholeLog(whole.events)
    await whole.close()
    expect(log.length).toBeGreaterThan(known)

    const size = readFileSync(join(place, 'events.db-wal')).length
    const sectors = Math.floor(size / SECTOR)
    const random = seeded(SEED)
    const root = folder()
    const cuts = Array.from({ length: sized(25, sectors) }, (_, cut) =>
      sized(0, 1) === 1 ? cut : Math.floor(random() * sectors),
    )
    const heads: number[] = []
    const [refused, prefixes] = [[] as number[], [] as number[]]
    for (const [index, cut] of [...cuts, undefined].entries()) {
      const to = join(root, String(index))
      copied(place, to, cut === undefined ? ['events.db-wal'] : [])
      if (cut !== undefined) truncateSync(join(to, 'events.db-wal'), cut * SECTOR)
      if (defect('R07')) forgetful(to)
      const opened = await open(to).catch((error: unknown) => {
        expect(error).toBeInstanceOf(UnusableDatabase)
        refused.push(Number(/ends at position (\d+)/.exec(String(error))?.[1] ?? 0))
        return undefined
      })
      if (opened === undefined) continue
      const found = await assertRecord(opened.events)
      expect(found).toEqual(log.slice(0, found.length))
      heads.push(found.length)
      prefixes.push(found.length)
      await opened.close()
      rmSync(to, { recursive: true })
    }
    expect(prefixes.filter((head) => head < known)).toEqual([])
    expect(refused.filter((head) => head >= known)).toEqual([])
    expect(heads.length).toBeGreaterThan(0)
  })

  it('R07: is not served by a process either, which ends with that sentence', async () => {
    const { place } = await written(20)
    for (const name of ['events.db', 'events.db-wal']) rmSync(join(place, name), { force: true })
    if (defect('R07')) forgetful(place)
    const child = writing(place)
    const first = await Promise.race([child.ended, child.saying(1).then(() => child.said[0])])
    if (first === 'open') child.process.kill('SIGKILL')
    expect(await child.ended).toBe(1)
    expect(child.said).toEqual([
      expect.stringContaining('events.db ends at position 0, and events up to 20 were there.'),
    ])
  })

  it('R07: is refused by what a view or a consumer has seen, where the witness saw less', async () => {
    for (const forgotten of ['DELETE FROM witness', 'DELETE FROM witness; DELETE FROM checkpoints']) {
      const { place } = await written(10)
      const older = join(folder(), 'older')
      copied(place, older)
      const sqlite = await open(place)
      await append(sqlite, note(), 0, 'later')
      await followed(sqlite)
      await sqlite.close()
      copyFileSync(join(older, 'events.db'), join(place, 'events.db'))
      const database = new DatabaseSync(join(place, 'bus.db'))
      database.exec(forgotten)
      database.close()
      if (defect('R07')) forgetful(place)
      expect(String(await caught(open(place)))).toContain(
        'ends at position 10, and events up to 11 were there.',
      )
    }
  })

  it('R07: is refused when another log of the same length stands in its place', async () => {
    const [one, other] = [await written(10), await written(12)]
    copyFileSync(join(other.place, 'events.db'), join(one.place, 'events.db'))
    if (defect('R07')) forgetful(one.place)
    // Looking at it does not make it the log that was there.
    for (let attempt = 1; attempt <= 2; attempt++)
      expect(String(await caught(open(one.place)))).toContain('The event at position 10 of')
  })

  it('R07: is taken as it is when the operator says so, once, and views and services begin again from there', async () => {
    const { place, log } = await written(10)
    const older = readFileSync(join(place, 'events.db'))
    const before = await open(place)
    const target = note()
    const { events } = await append(before, target, 0, 'lost', 'lost')
    await followed(before)
    const [lost] = events
    if (lost === undefined) throw new Error('nothing appended')
    await before.bus.park('g', lost, new Error('no'), 1)
    await before.views.write('behind', 0, 4, [{ key: 'b', row: 1, lists: {} }])
    await before.close()
    writeFileSync(join(place, 'events.db'), older)

    writeFileSync(join(place, 'accept-head'), '9')
    expect(String(await caught(open(place)))).toContain(`write 10 into ${join(place, 'accept-head')}`)
    writeFileSync(join(place, 'accept-head'), '10\n')
    const after = await open(place)
    expect(after.notices).toEqual([expect.stringContaining('It was accepted so')])
    expect(await wholeLog(after.events)).toEqual(log)
    // The view that knew of the lost events is gone and is built again; the one behind goes on.
    expect([await after.views.position('v'), await after.views.get('v', 'a')]).toEqual([0, undefined])
    expect([await after.views.position('behind'), await after.views.get('behind', 'b')]).toEqual([4, 1])
    expect(await after.bus.deadLetters()).toEqual([])
    const heard: number[] = []
    await after.bus.consume({
      group: 'g',
      types: ['test.Noted.v1'],
      handle: ({ position }) => {
        heard.push(position)
        return Promise.resolve()
      },
    })
    // What takes the place of the lost ones is not skipped.
    await append(after, target, 0, 'new', 'new', 'new')
    await until(() => heard.length >= 3)
    expect(heard).toEqual([11, 12, 13])
    await after.close()

    expect(existsSync(join(place, 'accept-head'))).toBe(false)
    await (await open(place)).close()
    writeFileSync(join(place, 'events.db'), older)
    expect(await caught(open(place))).toBeInstanceOf(UnusableDatabase)
  })
})
