import { MemoryEventStore, LogTailBus, MemoryCheckpoints } from '@throughline/ports'
import { Ids } from '@throughline/kernel'
import { ManualClock, ManualTimers } from '@throughline/testing'
import { BATCH, InsightFold } from './insight.fold.js'

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
    const fold = new InsightFold(bus, store, clock, timers)
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
    const fold = new InsightFold(bus, store, clock, timers)
    await fold.onApplicationBootstrap()
    const seen = new Set<number>()
    for (let turn = 0; fold.known < 3 * BATCH && turn < 10_000; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      seen.add(fold.known)
    }
    expect([...seen]).toEqual([BATCH, 2 * BATCH, 3 * BATCH])
    await bus.close()
  })
})
