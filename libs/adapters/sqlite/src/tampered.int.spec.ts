import { hash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { DamagedRecord } from '@throughline/ports'
import { append, caught, cleanUp, folder, note, open } from './folders.fixture.js'

// Ends what hangs; how fast the disk and its neighbours are is not asked here.
jest.setTimeout(60_000)

afterEach(cleanUp)

/** Does something to the events that the triggers forbid, and leaves the triggers as they were. */
function withoutTriggers(database: DatabaseSync, change: () => void): void {
  const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all()
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`)
  change()
  for (const { sql } of triggers) database.exec(String(sql))
}

describe('a damaged record', () => {
  /** Changes stored bytes behind the store's back, as a bad disk or a hand would. */
  const tamper = (place: string, sql: string): void => {
    const database = new DatabaseSync(join(place, 'events.db'))
    withoutTriggers(database, () => {
      database.exec(sql)
    })
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
    const database = new DatabaseSync(join(place, 'events.db'))
    const row = database.prepare('SELECT * FROM events WHERE position = 2').get() ?? {}
    const body = String(row.body).replace('two', 'tw0')
    const own = hash('sha256', String(row.previous) + body, 'hex')
    const columns = ['position', 'stream', 'sequence', 'command', 'fingerprint', 'journey', 'previous']
    const checksum = crc32(JSON.stringify([...columns.map((column) => row[column]), own]))
    withoutTriggers(database, () => {
      database
        .prepare('UPDATE events SET body = ?, hash = ?, checksum = ? WHERE position = 2')
        .run(body, own, checksum)
    })
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

  it('R08: is found by the scrub where no reader asks for it', async () => {
    const place = folder()
    const target = note()
    const before = await open(place)
    await append(before, target, 0, 'one', 'two')
    expect(await before.scrub.run()).toEqual([])
    await before.close()
    tamper(place, "UPDATE events SET body = replace(body, 'two', 'twp') WHERE position = 2")

    const after = await open(place)
    const damage = ['events.db is damaged: the record at position 2 is not what was written']
    expect(await after.scrub.run()).toEqual(damage)
    expect(after.scrub.damage).toEqual(damage)
  })
})
