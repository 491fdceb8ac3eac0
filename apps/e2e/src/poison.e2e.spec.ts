import { DAY } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import type { Consumer, EventStore, Feed, RecordedEvent } from '@throughline/ports'
import { defect, PartlyVisibleStore, wholeLog } from '@throughline/ports/suites'
import { assertWorld } from '@throughline/testing'
import { goldenEvents, memoryEngines, PassingBus, tell } from './delivery.stage.js'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'
import { openTheatre } from './theatre.js'

// Ends what hangs.
jest.setTimeout(120_000)

/** Seeded: shows one type under a name that nobody reads. */
class DeafStore extends PartlyVisibleStore {
  constructor(
    events: EventStore,
    private readonly type: string,
  ) {
    super(events, new Set())
  }

  override async readAll(...options: Parameters<EventStore['readAll']>) {
    const page = await super.readAll(...options)
    return page.map((event) => (event.type === this.type ? { ...event, type: 'test.Unheard.v1' } : event))
  }
}

describe('an event that a service cannot take', () => {
  let stage: Stage | undefined
  afterEach(async () => {
    await stage?.stop()
    stage = undefined
  })

  const REQUESTED = 'throughline.ContactRequested.v1'
  const NEWER = 'throughline.ContactRequested.v2'
  const keys = {
    customerId: '018f0000-0000-7000-8000-0000000000c2',
    journeyId: '018f0000-0000-7000-8000-0000000000a2',
  }
  const requested = (change: object): DomainEvent => {
    const golden = goldenEvents().find(({ type }) => type === REQUESTED)
    return { type: REQUESTED, data: { ...golden?.data, ...change } }
  }

  const contactOf = ({ data }: RecordedEvent): unknown => (data as { readonly contactId?: unknown }).contactId

  /** Knows who reads what, and what a reaction fails on. */
  class KnowingBus extends PassingBus {
    readonly reads = new Map<string, readonly string[]>()
    readonly reactions = new Set<string>()
    broken: string | undefined

    override consume(consumer: Consumer) {
      this.reads.set(consumer.group, consumer.types)
      this.reactions.add(consumer.group)
      return super.consume({
        ...consumer,
        handle: async (event) => {
          if (consumer.group === 'case' && contactOf(event) === (this.broken ?? 'nobody'))
            throw new TypeError('broken')
          await consumer.handle(event)
        },
      })
    }
    override follow(feed: Feed) {
      if (feed.types) this.reads.set(feed.name, feed.types)
      return super.follow(feed)
    }
    readersOf(type: string): readonly string[] {
      return [...this.reads].flatMap(([name, types]) => (types.includes(type) ? [name] : [])).sort()
    }
  }

  const open = async () => {
    const made: { bus?: KnowingBus; events?: EventStore } = {}
    stage = await openStage({
      engines: (engines, clock) => {
        const real = memoryEngines(engines, clock, (events) =>
          // Seeded: whoever does not know a version does not hear of it.
          defect('R27') ? new DeafStore(events, NEWER) : events,
        )
        made.bus = new KnowingBus(real.bus)
        made.events = real.events
        return { ...real, bus: made.bus }
      },
    })
    if (!made.bus || !made.events) throw new Error('no engines were made')
    return { stage, bus: made.bus, events: made.events, host: stage.host() }
  }

  it('R17: is parked for each who cannot take it, with cause and place, and everybody goes on', async () => {
    const { stage, bus, events, host } = await open()
    await openTheatre(stage)
    const fine = { contactId: '018f0000-0000-7000-8000-0000000000d1' }
    const { person, ...noPerson } = (requested({}) as { readonly data: Readonly<Record<string, unknown>> })
      .data
    bus.broken = '018f0000-0000-7000-8000-0000000000d2'
    const [thrown, invalid, long, unknown, good] = await tell(
      events,
      [
        requested({ contactId: '018f0000-0000-7000-8000-0000000000d2', caseId: keys.journeyId }),
        { type: REQUESTED, data: { ...noPerson, contactId: '018f0000-0000-7000-8000-0000000000d3' } },
        requested({ contactId: '018f0000-0000-7000-8000-0000000000d4', words: 'x'.repeat(1_000_000) }),
        { type: 'throughline.NobodyKnowsThis.v1', data: {} },
        requested({ ...fine, caseId: keys.journeyId }),
      ],
      'poison',
      keys,
    )
    expect(person).toBeDefined()
    await stage.settle()
    const letters = await bus.deadLetters()
    const parkedAt = (event: RecordedEvent | undefined) =>
      letters.filter((letter) => letter.event.position === event?.position)
    expect(parkedAt(thrown).map(({ group, cause }) => [group, cause])).toEqual([
      ['case', 'TypeError: broken'],
    ])
    for (const [event, field] of [
      [invalid, 'person'],
      [long, 'words'],
    ] as const) {
      const parked = parkedAt(event)
      expect(parked.map(({ group }) => group)).toEqual(
        expect.arrayContaining(['case', 'knowledge', 'routing']),
      )
      for (const { group, cause, attempts } of parked.filter(({ group }) => bus.reactions.has(group))) {
        expect([group, cause]).toEqual([group, expect.stringContaining(`breaks its contract: ${field}`)])
        expect(attempts).toBe(1)
      }
      // One letter for each reader at most.
      expect(new Set(parked.map(({ group }) => group)).size).toBe(parked.length)
    }
    expect([...parkedAt(unknown), ...parkedAt(good)]).toEqual([])
    const noted = async () =>
      (await wholeLog(host.events)).filter(({ causationId }) => causationId === thrown?.id)
    expect((await noted()).filter(({ actor }) => actor === 'system:case')).toEqual([])
    const others = (await wholeLog(host.events)).filter(({ causationId }) => causationId === good?.id)
    expect(others.map(({ actor }) => actor)).toContain('system:case')
    bus.broken = undefined
    await bus.redeliver('case', thrown?.position ?? 0)
    await expect(bus.redeliver('case', thrown?.position ?? 0)).rejects.toMatchObject({
      code: 'dead-letter.unknown',
    })
    await stage.settle()
    expect((await noted()).filter(({ actor }) => actor === 'system:case')).toHaveLength(1)
    const left = await bus.deadLetters()
    expect(left).toHaveLength(letters.length - 1)
    await assertWorld(host, {
      letters: left.map(({ group, event }) => `${group} ${String(event.position)}`),
    })
  })

  it('R27: a version made after this program is parked for every reader of the ones before, and never dropped', async () => {
    const { stage, bus, events, host } = await open()
    const [newer] = await tell(events, [{ type: NEWER, data: { anything: 1 } }, requested({})], 'newer', keys)
    await stage.settle()
    const letters = (await bus.deadLetters()).filter(({ event }) => event.type === NEWER)
    expect(letters.map(({ group }) => group).sort()).toEqual(bus.readersOf(REQUESTED))
    expect(letters.length).toBeGreaterThan(5)
    for (const { group, event, cause, attempts } of letters) {
      expect(event).toEqual(newer)
      expect(cause).toBe(`NewerVersion: ${NEWER} is newer than what ${group} reads`)
      expect(attempts).toBe(0)
    }
    const refused = await bus.redeliver('case', newer?.position ?? 0).catch((error: unknown) => error)
    expect(refused).toMatchObject({ kind: 'conflict', code: 'dead-letter.newer-version' })
    // A rebuild does not make good what this program cannot read.
    await host.readers.views.rebuild('case.contacts')
    expect(await bus.deadLetters('view:case.contacts')).toHaveLength(1)
    const parked = (await bus.deadLetters()).map(({ group, event }) => `${group} ${String(event.position)}`)
    await assertWorld(host, { letters: parked })
  })

  it('R27: every version of an event ever told is read by every reader of one of its versions', async () => {
    const { bus } = await open()
    const told = [...new Set(goldenEvents().map(({ type }) => type))]
    const nameOf = (type: string): string => type.replace(/\.v\d+$/, '')
    const missing = [...bus.reads].flatMap(([reader, types]) =>
      told
        .filter((type) => types.some((one) => nameOf(one) === nameOf(type)) && !types.includes(type))
        .map((type) => `${reader} does not read ${type}`),
    )
    expect(missing).toEqual([])
    expect(bus.reads.size).toBeGreaterThan(25)
  })

  it('R27: the stored bytes of old events stay as they are, whatever is done with them', async () => {
    stage = await openStage()
    const told = await tell(stage.host().events, goldenEvents(), 'golden')
    const bytes = JSON.stringify(told)
    await stage.settle()
    await stage.pass(8 * DAY)
    await stage.host().readers.views.rebuildAll()
    await stage.restart()
    const { events } = stage.host()
    expect(
      JSON.stringify((await events.readAll({ limit: 100_000 })).filter(({ stream }) => stream === 'told')),
    ).toBe(bytes)
    expect(told.map(({ type, data }) => ({ type, data }))).toEqual(goldenEvents())
  })
})
