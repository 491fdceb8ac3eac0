import { Logger } from '@nestjs/common'
import { setImmediate as turn } from 'node:timers/promises'
import { Refused } from '@throughline/kernel'
import { NewerVersion, Reads, StaleView, viewId } from '@throughline/ports'
import type {
  AnyView,
  EventBus,
  EventStore,
  RecordedEvent,
  Rows,
  Running,
  ViewStore,
} from '@throughline/ports'
import { ViewBatch } from './view-batch.js'

const TRIES = 3
/** Positions without a wanted event after which the place is written all the same, so that a restart scans little. */
const IDLE_STRIDE = 5_000
/** Events a rebuild reads at once. */
const REBUILD_PAGE = 2_000

/** An event a view could not take. */
interface Failed {
  readonly event: RecordedEvent
  readonly cause: Error
  readonly attempts: number
}

/** A view being built anew beside the live one. */
interface Beside {
  readonly view: AnyView
  readonly id: string
  readonly reads: Reads
  readonly batch: ViewBatch
  readonly failed: Failed[]
}

/** Feeds every view from the log, each at its own position, rows and position written as one. */
export class ViewRunner {
  readonly #logger = new Logger('views')
  readonly #running = new Map<string, Running>()
  readonly #rebuilding = new Set<string>()

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
   * place, never with an older position than readers have seen. @throws Refused `view.unknown`, `view.rebuilding`
   */
  async rebuild(name: string): Promise<{ readonly position: number }> {
    const view = this.views.find((candidate) => candidate.name === name)
    if (view === undefined) throw new Refused('not-found', 'view.unknown', `There is no view ${name}.`)
    return this.#rebuild([view])
  }

  /** Builds every view anew, reading the log once for all of them. @throws Refused `view.rebuilding` */
  rebuildAll(): Promise<{ readonly position: number }> {
    return this.#rebuild(this.views)
  }

  async #rebuild(views: readonly AnyView[]): Promise<{ readonly position: number }> {
    const busy = views.find(({ name }) => this.#rebuilding.has(name))
    if (busy !== undefined) throw rebuilding(busy)
    for (const { name } of views) this.#rebuilding.add(name)
    try {
      const built = views.map((view): Beside => {
        const id = `${viewId(view)}~rebuild`
        const batch = new ViewBatch(id, this.store, true)
        return { view, id, reads: new Reads(view.on), batch, failed: [] }
      })
      for (const { id } of built) await this.store.drop(id)
      // Twice up to a head that stands still: one that is chased may never be reached. What came since is little.
      let at = await this.#advance(built, 0, await this.events.head())
      at = await this.#advance(built, at, await this.events.head())
      let position = Infinity
      for (const beside of built) position = Math.min(position, await this.#switch(beside, at))
      return { position }
    } finally {
      for (const { name } of views) this.#rebuilding.delete(name)
    }
  }

  /** Applies the log from a position on, up to another; returns how far it came. */
  async #advance(built: readonly Beside[], from: number, upTo: number): Promise<number> {
    for (let at = from; ;) {
      const page = await this.events.readAll({ after: at, upTo, limit: REBUILD_PAGE })
      const last = page.at(-1)
      if (last === undefined) return at
      for (const beside of built) await this.#build(beside, page)
      const [before, to] = [at, last.position]
      await Promise.all(
        built.map(async ({ view, batch }) => {
          try {
            await batch.write(before, to)
          } catch (error) {
            throw error instanceof StaleView ? rebuilding(view) : error
          }
        }),
      )
      at = to
      // Requests are answered in between, also where a store never waits for a disk.
      await turn()
    }
  }

  async #build({ view, reads, batch, failed }: Beside, page: readonly RecordedEvent[]): Promise<void> {
    for (const event of page) {
      const concern = reads.of(event.type)
      if (concern === 'ignores') continue
      const failure =
        concern === 'newer'
          ? { event, cause: new NewerVersion(event.type, `view:${view.name}`), attempts: 0 }
          : await this.#take(view, event, batch)
      if (failure) failed.push(failure)
    }
  }

  async #switch({ view, id, reads, batch, failed }: Beside, from: number): Promise<number> {
    const live = this.#running.get(view.name)
    await live?.stop()
    try {
      // What readers have seen already is in the new rows too before they are shown.
      const at = await this.#advance([{ view, id, reads, batch, failed }], from, live?.position ?? from)
      for (const { event, cause, attempts } of failed) {
        await this.bus.park(`view:${view.name}`, event, cause, attempts)
      }
      await this.store.replace(viewId(view), id)
      await this.bus.forget(`view:${view.name}`, new Set(failed.map(({ event }) => event.position)))
      return at
    } finally {
      // Whichever rows stand there now, somebody has to keep them up.
      this.#running.set(view.name, await this.#follow(view))
    }
  }

  async #follow(view: AnyView): Promise<Running> {
    const id = viewId(view)
    let written = await this.store.position(id)
    return this.bus.follow({
      name: `view:${view.name}`,
      after: written,
      types: view.on,
      onBatch: async (events, through) => {
        // Delivered at least once: what the rows hold already is not applied again.
        const fresh = ascending(events, written)
        if (through <= written || (fresh.length === 0 && through - written < IDLE_STRIDE)) return
        try {
          await this.#apply(view, id, fresh, written, through)
          written = through
        } catch (error) {
          // Another owner has moved the view on, and is followed from where it left it; never from further back.
          if (error instanceof StaleView) written = Math.max(written, await this.store.position(id))
          throw error
        }
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
    const batch = new ViewBatch(id, this.store)
    for (const event of events) {
      const failure = await this.#take(view, event, batch)
      if (failure) await this.bus.park(`view:${view.name}`, event, failure.cause, failure.attempts)
    }
    await batch.write(from, through)
  }

  /** Applies one event; tells why where it cannot be taken. @throws whatever kept the stored rows from being read */
  async #take(view: AnyView, event: RecordedEvent, batch: ViewBatch): Promise<Failed | undefined> {
    // A host calls views it knows nothing of; their rows and events are theirs.
    const project = view.project as unknown as (event: RecordedEvent, rows: Rows<unknown>) => Promise<void>
    for (let attempt = 1; ; attempt++) {
      try {
        await batch.take(project, event)
        return undefined
      } catch (error) {
        // The store is at fault and not the event: the whole batch comes again after a pause.
        if (batch.unreadable) throw error
        if (attempt < TRIES) continue
        const cause = error instanceof Error ? error : new Error(String(error))
        this.#logger.error(
          `${view.name} cannot take ${event.type} at ${String(event.position)}: ${cause.stack ?? cause.message}`,
        )
        return { event, cause, attempts: attempt }
      }
    }
  }
}

function rebuilding({ name }: AnyView): Refused {
  return new Refused('conflict', 'view.rebuilding', `${name} is being rebuilt already.`)
}

/** Events behind a position, in order and once each. */
function ascending(events: readonly RecordedEvent[], after: number): readonly RecordedEvent[] {
  let last = after
  return events.filter(({ position }) => {
    const next = position > last
    if (next) last = position
    return next
  })
}
