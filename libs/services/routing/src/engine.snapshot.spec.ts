import { Logger } from '@nestjs/common'
import fc from 'fast-check'
import { SECOND } from '@throughline/kernel'
import { MemoryEventStore, MemoryViewStore } from '@throughline/ports'
import type { Change, EventStore } from '@throughline/ports'
import { defect, sized } from '@throughline/ports/suites'
import { agents, assignSkills, beAt } from './agent.js'
import type { RoutingEngine } from './engine.service.js'
import { GROUP_SNAPSHOT, allKeys, rowsOf } from './group.snapshot.js'
import { policies, publishPolicy } from './policy.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { openLog } from './routing.engine.suite.js'
import { acceptOffer, declineOffer, finishWork } from './work.decisions.js'
import { works } from './work.js'

const SNAPSHOT = `${GROUP_SNAPSHOT.name}~snapshot@${String(GROUP_SNAPSHOT.version)}`

/** The defect: a snapshot that is read says that it holds one event more than it does, and fits the log all the same. */
class OneTooFar extends MemoryViewStore {
  constructor(private readonly events: EventStore) {
    super()
  }
  override async position(view: string): Promise<number> {
    return (await this.#next(view))?.position ?? super.position(view)
  }
  override async scan(...all: Parameters<MemoryViewStore['scan']>): ReturnType<MemoryViewStore['scan']> {
    const { items, next } = await super.scan(...all)
    const of = (await this.#next(all[0]))?.hash
    const marked = items.map(({ key, row, lists }) =>
      key === '~' && of !== undefined ? { key, row: { ...(row as object), of }, lists } : { key, row, lists },
    )
    return { items: marked, next }
  }
  override async write(view: string, _: number, to: number, changes: readonly Change[]): Promise<void> {
    return super.write(view, await super.position(view), to, changes)
  }
  async #next(view: string) {
    const at = await super.position(view)
    return at === 0 ? undefined : (await this.events.readAll({ after: at, limit: 1 }))[0]
  }
}

/** A log that is looked at: from where on it was read. */
class Watched extends MemoryEventStore {
  readonly from: number[] = []
  constructor(private readonly log: ReturnType<typeof openLog>) {
    super(log.clock, log.ids)
  }
  override readStream: MemoryEventStore['readStream'] = (target) => this.log.store.readStream(target)
  override append: MemoryEventStore['append'] = (...all) => this.log.store.append(...all)
  override head = () => this.log.store.head()
  override readAll: MemoryEventStore['readAll'] = (options) => {
    if (options?.limit !== 1) this.from.push(options?.after ?? 0)
    return this.log.store.readAll(options)
  }
}

type Step = 'queue' | 'ready' | 'pause' | 'accept' | 'decline' | 'finish' | 'pass' | 'restart'
const anyStep = fc.constantFrom<Step>(
  ...(['queue', 'queue', 'queue', 'ready', 'ready', 'pause', 'accept', 'accept'] as const),
  ...(['decline', 'finish', 'pass', 'restart', 'restart'] as const),
)

async function begun(viewsOver?: Parameters<typeof openLog>[0]) {
  const log = openLog(viewsOver)
  const { clock, store, by, contact, staff, queue, calm } = log
  await store.transact(policies, 'care', publishPolicy('care', CARE_POLICY), by('publish'))
  for (const n of [1, 2]) {
    const skills = [{ skill: 'chat', level: 1 }]
    await store.transact(agents, staff(n), assignSkills(staff(n), skills), by(`skills ${String(n)}`))
  }
  let count = 0
  let queued = 0
  const step = async (owner: RoutingEngine, what: Exclude<Step, 'restart'>): Promise<void> => {
    count += 1
    const own = by(`step ${String(count)}`)
    const agentId = staff(1 + (count % 2))
    const held = [...owner.group.contacts.values()].map(({ contactId, state }) => ({ contactId, state }))
    const offered = held.find(({ state }) => state.status === 'offered')
    if (what === 'queue') await queue((queued += 1))
    if (what === 'pass') clock.move(31 * SECOND)
    if (what === 'ready' || what === 'pause') {
      const state = what === 'ready' ? 'ready' : 'paused'
      await store.transact(agents, agentId, beAt(agentId, { state }, []), own)
    }
    if ((what === 'accept' || what === 'decline') && offered?.state.status === 'offered') {
      const decide = what === 'accept' ? acceptOffer : declineOffer
      const { offerId, agentId: asked } = offered.state.offer
      await store.transact(works, offered.contactId, decide({ offerId, agentId: asked }), own)
    }
    const assigned = held.find(({ state }) => state.status === 'assigned')
    if (what === 'finish' && assigned !== undefined)
      await store.transact(works, assigned.contactId, finishWork, own)
    await calm(owner)
  }
  return { ...log, step, contact }
}

/** Everything a group holds, as plain data. */
function held({ group }: RoutingEngine) {
  const rowOf = rowsOf(group)
  return Object.fromEntries([...allKeys(group)].map((key) => [key, JSON.stringify(rowOf(key))]))
}

describe('the owner of a routing group, begun from a snapshot', () => {
  const lines: string[] = []
  beforeEach(() => {
    lines.length = 0
    Logger.overrideLogger({
      log: () => undefined,
      warn: (line: string) => lines.push(line),
      error: (line: string) => lines.push(line),
    })
  })
  afterAll(() => {
    Logger.overrideLogger(false)
  })

  const started = async (log: Awaited<ReturnType<typeof begun>>, ...over: Parameters<typeof log.engine>) => {
    const owner = log.engine(...over)
    await owner.onApplicationBootstrap()
    await log.calm(owner)
    return owner
  }

  it('P11: holds what it would hold after reading every event, wherever it was stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), async (steps) => {
        const log = await begun((store) =>
          defect('snapshot.routing') ? new OneTooFar(store) : new MemoryViewStore(),
        )
        let owner = await started(log)
        // What is recorded while nobody owns the group is the tail.
        for (const what of steps) {
          if (what === 'restart') {
            await owner.onModuleDestroy()
            await log.queue(1_000 + (await log.store.head()))
            owner = await started(log)
          } else await log.step(owner, what)
        }
        await owner.onModuleDestroy()
        await log.queue(1_000 + (await log.store.head()))
        const again = await started(log)
        const anew = await started(log, log.store, new MemoryViewStore())
        expect(held(again)).toEqual(held(anew))
        expect(again.group.next(log.clock.now())).toEqual(anew.group.next(log.clock.now()))
        expect(lines).toEqual([])
        for (const one of [again, anew]) await one.onModuleDestroy()
        await log.bus.close()
      }),
      { numRuns: sized(25, 300) },
    )
  })

  it('reads what came after the snapshot and nothing before it', async () => {
    const log = await begun()
    const first = await started(log)
    for (const what of ['ready', 'queue', 'accept', 'queue'] as const) await log.step(first, what)
    await first.onModuleDestroy()
    const end = await log.store.head()
    await log.queue(7)
    const watched = new Watched(log)
    const second = await started(log, watched)
    expect(second.group.contacts.size).toBe(3)
    expect(Math.min(...watched.from)).toBe(end)
    await second.onModuleDestroy()
    await log.bus.close()
  })

  it('offers nothing from a snapshot before it has read what came after it', async () => {
    const log = await begun()
    const first = await started(log)
    for (const what of ['queue', 'ready', 'decline'] as const) await log.step(first, what)
    await first.onModuleDestroy()
    const offers = await log.told('ContactOffered')
    // Nobody owns the group: she takes it elsewhere, and the one who was there pauses.
    const { agentId } = (offers.at(-1)?.data ?? {}) as { readonly agentId: string }
    const other = [log.staff(1), log.staff(2)].find((one) => one !== agentId) ?? ''
    await log.store.transact(agents, other, beAt(other, { state: 'ready' }, []), log.by('other'))
    await log.store.transact(agents, other, beAt(other, { state: 'paused' }, []), log.by('paused'))
    await log.store.transact(agents, agentId, beAt(agentId, { state: 'paused' }, []), log.by('gone'))
    const second = await started(log)
    expect(await log.told('ContactOffered')).toEqual(offers)
    await second.onModuleDestroy()
    await log.bus.close()
  })

  it.each([
    ['is damaged', async (views: MemoryViewStore) => change(views, 'rest', { gates: [] }), 'it is damaged'],
    [
      'lost a row',
      async (views: MemoryViewStore, row: string) => change(views, row, undefined),
      'it is damaged',
    ],
    ['got a row', async (views: MemoryViewStore) => change(views, 'agent/x', {}), 'it is damaged'],
    ['says nothing', async (views: MemoryViewStore) => change(views, '~', {}), 'it does not say what it is'],
    [
      'is of another log',
      async (views: MemoryViewStore) => {
        const at = await views.position(SNAPSHOT)
        await views.write(SNAPSHOT, at, at + 100, [])
      },
      'it is of another log',
    ],
  ])('passes over one that %s, and reads every event', async (_, spoil, says) => {
    const views = new MemoryViewStore()
    const log = await begun(() => views)
    const first = await started(log)
    for (const what of ['ready', 'queue', 'accept', 'queue'] as const) await log.step(first, what)
    const whole = held(first)
    await first.onModuleDestroy()
    await spoil(views, `contact/${log.contact(1)}`)
    const second = await started(log)
    expect(held(second)).toEqual(whole)
    expect(lines).toEqual([`the snapshot is passed over: ${says}`])
    await log.step(second, 'queue')
    await second.onModuleDestroy()
    // What it writes in its place fits again.
    lines.length = 0
    const third = await started(log)
    expect(lines).toEqual([])
    expect(third.group.contacts.size).toBe(3)
    await third.onModuleDestroy()
    await log.bus.close()
  })

  it('does not look at one of another version', async () => {
    const views = new MemoryViewStore()
    const log = await begun(() => views)
    const first = await started(log)
    await log.step(first, 'queue')
    await first.onModuleDestroy()
    const newer = `${GROUP_SNAPSHOT.name}~snapshot@${String(GROUP_SNAPSHOT.version + 1)}`
    await views.replace(newer, SNAPSHOT)
    const watched = new Watched(log)
    const second = await started(log, watched)
    expect(Math.min(...watched.from)).toBe(0)
    expect(second.group.contacts.size).toBe(1)
    expect(lines).toEqual([])
    await second.onModuleDestroy()
    await log.bus.close()
  })

  it('goes on where no snapshot can be written, and says so once', async () => {
    const full = new (class extends MemoryViewStore {
      override write(): Promise<void> {
        return Promise.reject(new Error('no room for ana@example.org'))
      }
    })()
    const log = await begun(() => full)
    const first = await started(log)
    await log.step(first, 'queue')
    await first.onModuleDestroy()
    expect(lines).toEqual(['no snapshot can be written: Error'])
    const second = await started(log)
    expect(second.group.contacts.size).toBe(1)
    await log.bus.close()
  })
})

async function change(views: MemoryViewStore, key: string, row: unknown): Promise<void> {
  const at = await views.position(SNAPSHOT)
  await views.write(SNAPSHOT, at, at, [{ key, ...(row !== undefined && { row }), lists: {} }])
}
