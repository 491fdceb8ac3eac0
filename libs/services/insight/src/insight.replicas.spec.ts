import { Logger } from '@nestjs/common'
import {
  LogTailBus,
  MemoryCheckpoints,
  MemoryEventStore,
  MemoryRegisters,
  MemoryViewStore,
} from '@throughline/ports'
import { defect, FreshIds } from '@throughline/ports/suites'
import { ManualClock, ManualTimers } from '@throughline/testing'
import { BOOK_VERSION } from './insight.book.js'
import { InsightFold } from './insight.fold.js'

const ROWS = `insight.book@${String(BOOK_VERSION)}`

/** Every event here keeps its contract. */
const KEPT = { breachOf: () => undefined }

describe('the figures of two processes of insight', () => {
  beforeAll(() => {
    Logger.overrideLogger(false)
  })

  const begun = () => {
    const clock = new ManualClock()
    const timers = new ManualTimers()
    const ids = new FreshIds()
    const store = new MemoryEventStore(clock, ids)
    const views = new MemoryViewStore()
    const registers = new MemoryRegisters()
    let asked = 0
    const ask = async () => {
      asked += 1
      const contactId = `c${String(asked)}`
      const reason = { code: 'leak', label: 'It leaks' }
      const data = { channel: 'chat', person: { id: 'ana' }, reason, contactId, journeyId: 'j' }
      const command = { id: contactId, actor: 'customer:ana', customerId: 'ana', journeyId: 'j' }
      await store.append({ stream: 'contact', id: contactId }, 0, command, [
        { type: 'throughline.ContactRequested.v1', data },
      ])
    }
    const start = async (own?: MemoryRegisters) => {
      const bus = new LogTailBus(store, new MemoryCheckpoints(), timers, clock)
      // The defect: registers of its own, so that each process takes the rows of the other.
      const shared = own ?? (defect('R23.insight') ? new MemoryRegisters() : registers)
      const fold = new InsightFold(bus, store, clock, timers, views, KEPT, shared, ids)
      await fold.onApplicationBootstrap()
      const settled = async () => {
        for (let turn = 0; fold.known < (await store.head()) && turn < 10_000; turn++) await timers.sleep()
      }
      await settled()
      const units = async () => {
        const definition = fold.definition('contacts-by-reason')
        return (await fold.rows(definition, await fold.seen({}))).map(({ unit }) => unit).sort()
      }
      const stop = async () => {
        await fold.onModuleDestroy()
        await bus.close()
      }
      return { fold, settled, units, stop, kill: () => bus.close() }
    }
    return { store, views, ask, start }
  }

  it('R23: are right in both, asked in turns, whoever writes what it read', async () => {
    const { ask, start, store } = begun()
    await ask()
    const [one, other] = [await start(), await start()]
    const wanted = ['c1']
    for (let n = 2; n < 8; n++) {
      await ask()
      wanted.push(`c${String(n)}`)
      for (const each of [one, other]) {
        await each.settled()
        expect(each.fold.known).toBe(await store.head())
        expect(await each.units()).toEqual(wanted)
      }
    }
    await one.stop()
    await ask()
    await other.settled()
    expect(await other.units()).toHaveLength(8)
    await other.stop()
  })

  it('go on from the rows of an earlier start, and a process that starts beside one that was killed has its own', async () => {
    const { ask, start, views } = begun()
    await ask()
    const first = await start()
    await first.units()
    await first.stop()
    const written = await views.position(ROWS)
    expect(written).toBeGreaterThan(0)
    const second = await start()
    expect(second.fold.known).toBe(written)
    await second.kill()
    const third = await start()
    expect(await third.units()).toEqual(['c1'])
    expect(await views.position(ROWS)).toBe(written)
    await third.stop()
  })

  it('R21: are made again where their rows are lost, and say that they are behind meanwhile', async () => {
    const { ask, start, views } = begun()
    await ask()
    await ask()
    const one = await start()
    expect(await one.units()).toEqual(['c1', 'c2'])
    await views.drop(ROWS)
    await ask()
    await one.settled()
    const answers: unknown[] = []
    for (let n = 0; n < 100; n++) {
      const answer = await one.units().catch((error: unknown) => error)
      answers.push(answer)
      if (Array.isArray(answer)) break
    }
    expect(answers.at(-1)).toEqual(['c1', 'c2', 'c3'])
    for (const answer of answers.slice(0, -1)) expect(answer).toMatchObject({ code: 'view.behind' })
    await one.stop()
  })

  it('R23: stay right in a process whose rows somebody else wrote to while it slept', async () => {
    const { ask, start } = begun()
    await ask()
    const slept = await start()
    expect(await slept.units()).toEqual(['c1'])
    // Registers of its own: the next to start takes rows that the sleeper believes its own.
    const next = await start(new MemoryRegisters())
    await ask()
    await next.settled()
    expect(await next.units()).toEqual(['c1', 'c2'])
    await slept.settled()
    const answers: unknown[] = []
    for (let n = 0; n < 100 && !Array.isArray(answers.at(-1)); n++)
      answers.push(await slept.units().catch((error: unknown) => error))
    expect(answers.length).toBeGreaterThan(1)
    expect(answers.at(-1)).toEqual(['c1', 'c2'])
    for (const answer of answers.slice(0, -1)) expect(answer).toMatchObject({ code: 'view.behind' })
    await slept.stop()
    await next.stop()
  })
})
