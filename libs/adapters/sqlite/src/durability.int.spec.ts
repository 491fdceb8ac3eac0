import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { DamagedRecord } from '@throughline/ports'
import type { RecordedEvent, StreamName } from '@throughline/ports'
import { FreshIds, ImmediateTimers, TickingClock } from '@throughline/ports/suites'
import { assertPragmas, expectedPragmas, UnusableDatabase } from './connection.js'
import { BUS } from './event-bus.js'
import { LOG } from './event-store.js'
import { openSqlite } from './open.js'
import type { Sqlite } from './open.js'

// Ends what hangs; how fast the disk and its neighbours are is not asked here.
jest.setTimeout(60_000)

const ids = new FreshIds()
const folders: string[] = []
const opened: Sqlite[] = []
const children: ChildProcessWithoutNullStreams[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'throughline-'))
  folders.push(made)
  return made
}
const open = async (place: string, onFatal: (error: Error) => void = () => undefined): Promise<Sqlite> => {
  const sqlite = await openSqlite({
    folder: place,
    clock: new TickingClock(),
    ids,
    timers: new ImmediateTimers(),
    onFatal,
  })
  opened.push(sqlite)
  return sqlite
}
const append = async (
  { events }: Sqlite,
  target: StreamName,
  expected: number,
  ...texts: readonly string[]
) => {
  const command = { id: ids.next(), actor: 'system:test', journeyId: 'j', fingerprint: 'f' }
  const added = texts.map((text) => ({ type: 'test.Noted.v1', data: { text } }))
  return { command, ...(await events.append(target, expected, command, added)) }
}
const note = (): StreamName => ({ stream: 'note', id: ids.next() })
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

/** A child that writes into a folder; resolves with its lines once it has said `lines` of them. */
const writing = (place: string, limit = 'unlimited') => {
  const source = [
    '--conditions=@throughline/source',
    '--import',
    join(__dirname, 'source.fixture.mjs'),
    join(__dirname, 'writing.fixture.ts'),
  ]
  const limited = ['-c', `ulimit -f ${limit} && exec "$@"`, 'sh', process.execPath, ...source, place]
  const child = spawn('sh', limited)
  children.push(child)
  const said: string[] = []
  const listeners = new Set<() => void>()
  createInterface(child.stdout).on('line', (line) => {
    said.push(line)
    for (const listener of listeners) listener()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const saying = (count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.length >= count) resolve()
      }
      listeners.add(look)
      void ended.then(() => {
        reject(new Error(`the child ended after: ${said.join(' | ')}`))
      })
      look()
    })
  return { child, said, saying, ended }
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const sqlite of opened.splice(0)) await sqlite.close()
  for (const one of folders.splice(0)) rmSync(one, { recursive: true })
})

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
    const before = sqlite.events.commits
    await Promise.all(Array.from({ length: 200 }, () => append(sqlite, note(), 0, 'one')))
    expect(sqlite.events.commits - before).toBe(1)
    const target = note()
    const answers = await Promise.all([
      append(sqlite, target, 0, 'one'),
      caught(append(sqlite, target, 0, 'lost')),
      append(sqlite, target, 1, 'two'),
    ])
    expect(sqlite.events.commits - before).toBe(2)
    expect(answers[1]).toMatchObject({ name: 'WrongExpectedVersion', actual: 1 })
    expect(await sqlite.events.readStream(target)).toHaveLength(2)
  })

  it('refuses to start on a connection whose commits would not be durable (R06)', () => {
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
})

describe('a damaged record', () => {
  /** Changes stored bytes behind the store's back, as a bad disk or a hand would. */
  const tamper = (place: string, sql: string): void => {
    const database = new DatabaseSync(join(place, 'events.db'))
    database.exec(`DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed; ${sql}`)
    database.close()
  }

  it.each([
    ['a letter of the event', "UPDATE events SET body = replace(body, 'two', 'twp') WHERE position = 2"],
    ['its hash', "UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE position = 2"],
    ['the hash before it', "UPDATE events SET previous = '' WHERE position = 2"],
    ['its command', "UPDATE events SET command = 'other' WHERE position = 2"],
    ['its fingerprint', "UPDATE events SET fingerprint = 'other' WHERE position = 2"],
    ['its journey', "UPDATE events SET journey = 'j', checksum = checksum + 1 WHERE position = 2"],
    ['its place in the stream', 'UPDATE events SET sequence = 7 WHERE position = 2'],
    ['that it is there', 'DELETE FROM events WHERE position = 2'],
  ])('is found before a byte of it is served: %s (R08)', async (_, sql) => {
    const place = folder()
    const [target, other] = [note(), note()]
    const before = await open(place)
    for (const [version, text] of ['one', 'two', 'three'].entries())
      await append(before, target, version, text)
    const whole = await append(before, other, 0, 'whole')
    await before.close()
    tamper(place, sql)

    const after = await open(place)
    expect(await caught(after.events.readStream(target))).toBeInstanceOf(DamagedRecord)
    expect(await caught(after.events.readAll())).toBeInstanceOf(DamagedRecord)
    // Other streams go on.
    expect(await after.events.readStream(other)).toStrictEqual(whole.events)
    expect((await append(after, other, 1, 'more')).outcome).toBe('applied')
  })

  it('is found when somebody writes a new hash over a changed event (S11)', async () => {
    const place = folder()
    const target = note()
    const before = await open(place)
    for (const [version, text] of ['one', 'two', 'three'].entries())
      await append(before, target, version, text)
    await before.close()
    const { hash } = await import('node:crypto')
    const { crc32 } = await import('node:zlib')
    const database = new DatabaseSync(join(place, 'events.db'))
    const row = database.prepare('SELECT * FROM events WHERE position = 2').get() ?? {}
    const body = String(row.body).replace('two', 'tw0')
    const own = hash('sha256', String(row.previous) + body, 'hex')
    const columns = ['position', 'stream', 'sequence', 'command', 'fingerprint', 'journey', 'previous']
    const checksum = crc32(JSON.stringify([...columns.map((column) => row[column]), own]))
    database.exec('DROP TRIGGER events_are_never_changed')
    database
      .prepare('UPDATE events SET body = ?, hash = ?, checksum = ? WHERE position = 2')
      .run(body, own, checksum)
    database.close()

    const after = await open(place)
    expect(await caught(after.events.readStream(target))).toBeInstanceOf(DamagedRecord)
    expect(await caught(after.events.readAll())).toBeInstanceOf(DamagedRecord)
    expect(await caught(after.events.readJourney('j'))).toBeInstanceOf(DamagedRecord)
  })

  it('at the end of a stream takes no append behind it, and none of the others with it', async () => {
    const place = folder()
    const [target, other] = [note(), note()]
    const before = await open(place)
    await append(before, target, 0, 'one')
    await before.close()
    tamper(place, "UPDATE events SET body = replace(body, 'one', 'two')")

    const after = await open(place)
    const [damaged, whole] = await Promise.all([
      caught(append(after, target, 1, 'two')),
      append(after, other, 0, 'one'),
    ])
    expect(damaged).toBeInstanceOf(DamagedRecord)
    expect(whole.outcome).toBe('applied')
  })
})

describe('a process that dies', () => {
  it('has lost nothing it had acknowledged, and left no half of an append (R01)', async () => {
    const place = folder()
    const acked: string[] = []
    for (const moment of [1, 100, 400]) {
      const { child, said, saying, ended } = writing(place)
      await saying(1 + moment)
      child.kill('SIGKILL')
      await ended
      acked.push(...said.filter((line) => line.startsWith('acked')))

      const sqlite = await open(place)
      const log: RecordedEvent[] = []
      for (let after = 0; ;) {
        const page = await sqlite.events.readAll({ after })
        log.push(...page)
        const last = page.at(-1)
        if (last === undefined) break
        after = last.position
      }
      expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1))
      const stored = new Map<string, RecordedEvent[]>()
      for (const event of log) stored.set(event.commandId, [...(stored.get(event.commandId) ?? []), event])
      for (const line of acked) {
        const [, lane = '', id, command = '', version] = line.split(' ')
        expect(
          stored.get(command)?.map(({ stream, streamId, sequence }) => [stream, streamId, sequence]),
        ).toEqual([
          [`lane${lane}`, id, Number(version)],
          [`lane${lane}`, id, Number(version) + 1],
        ])
      }
      for (const events of stored.values()) expect(events).toHaveLength(2)
      await sqlite.close()
    }
    expect(acked.length).toBeGreaterThanOrEqual(501)
  })

  it('says no to what it cannot write, and has all it had said yes to (R09)', async () => {
    const place = folder()
    // Files of at most a megabyte, in blocks of 512 bytes: the log outgrows it.
    const { said, ended } = writing(place, '2048')
    await ended
    expect(said.at(-1)).toMatch(/^failed Nothing can be written at the moment/)
    const acked = said.filter((line) => line.startsWith('acked'))
    expect(acked.length).toBeGreaterThan(0)
    const sqlite = await open(place)
    const commands = new Set(
      (await sqlite.events.readAll({ limit: 100_000 })).map(({ commandId }) => commandId),
    )
    for (const line of acked) expect(commands).toContain(line.split(' ')[3])
  })

  it('keeps its folder to itself while it lives', async () => {
    const place = folder()
    const { child, saying, ended } = writing(place)
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
