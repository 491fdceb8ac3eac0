import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Logger } from '@nestjs/common'
import { openSqlite } from '@throughline/adapter-sqlite'
import {
  LogTailBus,
  MemoryCheckpoints,
  MemoryEventStore,
  MemoryViewStore,
  StaleView,
  viewId,
} from '@throughline/ports'
import type { Change, EventBus, RecordedEvent, Rows, ViewStore } from '@throughline/ports'
import { defect, FreshIds, ImmediateTimers, TickingClock, turn, until } from '@throughline/ports/suites'
import type { Engines } from './mode.js'
import { ViewRunner } from './view-runner.js'

const COUNTED = 'test.Counted.v1'
interface Count {
  readonly count: number
}
let poison: number | undefined

/** Counts, so that whatever is applied twice or not at all shows. */
const counts = {
  name: 'test.counts',
  version: 1,
  on: [COUNTED],
  async project(event: RecordedEvent, rows: Rows<Count>): Promise<void> {
    if (event.position === poison) throw new TypeError('poison')
    const key = event.customerId ?? ''
    const count = ((await rows.get(key))?.count ?? 0) + 1
    rows.put(key, { count }, { all: key })
    if (count % 100 === 0) rows.remove(`gone-${key}`)
  },
}
/** Of more rows than a rebuild remembers; each is met again long after it was written. */
const wide = {
  ...counts,
  name: 'test.wide',
  async project(event: RecordedEvent, rows: Rows<Count>): Promise<void> {
    const key = `row-${String(event.position % 6_007)}`
    rows.put(key, { count: ((await rows.get(key))?.count ?? 0) + 1 }, { all: key })
  },
}
const other = { ...counts, name: 'test.others' }

/** Seeded: whoever writes is taken for the owner. */
class AnybodysViews extends MemoryViewStore {
  override async write(view: string, _: number, to: number, changes: readonly Change[]): Promise<void> {
    await super.write(view, await this.position(view), to, changes)
  }
}

const onEngines = [
  [
    'memory',
    async (): Promise<Engines> => {
      const clock = new TickingClock()
      const events = new MemoryEventStore(clock, new FreshIds())
      const bus = new LogTailBus(events, new MemoryCheckpoints(), new ImmediateTimers(), clock)
      const views = defect('R26') ? new AnybodysViews() : new MemoryViewStore()
      return { events, bus, views, close: () => bus.close() }
    },
  ],
  [
    'SQLite',
    async (): Promise<Engines> => {
      const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
      const engines = await openSqlite({
        folder,
        clock: new TickingClock(),
        ids: new FreshIds(),
        timers: new ImmediateTimers(),
        onFatal: (error) => {
          throw error
        },
      })
      const close = async (): Promise<void> => {
        await engines.close()
        rmSync(folder, { recursive: true })
      }
      return { events: engines.events, bus: engines.bus, views: engines.views, close }
    },
  ],
] as const

describe.each(onEngines)('views on %s', (_, open) => {
  let engines: Engines
  let wishes: number

  beforeEach(async () => {
    Logger.overrideLogger(false)
    poison = undefined
    wishes = 0
    engines = await open()
  })
  afterEach(async () => {
    await engines.close()
  })

  const count = async (events: number, customers = 7): Promise<void> => {
    for (let left = events; left > 0; left -= 100) {
      const id = `wish-${String(++wishes)}`
      const customerId = `customer-${String(wishes % customers)}`
      const counted = Array.from({ length: Math.min(left, 100) }, () => ({ type: COUNTED, data: {} }))
      await engines.events.append(
        { stream: 'count', id },
        0,
        { id, actor: 'system:test', customerId },
        counted,
      )
    }
  }
  const runner = (views = [counts], bus: EventBus = engines.bus, store: ViewStore = engines.views) =>
    new ViewRunner(views, engines.events, store, bus, new ImmediateTimers())
  const anotherBus = (): EventBus =>
    new LogTailBus(engines.events, new MemoryCheckpoints(), new ImmediateTimers(), new TickingClock())
  const atHead = (of: ViewRunner): Promise<void> =>
    until(async () => of.position === (await engines.events.head()))
  const total = async (view = counts): Promise<number> => {
    const { items } = await engines.views.scan(viewId(view), { limit: 500 })
    return items.reduce((sum, { row }) => sum + (row as Count).count, 0)
  }
  const refusal = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

  it('R26: a second rebuild of one view is refused by name, one of another is not', async () => {
    const views = runner([counts, other])
    await views.start()
    await count(5_000)
    await atHead(views)
    const first = views.rebuild(counts.name)
    const [second, all, another] = await Promise.all([
      refusal(views.rebuild(counts.name)),
      refusal(views.rebuildAll()),
      views.rebuild(other.name),
    ])
    for (const refused of [second, all])
      expect(refused).toMatchObject({ kind: 'conflict', code: 'view.rebuilding' })
    expect([await first, another]).toEqual([{ position: 5_000 }, { position: 5_000 }])
    // Over: the next one is welcome.
    expect(await views.rebuildAll()).toEqual({ position: 5_000 })
    await atHead(views)
    expect([await total(), await total(other)]).toEqual([5_000, 5_000])
  })

  it('R26: rebuilds by two processes leave one whole view, and who came second is told by name', async () => {
    const [one, two] = [runner(), runner([counts], anotherBus())]
    await one.start()
    await count(9_000)
    await atHead(one)
    await two.start()
    const ends = await Promise.all([refusal(one.rebuild(counts.name)), refusal(two.rebuild(counts.name))])
    const refused = ends.filter((end) => end instanceof Error)
    expect(refused.length).toBeLessThan(2)
    for (const end of refused) expect(end).toMatchObject({ code: 'view.rebuilding' })
    await count(300)
    await until(async () => (await engines.views.position(viewId(counts))) === 9_300)
    expect(await total()).toBe(9_300)
  })

  it('R26: two who keep one view up apply every event once, and either goes on without the other', async () => {
    const stale: unknown[] = []
    const [one, two] = [runner(), runner([counts], anotherBus())]
    await Promise.all([one.start(), two.start()])
    for (let round = 0; round < 20; round++) {
      await count(150)
      for (const running of [...one.running.values(), ...two.running.values()])
        if (running.failing) stale.push(running.failing)
    }
    await Promise.all([atHead(one), atHead(two)])
    expect(await total()).toBe(3_000)
    expect(stale.every((error) => error instanceof StaleView)).toBe(true)
    await Promise.all([...one.running.values()].map((running) => running.stop()))
    await count(500)
    await atHead(two)
    expect(await total()).toBe(3_500)
    await Promise.all([...two.running.values()].map((running) => running.stop()))
  })

  it('R25: what readers have seen is never taken back while events come in during a rebuild', async () => {
    const views = runner([counts, other])
    await views.start()
    await count(6_000)
    await atHead(views)
    let done = false
    const rebuilt = views.rebuildAll().finally(() => (done = true))
    let [least, seen] = [0, views.position]
    while (!done) {
      await count(50)
      await turn()
      const [rows, position] = [await total(), views.position]
      expect(position).toBeGreaterThanOrEqual(seen)
      expect(rows).toBeGreaterThanOrEqual(least)
      ;[least, seen] = [rows, position]
    }
    expect((await rebuilt).position).toBeGreaterThanOrEqual(6_000)
    await atHead(views)
    const head = await engines.events.head()
    expect([await total(), await total(other)]).toEqual([head, head])
  })

  it('R25: many more rows than a rebuild remembers come out the same', async () => {
    const views = runner([wide])
    await views.start()
    await count(13_000)
    await atHead(views)
    const everything = async (): Promise<readonly unknown[]> => {
      const found: unknown[] = []
      for await (const row of engines.views.every(wide, 'all')) found.push(row)
      return found
    }
    const before = await everything()
    expect(before).toHaveLength(6_007)
    await views.rebuildAll()
    expect(await everything()).toEqual(before)
  })

  it('R17: an event that a view cannot take stays parked by a rebuild that cannot either, and by none that can', async () => {
    const views = runner()
    poison = 30
    await views.start()
    await count(100)
    await atHead(views)
    const letters = async () =>
      (await engines.bus.deadLetters()).map(({ group, event, cause }) => [group, event.position, cause])
    const parked = [['view:test.counts', 30, 'TypeError: poison']]
    expect([await letters(), await total()]).toEqual([parked, 99])
    await views.rebuild(counts.name)
    expect([await letters(), await total()]).toEqual([parked, 99])
    poison = undefined
    await views.rebuild(counts.name)
    expect([await letters(), await total()]).toEqual([[], 100])
  })
})
