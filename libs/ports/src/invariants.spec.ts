import type { RecordedEvent } from './event-store.js'
import type { EventStore } from './event-store.js'
import { MemoryEventStore } from './event-store.memory.js'
import { FreshIds, TickingClock } from './doubles.suite.js'
import { assertRecord } from './invariants.js'

describe('the invariants of a record', () => {
  const told = async () => {
    const ids = new FreshIds()
    const store = new MemoryEventStore(new TickingClock(), ids)
    const noted = (text: string) => ({ type: 'test.Noted.v1', data: { text } })
    const by = (id: string) => ({ id, actor: 'system:test' })
    const acked: RecordedEvent[] = []
    const append = async (id: string, expected: number, command: string, ...texts: readonly string[]) => {
      const { events } = await store.append({ stream: 'note', id }, expected, by(command), texts.map(noted))
      acked.push(...events)
    }
    await append('a', 0, 'c1', 'one', 'two')
    await append('b', 0, 'c1', 'one')
    await append('a', 2, 'c2', 'three')
    await append('b', 1, 'c3', 'two')
    return { store, acked }
  }

  /** The same record, seen through something that makes it another. */
  class Seen extends MemoryEventStore {
    constructor(
      private readonly true_: EventStore,
      private readonly change: (log: readonly RecordedEvent[]) => readonly RecordedEvent[],
    ) {
      super(new TickingClock(), new FreshIds())
    }
    override async readAll({ after = 0 } = {}) {
      return this.change(await this.true_.readAll()).filter(({ position }) => position > after)
    }
    override async readStream(target: { readonly stream: string; readonly id: string }) {
      const log = this.change(await this.true_.readAll())
      return log.filter(({ stream, streamId }) => stream === target.stream && streamId === target.id)
    }
    override async head() {
      return this.change(await this.true_.readAll()).at(-1)?.position ?? 0
    }
  }

  it('hold of a record that is whole, and give its log back', async () => {
    const { store, acked } = await told()
    expect(await assertRecord(store, { acked })).toEqual(acked)
    await assertRecord(store, { acked: [{ stream: 'note', streamId: 'a', commandId: 'c1', events: 2 }] })
  })

  it.each<[string, (log: readonly RecordedEvent[]) => readonly RecordedEvent[], RegExp]>([
    ['an acknowledged event is gone', (log) => log.slice(0, -1), /acknowledged and lost/],
    [
      'one in the middle is gone',
      (log) => log.filter(({ position }) => position !== 3),
      /position is missing/,
    ],
    [
      'a letter was changed',
      (log) => log.map((event) => (event.position === 1 ? { ...event, data: { text: 'One' } } : event)),
      /hash .* does not fit/,
    ],
    [
      'a time was changed',
      (log) => log.map((event) => (event.position === 2 ? { ...event, recordedAt: 'then' } : event)),
      /hash .* does not fit/,
    ],
    [
      'two change places',
      (log) => [log[1], log[0], ...log.slice(2)].flatMap((event) => event ?? []),
      /position/,
    ],
    [
      'an event is there twice',
      (log) => [...log, ...log.slice(-1).map((event) => ({ ...event, position: 6 }))],
      /two events are called/,
    ],
  ])('do not hold where %s (G1, G3, G10)', async (_, change, says) => {
    const { store, acked } = await told()
    await expect(assertRecord(new Seen(store, change), { acked })).rejects.toThrow(says)
  })

  it('do not hold where a command acted twice (G2)', async () => {
    const store = new MemoryEventStore(new TickingClock(), new FreshIds())
    const noted = { type: 'test.Noted.v1', data: {} }
    const ids = new FreshIds()
    for (const [version, id] of ['c1', 'c2', 'c3'].entries()) {
      await store.append({ stream: 'note', id: 'a' }, version, { id, actor: 'system:test' }, [noted])
    }
    const acked = { stream: 'note', streamId: 'a', commandId: ids.next(), events: 1 }
    await expect(assertRecord(store, { acked: [acked] })).rejects.toThrow(/of command/)
    class Forgetful extends MemoryEventStore {
      #again = 0
      override append(...[target, expected, command, events]: Parameters<EventStore['append']>) {
        return super.append(
          target,
          expected,
          { ...command, id: `${command.id} ${String(++this.#again)}` },
          events,
        )
      }
      override async readAll(options = {}) {
        const log = await super.readAll(options)
        return log.map((event) => ({ ...event, commandId: event.commandId.split(' ')[0] ?? '' }))
      }
    }
    const forgetful = new Forgetful(new TickingClock(), ids)
    const by = (id: string) => ({ id, actor: 'system:test' })
    await forgetful.append({ stream: 'note', id: 'a' }, 0, by('c1'), [noted])
    await forgetful.append({ stream: 'note', id: 'a' }, 1, by('c2'), [noted])
    await forgetful.append({ stream: 'note', id: 'a' }, 2, by('c1'), [noted])
    await expect(assertRecord(forgetful)).rejects.toThrow(/acted twice/)
  })
})
