import { Logger } from '@nestjs/common'
import { Refused } from '@throughline/kernel'
import { viewId } from '@throughline/ports'
import type {
  AnyView,
  Change,
  EventBus,
  EventStore,
  RecordedEvent,
  Rows,
  Running,
  ViewStore,
} from '@throughline/ports'

interface Staged {
  readonly row: unknown
  readonly lists: Readonly<Record<string, string>>
}

const TRIES = 3
/** Positions without a wanted event after which the place is written all the same, so that a restart scans little. */
const IDLE_STRIDE = 5_000

/** Feeds every view from the log, each at its own position, rows and position written as one. */
export class ViewRunner {
  readonly #logger = new Logger('views')
  readonly #running = new Map<string, Running>()

  constructor(
    private readonly views: readonly AnyView[],
    private readonly events: EventStore,
    private readonly store: ViewStore,
    private readonly bus: EventBus,
  ) {}

  async start(): Promise<void> {
    for (const view of this.views) this.#running.set(view.name, await this.#follow(view))
  }

  get running(): ReadonlyMap<string, Running> {
    return this.#running
  }

  /** Lowest position all views have reached. */
  get position(): number {
    return Math.min(Infinity, ...[...this.#running.values()].map(({ position }) => position))
  }

  /**
   * Builds a view anew from the first event beside the live one, which goes on answering, and puts the new rows in its
   * place. @throws Refused `view.unknown`, `view.rebuilding`
   */
  async rebuild(name: string): Promise<{ readonly position: number }> {
    const view = this.views.find((candidate) => candidate.name === name)
    const live = this.#running.get(name)
    if (view === undefined || live === undefined) {
      throw new Refused('not-found', 'view.unknown', `There is no view ${name}.`)
    }
    if (this.#rebuilding.has(name)) {
      throw new Refused('conflict', 'view.rebuilding', `${name} is being rebuilt already.`)
    }
    this.#rebuilding.add(name)
    try {
      const id = viewId(view)
      const beside = `${id}~rebuild`
      await this.store.drop(beside)
      let at = 0
      const wanted = new Set(view.on)
      for (;;) {
        const page = await this.events.readAll({ after: at })
        const last = page.at(-1)
        if (last === undefined) break
        await this.#apply(
          view,
          beside,
          page.filter(({ type }) => wanted.has(type)),
          at,
          last.position,
        )
        at = last.position
      }
      await live.stop()
      try {
        await this.store.replace(id, beside)
      } finally {
        // Whichever rows stand there now, somebody has to keep them up.
        this.#running.set(name, await this.#follow(view))
      }
      await this.bus.forget(`view:${name}`)
      return { position: at }
    } finally {
      this.#rebuilding.delete(name)
    }
  }
  readonly #rebuilding = new Set<string>()

  async #follow(view: AnyView): Promise<Running> {
    const id = viewId(view)
    let written = await this.store.position(id)
    return this.bus.follow({
      name: `view:${view.name}`,
      after: written,
      types: view.on,
      onBatch: async (events, through) => {
        if (events.length === 0 && through - written < IDLE_STRIDE) return
        await this.#apply(view, id, events, written, through)
        written = through
      },
    })
  }

  async #apply(
    view: AnyView,
    id: string,
    events: readonly RecordedEvent[],
    from: number,
    through: number,
  ): Promise<void> {
    const batch = new Map<string, Staged | undefined>()
    for (const event of events) await this.#project(view, id, event, batch)
    const changes: Change[] = [...batch].map(([key, staged]) =>
      staged === undefined ? { key, lists: {} } : { key, row: staged.row, lists: staged.lists },
    )
    await this.store.write(id, from, through, changes)
  }

  async #project(
    view: AnyView,
    id: string,
    event: RecordedEvent,
    batch: Map<string, Staged | undefined>,
  ): Promise<void> {
    // A host calls views it knows nothing of; their rows and events are theirs.
    const project = view.project as unknown as (event: RecordedEvent, rows: Rows<unknown>) => Promise<void>
    for (let attempt = 1; ; attempt++) {
      const staged = new Map<string, Staged | undefined>()
      const rows = new StagedRows(id, this.store, batch, staged)
      try {
        await project(event, rows)
        for (const [key, change] of staged) batch.set(key, change)
        return
      } catch (error) {
        // The store is at fault and not the event: the whole batch comes again after a pause.
        if (rows.unreadable) throw error
        if (attempt < TRIES) continue
        const cause = error instanceof Error ? error : new Error(String(error))
        this.#logger.error(
          `${view.name} cannot take ${event.type} at ${String(event.position)}: ${cause.stack ?? cause.message}`,
        )
        await this.bus.park(`view:${view.name}`, event, cause, attempt)
        return
      }
    }
  }
}

/** What is stored, under what this batch and this event have changed so far. */
class StagedRows implements Rows<unknown> {
  /** Reading the stored rows failed. */
  unreadable = false

  constructor(
    private readonly view: string,
    private readonly store: ViewStore,
    private readonly batch: ReadonlyMap<string, Staged | undefined>,
    private readonly staged: Map<string, Staged | undefined>,
  ) {}

  async get(key: string): Promise<unknown> {
    if (this.staged.has(key)) return this.staged.get(key)?.row
    if (this.batch.has(key)) return this.batch.get(key)?.row
    return this.#read(() => this.store.get(this.view, key))
  }

  put(key: string, row: unknown, lists: Readonly<Record<string, string>> = {}): void {
    this.staged.set(key, { row, lists })
  }

  remove(key: string): void {
    this.staged.set(key, undefined)
  }

  async list(list: string): Promise<readonly { readonly key: string; readonly row: unknown }[]> {
    const found = new Map<string, { readonly row: unknown; readonly sort: string }>()
    let after: string | undefined
    do {
      const request = { limit: 500, ...(after !== undefined && { after }) }
      const page = await this.#read(() => this.store.page(this.view, list, request))
      for (const { key, row, sort } of page.items) found.set(key, { row, sort })
      after = page.next ?? undefined
    } while (after !== undefined)
    for (const changes of [this.batch, this.staged]) {
      for (const [key, change] of changes) {
        const sort = change?.lists[list]
        if (change === undefined || sort === undefined) found.delete(key)
        else found.set(key, { row: change.row, sort })
      }
    }
    return [...found]
      .sort(([a, { sort: first }], [b, { sort: second }]) => order(first, second) || order(a, b))
      .map(([key, { row }]) => ({ key, row }))
  }

  async #read<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read()
    } catch (error) {
      this.unreadable = true
      throw error
    }
  }
}

function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
