import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { assertRecord, wholeLog } from '@throughline/ports/suites'
import { UnusableDatabase } from './connection.js'
import { append, caught, cleanUp, folder, note, open } from './folders.fixture.js'

// Ends what hangs; how fast the disk and its neighbours are is not asked here.
jest.setTimeout(60_000)

afterEach(cleanUp)

describe('SQLite on disk', () => {
  it('has everything still after it was closed and opened again', async () => {
    const place = folder()
    const target = note()
    const before = await open(place)
    const { command, events } = await append(before, target, 0, 'one', 'two')
    await before.views.write('v', 0, 2, [{ key: 'a', row: { n: 1 }, lists: { all: '1' } }])
    const [first] = events
    if (first === undefined) throw new Error('nothing appended')
    await before.bus.park('g', first, new Error('no'), 1)
    await before.close()

    const after = await open(place)
    expect(await after.events.readStream(target)).toStrictEqual(events)
    expect(await after.events.head()).toBe(2)
    expect(await after.events.append(target, 0, command, [])).toStrictEqual({ outcome: 'replayed', events })
    const [third] = (await append(after, target, 2, 'three')).events
    expect([third?.sequence, third?.position]).toEqual([2, 3])
    expect(await after.events.readStream(target)).toHaveLength(3)
    expect(await after.views.position('v')).toBe(2)
    expect(await after.views.get('v', 'a')).toEqual({ n: 1 })
    expect(await after.bus.deadLetters('g')).toHaveLength(1)
  })

  it('leaves no gap in its positions, whatever is refused in between', async () => {
    const sqlite = await open(folder())
    const target = note()
    await Promise.all([
      append(sqlite, target, 0, 'one'),
      caught(append(sqlite, target, 0, 'lost')),
      append(sqlite, note(), 0, 'a', 'b'),
    ])
    expect((await sqlite.events.readAll()).map(({ position }) => position)).toEqual([1, 2, 3])
  })

  it('shares one commit among all appends that wait at the same moment', async () => {
    const sqlite = await open(folder())
    const commitsOf = async (appends: () => readonly Promise<unknown>[]): Promise<number> => {
      const before = sqlite.events.commits
      await Promise.all(appends())
      return sqlite.events.commits - before
    }
    const many = (count: number) => () =>
      Array.from({ length: count }, () => append(sqlite, note(), 0, 'one'))
    expect(await commitsOf(many(40))).toBe(1)
    // Of many, the first are written while the others are made ready.
    expect(await commitsOf(many(400))).toBeLessThan(10)
    const target = note()
    const answers: unknown[] = []
    const contended = () => [
      append(sqlite, target, 0, 'one'),
      append(sqlite, target, 0, 'lost').catch((error: unknown) => answers.push(error)),
      append(sqlite, target, 1, 'two'),
    ]
    expect(await commitsOf(contended)).toBe(1)
    expect(answers).toMatchObject([{ name: 'WrongExpectedVersion', actual: 1 }])
    expect(await sqlite.events.readStream(target)).toHaveLength(2)
  })

  it.each(['events.db', 'bus.db', 'views.db'])(
    'refuses a %s that a newer program wrote, and leaves it as it is',
    async (file) => {
      const place = folder()
      await (await open(place)).close()
      const database = new DatabaseSync(join(place, file))
      database.exec('PRAGMA user_version = 99')
      database.close()
      for (let attempt = 1; attempt <= 2; attempt++) {
        const error = await caught(open(place))
        expect(error).toBeInstanceOf(UnusableDatabase)
        expect(String(error)).toContain(`${file} has schema version 99`)
      }
    },
  )

  it('refuses a folder that another has open, and lets the next in when it is closed', async () => {
    const place = folder()
    const first = await open(place)
    const error = await caught(open(place))
    expect(error).toBeInstanceOf(UnusableDatabase)
    expect(String(error)).toContain(`Another process has ${place} open.`)
    await first.close()
    await open(place)
  })

  it('refuses to change or remove an event', async () => {
    const place = folder()
    await append(await open(place), note(), 0, 'one')
    const database = new DatabaseSync(join(place, 'events.db'))
    const run = (sql: string) => () => {
      database.exec(sql)
    }
    expect(run("UPDATE events SET body = '{}'")).toThrow('events are never changed')
    expect(run('DELETE FROM events')).toThrow('events are never removed')
    database.close()
  })

  it('reads whole streams while it appends to them', async () => {
    const sqlite = await open(folder())
    const target = note()
    for (let version = 0; version < 200; version += 4) {
      const appended = [0, 1, 2, 3].map((more) => append(sqlite, target, version + more, 'one'))
      const read = await sqlite.events.readStream(target)
      expect(read.length).toBeGreaterThanOrEqual(version)
      await Promise.all(appended)
    }
    await assertRecord(sqlite.events)
  })

  it('takes over a log and a bus that version 1 wrote', async () => {
    const place = folder()
    const before = await open(place)
    const target = note()
    const { command, events } = await append(before, target, 0, 'one', 'two')
    await before.close()
    // What version 2 added is taken out again: the files are what version 1 left.
    for (const [file, added] of [
      ['events.db', 'DROP INDEX streams_by_end'],
      ['bus.db', 'DROP TABLE witness; DROP TABLE shortenings'],
    ] as const) {
      const database = new DatabaseSync(join(place, file))
      database.exec(`${added}; PRAGMA user_version = 1; VACUUM`)
      database.close()
    }
    const after = await open(place)
    expect(await wholeLog(after.events)).toEqual(events)
    expect((await after.events.append(target, 0, command, [])).outcome).toBe('replayed')
    await append(after, target, 2, 'three')
    await append(after, note(), 0, 'one')
    await assertRecord(after.events, { acked: events })
    await after.close()
    const version = (file: string): unknown => {
      const database = new DatabaseSync(join(place, file), { readOnly: true })
      const found = database.prepare('PRAGMA user_version').get()?.user_version
      database.close()
      return found
    }
    expect([version('events.db'), version('bus.db')]).toEqual([2, 2])
    await assertRecord((await open(place)).events, { acked: events })
  })

  it('begins its views anew when their file is damaged, and says so', async () => {
    const place = folder()
    const before = await open(place)
    await append(before, note(), 0, 'one')
    await before.views.write('v', 0, 1, [{ key: 'a', row: 1, lists: {} }])
    await before.close()
    const bytes = readFileSync(join(place, 'views.db'))
    writeFileSync(join(place, 'views.db'), bytes.fill(0x2a, 100, 2_000))

    const after = await open(place)
    expect(after.notices).toEqual([expect.stringContaining('views.db is damaged')])
    expect(await after.views.position('v')).toBe(0)
    await after.views.write('v', 0, 1, [{ key: 'a', row: 2, lists: {} }])
    expect(await after.views.get('v', 'a')).toBe(2)
    expect(await after.scrub.run()).toEqual([])
  })

  it('does not open a bus that is damaged, and says what is lost with it', async () => {
    const place = folder()
    await (await open(place)).close()
    const bytes = readFileSync(join(place, 'bus.db'))
    writeFileSync(join(place, 'bus.db'), bytes.fill(0x2a, 100, 2_000))
    const error = await caught(open(place))
    expect(error).toBeInstanceOf(UnusableDatabase)
    expect(String(error)).toContain('bus.db is damaged')
    expect(String(error)).toContain(
      'or remove it: services then hear everything again and record nothing twice.',
    )
  })
})
