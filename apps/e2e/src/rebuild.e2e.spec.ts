import { services } from '@throughline/app-all-in-one'
import type { Engines } from '@throughline/platform'
import { viewId, ViewStore } from '@throughline/ports'
import type { Change, EventStore, KeptRow, Page, PageRequest } from '@throughline/ports'
import { defect, sized, wholeLog } from '@throughline/ports/suites'
import { assertWorld } from '@throughline/testing'
import { createHash } from 'node:crypto'
import { goldenEvents } from './delivery.stage.js'
import { openStage } from './stage.js'
import { openTheatre } from './theatre.js'
import type { Theatre } from './theatre.js'

// Ends what hangs.
jest.setTimeout(120_000)

/** Seeded: the old rows go before the new ones are there. */
class HalfwayViews extends ViewStore {
  constructor(private readonly store: ViewStore) {
    super()
  }
  async replace(view: string, by: string): Promise<void> {
    await this.store.drop(view)
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
    await this.store.replace(view, by)
  }
  position(view: string): Promise<number> {
    return this.store.position(view)
  }
  write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    return this.store.write(view, from, to, changes)
  }
  get(view: string, key: string): Promise<unknown> {
    return this.store.get(view, key)
  }
  page(...request: Parameters<ViewStore['page']>): ReturnType<ViewStore['page']> {
    return this.store.page(...request)
  }
  count(view: string, list: string): Promise<number> {
    return this.store.count(view, list)
  }
  scan(view: string, request?: Omit<PageRequest, 'descending'>): Promise<Page<KeptRow>> {
    return this.store.scan(view, request)
  }
  drop(view: string): Promise<void> {
    return this.store.drop(view)
  }
  forWriter(): ViewStore {
    return this
  }
  close(): Promise<void> {
    return this.store.close()
  }
}

/** Seeded: a view that acts while it reads. */
function acting(store: () => EventStore | undefined): typeof services {
  let acts = 0
  return services.map((service) => ({
    ...service,
    views: service.views.map((view) => ({
      ...view,
      project: async (event: never, rows: never): Promise<void> => {
        await view.project(event, rows)
        if (view.name !== 'case.cases') return
        const id = `act-${String(acts++)}`
        const acted = { type: 'test.Acted.v1', data: {} }
        await store()?.append({ stream: 'acted', id }, 0, { id, actor: 'system:test' }, [acted])
      },
    })),
  }))
}

const views = services.flatMap((service) => service.views)

describe('a rebuild of every view while people go on', () => {
  let theatre: Theatre
  let store: EventStore | undefined

  beforeEach(async () => {
    const engines = (made: Engines): Engines => {
      store = made.events
      return defect('R25.switch') ? { ...made, views: new HalfwayViews(made.views) } : made
    }
    const stage = await openStage({ engines, ...(defect('R25.acts') && { services: acting(() => store) }) })
    theatre = await openTheatre(stage)
  })
  afterEach(async () => {
    await theatre.stage.stop()
  })

  /** More than a rebuild reads at once, of many customers. */
  const fill = async (events: number): Promise<void> => {
    const golden = goldenEvents()
    for (let at = 0; at < events; at += golden.length) {
      const id = `fill-${String(at)}`
      const customerId = `018f0000-0000-7000-8000-${String(at).padStart(12, '0')}`
      const command = { id, actor: 'system:test', customerId }
      await theatre.stage.host().events.append({ stream: 'fill', id }, 0, command, golden)
    }
    await theatre.stage.settle()
  }
  const hashOf = async (): Promise<Readonly<Record<string, string>>> => {
    const hashes: Record<string, string> = {}
    for (const view of views) {
      const hash = createHash('sha256')
      let after: string | undefined
      do {
        const page = await theatre.stage
          .host()
          .views.scan(viewId(view), { limit: 500, ...(after !== undefined && { after }) })
        hash.update(JSON.stringify(page.items))
        after = page.next ?? undefined
      } while (after !== undefined)
      hashes[view.name] = hash.digest('hex')
    }
    return hashes
  }

  it('R25: answers every read, switches at once, and ends with the rows that would be there without it', async () => {
    await fill(sized(4_000, 100_000))
    const { stage, tokens, hers, send } = theatre
    const { host, settle } = stage
    const reads = [
      ['/api/v1/my-stuff', tokens.ana],
      ['/api/v1/case/cases', tokens.ana],
      [`/api/v1/case/cases/${hers.cases}`, tokens.ana],
      [`/api/v1/journey/journeys/${hers.journeys}`, tokens.ana],
      [`/api/v1/contact/contacts/${hers.contacts}`, tokens.ana],
      ['/api/v1/knowledge/tasks', tokens['knowledge-owner']],
      ['/api/v1/identity/staff', tokens.administrator],
    ] as const
    const positions = new Map<string, number>()
    const seen: Record<string, ReadonlySet<number>> = {}
    let done = false
    const rebuilt = host()
      .readers.views.rebuildAll()
      .finally(() => (done = true))
    let rounds = 0
    while (!done) {
      rounds++
      for (const [path, token] of reads) {
        const { status } = await send('GET', path, { token })
        seen[path] = new Set([...(seen[path] ?? []), status])
      }
      const said = await send('POST', `/api/v1/contact/contacts/${hers.contacts}/messages`, {
        token: tokens.ana,
        body: { text: `Still there? ${String(rounds)}` },
      })
      expect(said.status).toBe(201)
      for (const view of views) {
        const position = await host().views.position(viewId(view))
        expect([view.name, position >= (positions.get(view.name) ?? 0)]).toEqual([view.name, true])
        positions.set(view.name, position)
      }
    }
    await rebuilt
    expect(seen).toEqual(Object.fromEntries(reads.map(([path]) => [path, new Set([200])])))
    await settle()
    await assertWorld(host())
  })

  it('R25: does nothing but read: no event, no letter, no word to anybody, and the rows are the same', async () => {
    await fill(sized(2_500, 50_000))
    const { stage } = theatre
    const { host, courier } = stage
    const before = { hashes: await hashOf(), head: await host().events.head(), sent: courier.sent.length }
    await host().readers.views.rebuildAll()
    for (const { name } of views.slice(0, 3)) await host().readers.views.rebuild(name)
    await stage.settle()
    const after = { hashes: await hashOf(), head: await host().events.head(), sent: courier.sent.length }
    expect(after).toEqual(before)
    expect(await host().bus.deadLetters()).toEqual([])
  })

  it('R26: a second one of the same view is refused with a problem that has a name', async () => {
    await fill(2_500)
    const { send, tokens } = theatre
    const ask = () =>
      send('POST', '/api/v1/platform/views/case.cases/rebuild', { token: tokens.administrator, body: {} })
    const answers = await Promise.all([ask(), ask()])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(JSON.parse(refused?.text ?? '')).toMatchObject({ code: 'view.rebuilding' })
    await theatre.stage.settle()
    await assertWorld(theatre.stage.host())
    expect((await wholeLog(theatre.stage.host().events)).length).toBeGreaterThan(2_500)
  })
})
