import { Logger } from '@nestjs/common'
import {
  LogTailBus,
  MemoryCheckpoints,
  MemoryEventStore,
  MemoryRegisters,
  MemoryViewStore,
} from '@throughline/ports'
import { FreshIds } from '@throughline/ports/suites'
import { Ids } from '@throughline/kernel'
import { ManualClock, ManualTimers } from '@throughline/testing'
import { BATCH, InsightFold } from './insight.fold.js'

/** Every event here keeps its contract. */
const KEPT = { breachOf: () => undefined }

class NoIds extends Ids {
  next(): string {
    return 'id'
  }
  derive(...parts: readonly string[]): string {
    return parts.join('/')
  }
}

describe('the fold behind the figures', () => {
  it('answers that it is behind when it does not get there in time', async () => {
    const clock = new ManualClock()
    const timers = new ManualTimers()
    const store = new MemoryEventStore(clock, new NoIds())
    const bus = new LogTailBus(store, new MemoryCheckpoints(), timers, clock)
    const fold = new InsightFold(
      bus,
      store,
      clock,
      timers,
      new MemoryViewStore(),
      KEPT,
      new MemoryRegisters(),
      new FreshIds(),
    )
    await expect(fold.reach(1)).rejects.toMatchObject({ kind: 'unavailable', code: 'view.behind' })
    await expect(fold.reach(0)).resolves.toBeUndefined()
    await bus.close()
  })

  it('lets others have their turn while it reads a long log', async () => {
    const clock = new ManualClock()
    const timers = new ManualTimers()
    const store = new MemoryEventStore(clock, new NoIds())
    const articleId = '018f0000-0000-7000-8000-0000000000a1'
    const viewed = { readingId: articleId, articleId, version: 1, title: 'Clean the filter' }
    const events = Array.from({ length: BATCH }, () => ({
      type: 'throughline.ArticleViewed.v1',
      data: viewed,
    }))
    for (const id of ['a', 'b', 'c']) {
      await store.append({ stream: 'reading', id }, 0, { id, actor: 'system:test', journeyId: id }, events)
    }
    const bus = new LogTailBus(store, new MemoryCheckpoints(), timers, clock)
    const fold = new InsightFold(
      bus,
      store,
      clock,
      timers,
      new MemoryViewStore(),
      KEPT,
      new MemoryRegisters(),
      new FreshIds(),
    )
    await fold.onApplicationBootstrap()
    const seen = new Set<number>()
    for (let turn = 0; fold.known < 3 * BATCH && turn < 10_000; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      seen.add(fold.known)
    }
    expect([...seen]).toEqual([BATCH, 2 * BATCH, 3 * BATCH])
    await bus.close()
  })

  it('reads everything again where a row of what is kept cannot be read', async () => {
    const lines: string[] = []
    Logger.overrideLogger({
      log: () => undefined,
      warn: (line: string) => lines.push(line),
      error: () => undefined,
    })
    const clock = new ManualClock()
    const timers = new ManualTimers()
    const store = new MemoryEventStore(clock, new FreshIds())
    const views = new (class extends MemoryViewStore {
      isBroken = false
      override async get(view: string, key: string): Promise<unknown> {
        const row = await super.get(view, key)
        if (this.isBroken && row !== undefined && key.startsWith('s/')) throw new SyntaxError('no JSON')
        return row
      }
    })()
    const asked = { channel: 'chat', person: { id: 'ana' }, reason: { code: 'leak', label: 'It leaks' } }
    const ask = async (n: number) => {
      const data = { ...asked, contactId: `c${String(n)}`, journeyId: 'j' }
      const command = { id: `ask ${String(n)}`, actor: 'customer:ana', customerId: 'ana', journeyId: 'j' }
      await store.append({ stream: 'contact', id: data.contactId }, 0, command, [
        { type: 'throughline.ContactRequested.v1', data },
      ])
    }
    const registers = new MemoryRegisters()
    const started = async () => {
      const bus = new LogTailBus(store, new MemoryCheckpoints(), timers, clock)
      const fold = new InsightFold(bus, store, clock, timers, views, KEPT, registers, new FreshIds())
      await fold.onApplicationBootstrap()
      const settled = async () => {
        while (fold.known < (await store.head())) await timers.sleep()
      }
      await settled()
      return {
        fold,
        settled,
        units: async () => unitsOf(fold),
        stop: () => fold.onModuleDestroy().then(() => bus.close()),
      }
    }
    const unitsOf = async (fold: InsightFold) => {
      const definition = fold.definition('contacts-by-reason')
      return (await fold.rows(definition, await fold.seen({}))).map(({ unit }) => unit)
    }
    for (const n of [1, 2]) await ask(n)
    const first = await started()
    const before = await first.units()
    expect(before).toEqual(['c1', 'c2'])
    await first.stop()
    const second = await started()
    views.isBroken = true
    await ask(3)
    await second.settled()
    views.isBroken = false
    expect(await second.units()).toEqual(['c1', 'c2', 'c3'])
    expect(lines).toEqual(['what was kept cannot be read: everything is read again'])
    await second.stop()
    const third = await started()
    expect(third.fold.reasonIn('leak')).toBe('It leaks')
    expect(await third.units()).toHaveLength(3)
    await third.stop()
    Logger.overrideLogger(false)
  })
})
