import { MemoryEventStore, LogTailBus, MemoryCheckpoints } from '@throughline/ports'
import { Ids } from '@throughline/kernel'
import { ManualClock, ManualTimers } from '@throughline/testing'
import { InsightFold } from './insight.fold.js'

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
})
