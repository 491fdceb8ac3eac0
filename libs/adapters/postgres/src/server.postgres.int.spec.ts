import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedEvent } from '@throughline/ports'
import { assertRecord, defect, FreshIds, sized } from '@throughline/ports/suites'
import { UnusableDatabase } from './errors.js'
import { mayServe, OwnServer } from './server.fixture.js'
import {
  ackedOf,
  append,
  asOwner,
  caught,
  cleanUp,
  eventually,
  note,
  open,
  RealTimers,
  writing,
} from './worlds.fixture.js'

// Ends what hangs; how fast servers start is not asked here.
jest.setTimeout(sized(120_000, 3_600_000))

let server: OwnServer
const mounts: string[] = []

beforeAll(async () => {
  if (mayServe()) server = await OwnServer.start()
})
afterEach(cleanUp)
afterAll(async () => {
  if (!mayServe()) return
  await server.die()
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount])
  server.remove()
})

const ids = new FreshIds()
// With nothing but the address of a server, faults of the way there stand in (`faults.postgres.int.spec.ts`).
const onOwnServer = mayServe() ? it : () => undefined
// Mounting is for root.
const onSmallDisk = mayServe() && process.getuid?.() === 0 ? it : () => undefined

describe('a server', () => {
  onOwnServer(
    'R01: that dies while processes write, or one of whose parts is killed, has all that was acknowledged when it is back',
    async () => {
      const reader = await open('record', { url: server.url, timers: new RealTimers() })
      let told = 0
      reader.events.onAppended(() => told++)
      const shared = ids.next()
      const children = [1, 2].map(() => writing('record', { url: server.url, how: [shared, '0'] }))
      const said = (): number => children.reduce((sum, child) => sum + child.said.length, 0)
      for (let round = 0; round < sized(4, 60); round++) {
        const before = said()
        await eventually(() => said() > before + 30)
        if (round % 2 === 0) {
          await server.die()
          expect(await caught(reader.events.head())).toMatchObject({ code: 'store.unavailable' })
          await server.run()
        } else {
          // The server ends all sessions and recovers by itself.
          const [row] = await asOwner(
            `SELECT pid FROM pg_stat_activity WHERE query LIKE '%append%' AND pid <> pg_backend_pid() LIMIT 1`,
            server.url,
          )
          process.kill(Number(row?.pid), 'SIGKILL')
        }
      }
      const before = said()
      const heard = told
      await eventually(() => said() > before + 30 && told > heard)
      for (const child of children) {
        child.process.kill('SIGKILL')
        await child.ended
      }
      // R01's defect: the server forgets the last of what it acknowledged, as one does that never waits for its disk.
      if (defect('R01.server')) {
        await asOwner(
          `SET session_replication_role = replica; DELETE FROM record.events WHERE position > (SELECT position - 40 FROM record.head);
           UPDATE record.head SET position = position - 40`,
          server.url,
        )
      }
      const again = await open('record', { url: server.url })
      await assertRecord(again.events, { acked: ackedOf(children) })
    },
  )

  onOwnServer('R06: that does not wait for its disk is refused with a sentence', async () => {
    await server.die()
    await server.run(defect('R06.server') ? 'fsync=on' : 'fsync=off')
    const error = await caught(open('record', { url: server.url }))
    expect(error).toBeInstanceOf(UnusableDatabase)
    expect(String(error)).toContain('The server runs with fsync = off and may lose what it acknowledged')
    await server.die()
    await server.run('full_page_writes=off')
    expect(String(await caught(open('record', { url: server.url })))).toContain('full_page_writes = off')
    await server.die()
    await server.run()
    await open('record', { url: server.url })
  })

  onSmallDisk(
    'R09: whose disk is full takes nothing it cannot keep, serves on, and takes again once there is room',
    async () => {
      const small = join(server.folder, 'small')
      mkdirSync(small)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', small])
      mounts.push(small)
      chownSync(small, 65_534, 65_534)
      await asOwner(`CREATE TABLESPACE small LOCATION '${small}'`, server.url)
      await asOwner('CREATE DATABASE cramped', server.url)
      await asOwner('ALTER DATABASE cramped SET default_tablespace = small', server.url)
      const one = await open('record', { url: server.url.replace(/postgres$/, 'cramped') })
      const target = note()
      const acked: RecordedEvent[] = []
      let refusal: unknown
      while (refusal === undefined) {
        // No two alike: the server keeps long texts packed.
        await append(one, target, acked.length, randomBytes(1_500).toString('hex')).then(
          ({ events }) => void acked.push(...events),
          (error: unknown) => (refusal = error),
        )
      }
      const last = acked.at(-1)
      if (last === undefined) throw new Error('nothing was taken')
      // The defect: the one that was refused is told to be safe.
      if (defect('R09.postgres'))
        acked.push({ ...last, id: 'lost', position: last.position + 1, sequence: last.sequence + 1 })
      expect(refusal).toMatchObject({
        kind: 'unavailable',
        code: 'store.unavailable',
        detail: { retryAfter: 2 },
      })
      for (let attempt = 1; attempt <= 3; attempt++) {
        const long = randomBytes(40_000).toString('hex')
        await expect(append(one, note(), 0, long)).rejects.toMatchObject({ code: 'store.unavailable' })
        await assertRecord(one.events, { acked })
      }
      execFileSync('mount', ['-o', 'remount,size=16m', small])
      acked.push(...(await append(one, target, acked.length, 'there is room again')).events)
      acked.push(...(await append(one, note(), 0, randomBytes(40_000).toString('hex'))).events)
      await assertRecord(one.events, { acked })
      await one.close()
    },
  )
})
