import { Logger } from '@nestjs/common'
import { Refused } from '@throughline/kernel'
import { LogTailBus, MemoryCheckpoints, MemoryEventStore, MemoryViewStore, viewId } from '@throughline/ports'
import type { Change, RecordedEvent, Rows, ViewStore } from '@throughline/ports'
import { defect, FreshIds, ImmediateTimers, TickingClock, turn, until } from '@throughline/ports/suites'
import { GuardedViews } from './guarded-views.js'
import { ViewRunner } from './view-runner.js'

const COUNTED = 'test.Counted.v1'
interface Count {
  readonly count: number
}

const counts = {
  name: 'test.counts',
  version: 1,
  on: [COUNTED],
  async project(event: RecordedEvent, rows: Rows<Count>): Promise<void> {
    const key = event.customerId ?? ''
    rows.put(key, { count: ((await rows.get(key))?.count ?? 0) + 1 }, { all: key })
  },
}
const ID = viewId(counts)

/** Views that somebody empties, and that are out of reach for a while. */
class FrailViews extends MemoryViewStore {
  isDown = false
  writes = 0

  async flush(): Promise<void> {
    for (const view of [ID, `${ID}~rebuild`]) await this.drop(view)
  }
  override async position(view: string): Promise<number> {
    this.#reach()
    return super.position(view)
  }
  override async write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    this.#reach()
    this.writes++
    await super.write(view, from, to, changes)
  }
  override async get(view: string, key: string): Promise<unknown> {
    this.#reach()
    return super.get(view, key)
  }
  #reach(): void {
    if (this.isDown) throw new Refused('unavailable', 'views.unavailable', 'The views are out of reach.')
  }
}

/** Keeps what is to be done again and again, for the test to do. */
class HeldTimers extends ImmediateTimers {
  readonly tasks: (() => Promise<void>)[] = []

  override every(_name?: string, _milliseconds?: number, task?: () => Promise<void>): () => void {
    if (task !== undefined) this.tasks.push(task)
    return () => undefined
  }
}

describe('views that are lost, and views that others keep up', () => {
  const clock = new TickingClock()
  const ids = new FreshIds()
  let events: MemoryEventStore
  let views: FrailViews
  let stops: (() => Promise<void>)[]

  beforeEach(() => {
    Logger.overrideLogger(false)
    events = new MemoryEventStore(clock, ids)
    views = new FrailViews()
    stops = []
  })
  afterEach(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  const count = async (times: number, customerId = 'ann'): Promise<void> => {
    const command = { id: ids.next(), actor: 'system:test', customerId }
    const counted = Array.from({ length: times }, () => ({ type: COUNTED, data: {} }))
    await events.append({ stream: 'count', id: ids.next() }, 0, command, counted)
  }
  /** A process that keeps the view up. */
  const open = async () => {
    const timers = new HeldTimers()
    const bus = new LogTailBus(events, new MemoryCheckpoints(), timers, clock)
    const runner = new ViewRunner([counts], events, views, bus, timers)
    const guarded: ViewStore = defect('R21.unguarded')
      ? views
      : new GuardedViews(
          views,
          (view) => runner.mayRead(view),
          (view) => {
            runner.suspect(view)
          },
        )
    await runner.start()
    let isStopped = false
    const stop = async (): Promise<void> => {
      if (isStopped) return
      isStopped = true
      await runner.stop()
      await bus.close()
    }
    stops.push(stop)
    return { runner, bus, guarded, timers, stop }
  }
  const rowOf = async (store: ViewStore): Promise<unknown> =>
    store.get(ID, 'ann').catch((error: unknown) => (error instanceof Refused ? error.code : error))
  const atHead = (runner: ViewRunner): Promise<void> =>
    until(async () => runner.missing.length === 0 && runner.position === (await events.head()))

  it('R21: a view that was emptied answers 503 and never that nothing is known, until it stands again', async () => {
    const { runner, guarded } = await open()
    await count(500)
    await atHead(runner)
    expect(await rowOf(guarded)).toEqual({ count: 500 })
    await views.flush()
    await count(1)
    const said = new Set<string>()
    await until(async () => {
      const row = await rowOf(guarded)
      if (runner.missing.length > 0) said.add(JSON.stringify(row))
      return JSON.stringify(row) === '{"count":501}'
    })
    expect([...said]).toEqual(['"view.rebuilding"'])
    expect((await views.scan(ID)).items).toMatchObject([{ key: 'ann', row: { count: 501 } }])
  })

  it('a new version of a view is not read before it is built from the first event', async () => {
    await count(3_000)
    const { runner, guarded } = await open()
    expect(await rowOf(guarded)).toBe('view.rebuilding')
    expect(runner.missing).toEqual(['view:test.counts'])
    await atHead(runner)
    expect(await rowOf(guarded)).toEqual({ count: 3_000 })
  })

  it('R22: views out of reach at the start are waited for, and a view out of reach later is refused and not lost', async () => {
    views.isDown = true
    await count(10)
    const { runner, guarded } = await open()
    expect(await rowOf(guarded)).toBe('view.rebuilding')
    views.isDown = false
    await atHead(runner)
    views.isDown = true
    expect(await rowOf(guarded)).toBe('views.unavailable')
    await count(5)
    await turn()
    views.isDown = false
    await atHead(runner)
    expect(await rowOf(guarded)).toEqual({ count: 15 })
    expect(runner.missing).toEqual([])
  })

  it('a view that somebody could not read is looked at, and built again where it is gone', async () => {
    const { runner, guarded } = await open()
    await count(20)
    await atHead(runner)
    await views.flush()
    runner.suspect(ID)
    await until(() => runner.missing.length > 0)
    await atHead(runner)
    expect(await rowOf(guarded)).toEqual({ count: 20 })
  })

  it('R21: a view that nobody reads and nothing is written to is found gone all the same, and built again', async () => {
    const { runner, guarded, timers } = await open()
    await count(20)
    await atHead(runner)
    await views.flush()
    for (const task of timers.tasks) await task()
    await atHead(runner)
    expect(await rowOf(guarded)).toEqual({ count: 20 })
  })

  it('R23: of two processes one writes and the other looks on, and takes over when nothing comes any more', async () => {
    const [one, two] = [await open(), await open()]
    for (let round = 0; round < 30; round++) {
      await count(10)
      await Promise.all([atHead(one.runner), atHead(two.runner)])
    }
    expect(await rowOf(two.guarded)).toEqual({ count: 300 })
    await one.stop()
    await count(7)
    await atHead(two.runner)
    expect(await rowOf(two.guarded)).toEqual({ count: 307 })
    await two.stop()
    const three = await open()
    await count(3)
    await atHead(three.runner)
    expect(await rowOf(three.guarded)).toEqual({ count: 310 })
  })

  it('two processes that find a view emptied build it once, and both answer again', async () => {
    const [one, two] = [await open(), await open()]
    await count(6_000)
    await Promise.all([atHead(one.runner), atHead(two.runner)])
    await views.flush()
    await count(1)
    await Promise.all([atHead(one.runner), atHead(two.runner)])
    expect([await rowOf(one.guarded), await rowOf(two.guarded)]).toEqual([{ count: 6_001 }, { count: 6_001 }])
  })

  it('keeps its place at a stop, also where nothing concerned it, so that the next start reads little', async () => {
    const { runner, stop } = await open()
    await count(2)
    const other = Array.from({ length: 300 }, () => ({ type: 'test.Other.v1', data: {} }))
    await events.append(
      { stream: 'other', id: ids.next() },
      0,
      { id: ids.next(), actor: 'system:test' },
      other,
    )
    await atHead(runner)
    expect(await views.position(ID)).toBe(2)
    await stop()
    expect(await views.position(ID)).toBe(302)
  })
})
