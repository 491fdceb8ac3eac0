import type { RecordedEvent } from '@throughline/ports'
import { assertRecord, defect, FreshIds, sized } from '@throughline/ports/suites'
import type { Child } from '@throughline/ports/suites'
import type { Postgres } from './open.js'
import {
  ackedOf,
  append,
  asOwner,
  cleanUp,
  eventually,
  note,
  open,
  RealTimers,
  world,
  writing,
} from './worlds.fixture.js'

// Ends what hangs; how fast processes start is not asked here.
jest.setTimeout(sized(120_000, 3_600_000))

afterEach(cleanUp)

const ids = new FreshIds()
const PROCESSES = 4

/** Reads on from where it stands whenever the store says that it has grown; `read` is all it has seen, in its order. */
function tailing({ events }: Postgres): {
  readonly read: RecordedEvent[]
  readonly stop: () => Promise<void>
} {
  const read: RecordedEvent[] = []
  let failed: unknown
  let reading = Promise.resolve()
  const step = async (): Promise<void> => {
    for (;;) {
      const page = await events.readAll({ after: read.at(-1)?.position ?? 0, limit: 100 })
      if (page.length === 0) return
      read.push(...page)
    }
  }
  const stop = events.onAppended(() => {
    reading = reading.then(step).catch((error: unknown) => (failed ??= error)) as Promise<void>
  })
  return {
    read,
    stop: async () => {
      stop()
      await reading
      if (failed !== undefined) throw failed as Error
    },
  }
}

async function ended(children: readonly Child[]): Promise<void> {
  for (const child of children) {
    const code = await child.ended
    expect({ code, last: code === 0 ? '' : child.said.slice(-3) }).toEqual({ code: 0, last: '' })
  }
}

/** Positions as a program would take them that does not wait for those who took theirs before: from a sequence. */
async function takePositionsFromASequence(schema: string): Promise<void> {
  const [row] = await asOwner(`SELECT pg_get_functiondef('${schema}.append'::regproc) AS text`)
  const careless = String(row?.text)
    .replace(' FOR UPDATE', '')
    .replace('_head := _head + 1;', `_head := nextval('${schema}.positions');`)
    .replace(/UPDATE \S+ SET position = _head.*;/, '')
  await asOwner(`CREATE SEQUENCE ${schema}.positions; ${careless}`)
}

describe('several processes on one log', () => {
  it('R04: append at once to streams of their own and to a shared one, and nobody sees a position behind one that was read', async () => {
    const schema = world()
    const reader = await open(schema, { timers: new RealTimers() })
    if (defect('order.postgres')) await takePositionsFromASequence(schema)
    const tail = tailing(reader)
    const shared = ids.next()
    const each = sized(10, 63)
    const children = Array.from({ length: PROCESSES }, () => writing(schema, { how: [shared, String(each)] }))
    await ended(children)
    const log = await assertRecord(reader.events, { acked: ackedOf(children) })
    await eventually(() => tail.read.length >= log.length)
    await tail.stop()
    expect(tail.read).toStrictEqual(log)
    const versions = (await reader.events.readStream({ stream: 'counter', id: shared })).map(
      ({ sequence }) => sequence,
    )
    expect(versions).toEqual(Array.from({ length: PROCESSES * 4 * each }, (_, index) => index))
  })

  it('R03: one command that all of them wish at once has one effect, and everybody hears so', async () => {
    const schema = world()
    const { events } = await open(schema)
    const twin = ids.next()
    const each = sized(16, 63)
    const children = Array.from({ length: PROCESSES }, () =>
      writing(schema, { how: [ids.next(), String(each), twin] }),
    )
    await ended(children)
    const said = children.flatMap((child) => child.said.filter((line) => line.startsWith('twin ')))
    expect(said.filter((line) => line === 'twin applied')).toHaveLength(1)
    expect(said.filter((line) => line === 'twin replayed')).toHaveLength(PROCESSES * 4 * each - 1)
    expect(await events.readStream({ stream: 'counter', id: twin })).toHaveLength(2)
    await assertRecord(events, { acked: ackedOf(children) })
  })

  it('R01: killed at any moment, have lost nothing that was acknowledged, left no half of a command, and stop nobody else', async () => {
    const schema = world()
    const reader = await open(schema, { timers: new RealTimers() })
    const tail = tailing(reader)
    const shared = ids.next()
    const rounds = sized(6, 150)
    const survivor = writing(schema, { how: [shared, '0'] })
    const killed: Child[] = []
    for (let round = 0; round < rounds; round++) {
      const child = writing(schema, { how: [shared, '0'] })
      killed.push(child)
      await child.saying(1 + round * 7)
      child.process.kill('SIGKILL')
      await child.ended
    }
    // Goes on when the last of the others is gone.
    await survivor.saying(survivor.said.length + 20)
    survivor.process.kill('SIGKILL')
    await survivor.ended
    // What a killed process had on its way may still be taken.
    await eventually(async () => {
      const [row] = await asOwner(
        `SELECT count(*)::int AS busy FROM pg_stat_activity WHERE query LIKE '%${schema}.append%' AND state = 'active' AND pid <> pg_backend_pid()`,
      )
      return row?.busy === 0
    })
    const acked = ackedOf([survivor, ...killed])
    expect(acked.length).toBeGreaterThan(20)
    const log = await assertRecord(reader.events, { acked })
    const sizes = new Map<string, number>()
    for (const { stream, commandId } of log)
      if (stream === 'own') sizes.set(commandId, (sizes.get(commandId) ?? 0) + 1)
    expect(new Set(sizes.values())).toEqual(new Set([2]))
    await eventually(() => tail.read.length >= log.length)
    await tail.stop()
    expect(tail.read).toStrictEqual(log)
  })

  it('open it at once for the first time, and one of them makes it', async () => {
    const schema = world()
    const all = await Promise.all(Array.from({ length: 10 }, () => open(schema)))
    await Promise.all(all.map((one) => append(one, note(), 0, 'one', 'two')))
    const [first] = all
    expect(first && (await assertRecord(first.events))).toHaveLength(20)
  })

  it('hear of what another one appended, by a notification', async () => {
    const schema = world()
    // Time does not pass for it, so it does not ask.
    const [one, other] = [await open(schema), await open(schema)]
    let told = 0
    one.events.onAppended(() => told++)
    const { events } = await append(other, note(), 0, 'one')
    await eventually(() => told > 0)
    expect(await one.events.readAll()).toStrictEqual(events)
  })
})
