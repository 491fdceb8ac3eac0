import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { hash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { openSqlite } from '@throughline/adapter-sqlite'
import type { Sqlite } from '@throughline/adapter-sqlite'
import type { DecisionAuditor } from '@throughline/ports'
import { compared } from '@throughline/ports'
import { FreshIds, ImmediateTimers, TickingClock } from '@throughline/ports/suites'
import { auditCommand } from './command.js'

const ids = new FreshIds()

/** A decision for the test: `is` has to be twice `of`. */
const doubling: DecisionAuditor = () => ({
  kind: 'doubling',
  on: ['test.Doubled.v1'],
  derive: async ({ data }) => {
    const { of } = data as { readonly of: number | null }
    if (of === null) return { outcome: 'underivable', because: 'Nobody wrote down of what.' }
    return compared(data, { of, is: of * 2 }, () => `It should have been ${String(of * 2)}.`)
  },
})

/** What stands in the row at a position. */
interface Stored {
  stream: number
  sequence: number
  command: string | null
  fingerprint: string | null
  journey: string | null
  body: string
  previous: string
  hash: string
  checksum: number
}

describe('an audit of a data folder', () => {
  let base: string
  let data: string
  let scratch: string
  let opened: Sqlite | undefined
  const before = process.env.TMPDIR
  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'throughline-'))
    data = join(base, 'data')
    scratch = join(base, 'scratch')
    mkdirSync(scratch)
    process.env.TMPDIR = scratch
    await open()
  })
  afterEach(async () => {
    await close()
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(base, { recursive: true, force: true })
  })

  const open = async (): Promise<Sqlite> => {
    const [clock, timers] = [new TickingClock(), new ImmediateTimers()]
    opened = await openSqlite({ folder: data, clock, ids, timers, onFatal: () => undefined })
    return opened
  }
  const close = async (): Promise<void> => {
    await opened?.close()
    opened = undefined
  }
  /** Three streams of four events each, in turn: one journey each, and the last is a decision. */
  const write = async (decided: readonly object[] = []): Promise<void> => {
    const { events } = opened ?? (await open())
    const streams = ['one', 'two', 'three']
    for (let version = 0; version < 4; version += 1)
      for (const id of streams) {
        const event = { type: 'test.Noted.v1', data: { text: `${id} ${String(version)}` } }
        const command = { id: ids.next(), actor: 'system:test', journeyId: `journey of ${id}` }
        await events.append({ stream: 'note', id }, version, command, [event])
      }
    for (const data of decided)
      await events.append(
        { stream: 'doubling', id: ids.next() },
        0,
        { id: ids.next(), actor: 'system:test' },
        [{ type: 'test.Doubled.v1', data }],
      )
  }
  const run = async (...parameters: readonly string[]) => {
    const told: string[] = []
    const streams = {
      out: (text: string) => void told.push(text),
      error: (text: string) => void told.push(text),
    }
    const given = { auditors: [doubling], ids }
    const code = await auditCommand(['--data', data, ...parameters], {}, given, streams)
    return { code, told: told.join('') }
  }
  /** Opens the file as somebody with a tool would, and lets it be altered. */
  const tamper = (alter: (database: DatabaseSync) => void, file = 'events.db'): void => {
    const database = new DatabaseSync(join(data, file))
    if (file === 'events.db')
      database.exec('DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed')
    alter(database)
    database.close()
  }
  /** Alters a row; with `proved`, hash and checksum are made to fit, as by somebody who knows how. */
  const alter = (position: number, change: (row: Stored) => Partial<Stored>, proved: boolean): void => {
    tamper((database) => {
      const row = database
        .prepare('SELECT * FROM events WHERE position = ?')
        .get(position) as unknown as Stored
      const next = { ...row, ...change(row) }
      if (proved) {
        next.hash = hash('sha256', next.previous + next.body, 'hex')
        const { stream, sequence, command, fingerprint, journey, previous } = next
        next.checksum = crc32(
          JSON.stringify([position, stream, sequence, command, fingerprint, journey, previous, next.hash]),
        )
      }
      database
        .prepare(
          'UPDATE events SET journey = ?, body = ?, previous = ?, hash = ?, checksum = ? WHERE position = ?',
        )
        .run(next.journey, next.body, next.previous, next.hash, next.checksum, position)
    })
  }
  const otherWords = ({ body }: Stored) => ({ body: body.replace('"text":"', '"text":"not ') })

  it('agrees with a whole record, and counts what it read', async () => {
    await write([{ of: 2, is: 4 }])
    await close()
    expect(await run()).toMatchObject({
      code: 0,
      told: expect.stringMatching(
        /Read 13 events of 4 streams up to position 13, of the data folder\.[^]*1 decided: 1 the same[^]*All agrees/,
      ) as string,
    })
    const { told } = await run('--json')
    expect(JSON.parse(told)).toEqual({
      events: 13,
      streams: 4,
      head: 13,
      from: 1,
      damaged: 0,
      decisions: { doubling: { same: 1, different: 0, underivable: 0 } },
      agrees: true,
      copied: false,
    })
  })

  it('lists a decision that comes out otherwise, with its position and what it should have been', async () => {
    await write([
      { of: 2, is: 4 },
      { of: 3, is: 7 },
      { of: null, is: 7 },
    ])
    await close()
    const { code, told } = await run()
    expect(code).toBe(1)
    expect(told).toContain('position 14: doubling of doubling ')
    expect(told).toContain('comes out otherwise. It should have been 6.\n    is: recorded 7, derived 6\n')
    expect(told).toContain('cannot be derived. Nobody wrote down of what.')
    expect(told).toContain('3 decided: 1 the same, 1 different, 1 cannot be derived')
    const lines = (await run('--json')).told
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines).toMatchObject([
      { finding: 'different', kind: 'doubling', position: 14, differences: [{ field: 'is' }] },
      { finding: 'underivable', position: 15 },
      { agrees: false },
    ])
    // What could not be derived is told, and is no difference.
    expect(await run('--from', '15')).toMatchObject({ code: 0 })
  })

  it('reads a copy of what a running system has, and leaves nothing behind', async () => {
    await write()
    const { code, told } = await run()
    expect([code, told]).toEqual([0, expect.stringContaining('of a copy of what a running system has')])
    expect(readdirSync(scratch)).toEqual([])
    // It writes on, and nobody was shut out.
    await expect(
      opened?.events.append({ stream: 'note', id: 'one' }, 4, { id: ids.next(), actor: 'system:test' }, [
        { type: 'test.Noted.v1', data: {} },
      ]),
    ).resolves.toMatchObject({ outcome: 'applied' })
    await close()
    expect(await run()).toMatchObject({ code: 0 })
    // Nor afterwards.
    await open()
  })

  it.each<readonly [what: string, damage: () => void, told: readonly string[]]>([
    [
      'altered words',
      () => {
        alter(5, otherWords, false)
      },
      ['position 5: damaged. the hash of the record at position 5 does not fit'],
    ],
    [
      'words altered by somebody who made hash and checksum fit',
      () => {
        alter(5, otherWords, true)
      },
      ['position 8: damaged. the record at position 8 does not follow the one before it'],
    ],
    [
      'a row moved to another journey, and its checksum made to fit',
      () => {
        alter(5, () => ({ journey: 'journey of one' }), true)
      },
      ['position 5: damaged. the columns of position 5 do not say what its event says'],
    ],
    [
      'a removed row',
      () => {
        tamper((database) => {
          database.exec('DELETE FROM events WHERE position = 5')
        })
      },
      [
        'position 5: damaged. position 5 is missing',
        'position 8: damaged. the record at position 8 does not follow',
      ],
    ],
    [
      'removed first rows',
      () => {
        tamper((database) => {
          database.exec('DELETE FROM events WHERE position < 3')
        })
      },
      ['positions 1 to 2 are missing'],
    ],
    [
      'a stream that is called otherwise',
      () => {
        tamper((database) => {
          database.exec("UPDATE streams SET id = 'four' WHERE id = 'two'")
        })
      },
      ['position 2: damaged. the columns of position 2 do not say what its event says'],
    ],
    [
      'an end cut off, of which a reader remembers more',
      () => {
        tamper((database) => {
          database.exec('DELETE FROM events WHERE position > 9')
        })
        tamper((database) => {
          database.exec("INSERT OR REPLACE INTO checkpoints (consumers, position) VALUES ('case', 12)")
        }, 'bus.db')
      },
      ['group:case has read up to 12, and the log ends at 9'],
    ],
  ])('finds %s', async (_, damage, wanted) => {
    await write([{ of: 3, is: 7 }])
    await close()
    damage()
    const { code, told } = await run()
    expect(code).toBe(1)
    for (const one of wanted) expect(told).toContain(one)
  })

  it('finds a last event that is not the one its witness saw', async () => {
    await write()
    await close()
    tamper((database) => {
      database.exec("INSERT OR REPLACE INTO witness (one, position, hash) VALUES (1, 12, 'another')")
    }, 'bus.db')
    const { code, told } = await run()
    expect([code, told]).toEqual([1, expect.stringContaining('position 12: damaged. it is not the event')])
  })

  it('judges no decision that rests on a damaged record', async () => {
    await write([{ of: 3, is: 7 }])
    await close()
    alter(5, otherWords, false)
    const { told } = await run()
    expect(told).toContain('The record is damaged at position 5, before it.')
    expect(told).toContain('1 decided: 0 the same, 0 different, 1 cannot be derived')
  })

  it('cannot run where there is no record, where a newer program wrote, and where it is asked for nonsense', async () => {
    await write()
    await close()
    expect(await run('--from', 'soon')).toMatchObject({
      code: 2,
      told: expect.stringContaining('npm run audit') as string,
    })
    expect(await run('--form', '3')).toMatchObject({ code: 2 })
    expect(await run('--data', scratch)).toEqual({
      code: 2,
      told: `There is no record in ${scratch}: it has no events.db.\n`,
    })
    expect(existsSync(join(scratch, 'lock.db'))).toBe(false)
    tamper((database) => {
      database.exec('PRAGMA user_version = 99')
    })
    expect(await run()).toMatchObject({
      code: 2,
      told: expect.stringContaining('A newer program wrote') as string,
    })
    rmSync(join(data, 'events.db-wal'), { force: true })
    tamperHeader()
    expect((await run()).code).toBe(2)
  })

  const tamperHeader = (): void => {
    rmSync(join(data, 'events.db'))
    const database = new DatabaseSync(join(data, 'events.db'))
    database.exec('CREATE TABLE other (x)')
    database.close()
  }
})
