import { services } from '@throughline/app-all-in-one'
import { HOUR } from '@throughline/kernel'
import type { Engines, ManualClock } from '@throughline/platform'
import { orderingKey } from '@throughline/ports'
import type { Consumer, EventBus, EventStore, RecordedEvent } from '@throughline/ports'
import { defect, PartlyVisibleStore, sized, turn, wholeLog } from '@throughline/ports/suites'
import { assertWorld } from '@throughline/testing'
import { projected, woven } from '@throughline/testing/views'
import type { Projecting } from '@throughline/testing/views'
import { createHash } from 'node:crypto'
import { chanceOf, memoryEngines, PassingBus, repeated, RepeatingBus } from './delivery.stage.js'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'
import { openTheatre } from './theatre.js'

// Ends what hangs.
jest.setTimeout(120_000)

/**
 * Seeded: what a handler that hears an event again knows nothing of what it did when it heard it first. It stands before
 * what the host keeps in memory of a stream, which would remember.
 */
function forgetEffects(store: EventStore): void {
  const readStream = store.readStream.bind(store)
  const append = store.append.bind(store)
  let times = 0
  const forgets = (): RecordedEvent | undefined => (times < 3 ? repeated.getStore() : undefined)
  Object.assign(store, {
    readStream: async (target: Parameters<typeof readStream>[0]) => {
      const again = forgets()
      const all = await readStream(target)
      return again === undefined ? all : all.filter(({ causationId }) => causationId !== again.id)
    },
    append: async (...[target, expected, command, events]: Parameters<typeof append>) => {
      // A few are enough: each would be heard of again, and repeated.
      if (forgets() === undefined) return append(target, expected, command, events)
      const { length } = await readStream(target)
      const id = `${command.id} again ${String(++times)}`
      const told = await append(target, length, { ...command, id }, events)
      return {
        ...told,
        events: told.events.map((event, index) => ({ ...event, sequence: expected + index })),
      }
    },
  })
}

/** Lets reactions begin when all is told, and each of them wait for a while. */
class MixingBus extends PassingBus {
  constructor(
    bus: EventBus,
    private readonly gate: Promise<void>,
    private readonly chance: () => number,
  ) {
    super(bus)
  }

  override consume(consumer: Consumer) {
    return super.consume({
      ...consumer,
      handle: async (event) => {
        await this.gate
        for (let left = Math.floor(this.chance() * 20); left > 0; left--) await turn()
        await consumer.handle(event)
      },
    })
  }
}

const onEngines = [
  ['SQLite', (made: Engines) => made],
  ['memory', (made: Engines, clock: ManualClock) => memoryEngines(made, clock)],
] as const

describe('delivery to all services', () => {
  let stage: Stage | undefined
  afterEach(async () => {
    await stage?.stop()
    stage = undefined
  })

  describe.each(onEngines)('on %s', (_, enginesOf) => {
    it.each(Array.from({ length: sized(1, 20) }, (_, seed) => seed + 1))(
      'R14: what is heard up to five times more, at once or a day later, has one effect: seed %i',
      async (seed) => {
        let bus: RepeatingBus | undefined
        const engines = (made: Engines, clock: ManualClock): Engines => {
          const real = enginesOf(made, clock)
          bus = new RepeatingBus(real.bus, clock, chanceOf(seed), defect('R14.views'))
          return { ...real, bus }
        }
        stage = await openStage({ engines })
        if (defect('R14.effects')) forgetEffects(stage.host().events)
        await openTheatre(stage)
        for (let hours = 0; hours <= 24; hours += 6) {
          await stage.pass(6 * HOUR)
          await bus?.repeat()
          await stage.settle()
        }
        const head = await stage.host().events.head()
        // Everything once more to everybody: nothing is left to be done by it.
        await bus?.repeat(true)
        await stage.settle()
        const effects = await stage.host().events.readAll({ after: head })
        expect(effects.map(({ type, actor, commandId }) => ({ type, actor, commandId }))).toEqual([])
        expect(bus?.handedAgain).toBeGreaterThan(1_000)
        expect(actedTwice(await assertWorld(stage.host()))).toEqual([])
      },
    )
  })

  it('R15: every view of every service is the same however the events of different customers are mixed', async () => {
    stage = await openStage({ engines: memoryEngines })
    await openTheatre(stage)
    const log = await wholeLog(stage.host().events)
    // Seeded: the events of one customer overtake each other.
    const lanes = [...Map.groupBy(log, (event) => (defect('R15') ? event.id : orderingKey(event))).values()]
    expect(lanes.length).toBeGreaterThan(10)
    const views = services.flatMap((service) => service.views)
    const seeds = Math.ceil(sized(1_000, 20_000) / views.length)
    const several: Record<string, number> = {}
    for (const view of views) {
      // A host calls views it knows nothing of.
      const project = view.project as unknown as Projecting<unknown>['project']
      const wanted = lanes
        .map((lane) => lane.filter(({ type }) => view.on.includes(type)))
        .filter((lane) => lane.length > 0)
      const hashes = new Set<string>()
      for (let seed = 1; seed <= seeds; seed++) {
        const chance = chanceOf(seed)
        const mixed = woven(
          wanted,
          log.map(() => Math.floor(chance() * wanted.length)),
        )
        const held = await projected({ on: view.on, project }, mixed)
        hashes.add(hashOf([...held].sort(([a], [b]) => (a < b ? -1 : 1))))
      }
      if (hashes.size !== 1) several[view.name] = hashes.size
    }
    expect(several).toEqual({})
  })

  it('R15: reactions do the same whichever customers they hear of first', async () => {
    stage = await openStage({ engines: memoryEngines })
    await openTheatre(stage)
    const told = (await wholeLog(stage.host().events)).filter(({ actor }) => !actor.startsWith('system:'))
    await stage.stop()
    const effects = new Set<string>()
    for (let seed = 1; seed <= sized(3, 100); seed++) {
      const chance = chanceOf(seed)
      let open = (): void => undefined
      const gate = new Promise<void>((resolve) => (open = resolve))
      stage = await openStage({
        engines: (made, clock) => {
          const real = memoryEngines(made, clock)
          return { ...real, bus: new MixingBus(real.bus, gate, chance) }
        },
      })
      const { events } = stage.host()
      const causes = new Map<string, string>()
      for (const { id, stream, streamId, type, data, customerId, journeyId, actor, occurredAt } of told) {
        const command = {
          id,
          actor,
          occurredAt,
          ...(customerId !== undefined && { customerId }),
          ...(journeyId !== undefined && { journeyId }),
        }
        const target = { stream, id: streamId }
        const version = (await events.readStream(target)).length
        for (const event of (await events.append(target, version, command, [{ type, data }])).events)
          causes.set(event.id, id)
      }
      open()
      await stage.settle()
      // What routing does depends on who else waits, as it should; the others follow from their cause alone.
      const done = (await wholeLog(events)).flatMap(({ causationId = '', actor, stream, streamId, type }) =>
        causes.has(causationId) && actor !== 'system:routing'
          ? [[causes.get(causationId), actor, stream, streamId, type].join(' ')]
          : [],
      )
      expect(done.length).toBeGreaterThan(3)
      effects.add(JSON.stringify(done.sort()))
      await stage.stop()
    }
    stage = undefined
    expect(effects.size).toBe(1)
  })

  it('R16: a service never hears of anything before what precedes it is visible', async () => {
    let hides = 0
    const engines = (made: Engines, clock: ManualClock): Engines => {
      const hidden = new Set<number>()
      const chance = chanceOf(16)
      return memoryEngines(made, clock, (events) => {
        events.onAppended(() => {
          void events.head().then((position) => {
            if (chance() > 0.2) return
            hides++
            hidden.add(position)
            const show = (turns: number): void => {
              if (turns > 0) setImmediate(show, turns - 1)
              else hidden.delete(position)
            }
            show(Math.floor(chance() * 10))
          })
        })
        return new PartlyVisibleStore(events, hidden)
      })
    }
    stage = await openStage({ engines })
    const heard: number[] = []
    await stage.host().bus.follow({
      name: 'test',
      after: 0,
      onBatch: async (events) => {
        heard.push(...events.map(({ position }) => position))
      },
    })
    await openTheatre(stage)
    await stage.settle()
    expect(hides).toBeGreaterThan(10)
    expect(heard).toEqual(heard.map((_, index) => index + 1))
    await assertWorld(stage.host())
  })
})

/** What a service did more than once to one thing because of one event. */
function actedTwice(log: readonly RecordedEvent[]): readonly string[] {
  const caused = log.filter(({ causationId }) => causationId !== undefined)
  const effects = Map.groupBy(caused, ({ causationId = '', actor, stream, streamId, type }) =>
    [causationId, actor, stream, streamId, type].join(' '),
  )
  return [...effects].flatMap(([effect, events]) =>
    new Set(events.map(({ commandId }) => commandId)).size > 1 ? [effect] : [],
  )
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
