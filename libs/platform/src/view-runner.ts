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
  Timers,
  ViewStore,
} from '@throughline/ports'
import { ViewBatch } from './view-batch.js'
import { ViewFollower } from './view-follower.js'
import type { Followed } from './view-follower.js'

const TRIES = 3
/** Events a rebuild reads at once. */
const REBUILD_PAGE = 2_000
/** Milliseconds after which a process that builds the same view and gets no further is taken to be dead. */
const PATIENCE = 2_000
const LONGEST_PAUSE = 5_000
/** Refusals of a store after which a rebuild is given up: some two seconds of them. */
const MOST_FAILURES = 6
/** Milliseconds between two looks at views that nobody reads and nothing is written to: they may be gone as well. */
const LOOK = 5_000

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

/**
 * Feeds every view from the log, each at its own position, rows and position written as one. Views that are lost are built
 * again while nothing is read from them.
 */
export class ViewRunner {
  readonly #logger = new Logger('views')
  readonly #followers: ReadonlyMap<string, ViewFollower>
  readonly #ids: ReadonlyMap<string, ViewFollower>
  readonly #rebuilding = new Set<string>()
  readonly #store: ViewStore
  #restoring: Promise<void> | undefined
  #endLooking = (): void => undefined
  #isStopped = false

  constructor(
    private readonly views: readonly AnyView[],
    private readonly events: EventStore,
    store: ViewStore,
    private readonly bus: EventBus,
    private readonly timers: Timers,
  ) {
    this.#store = store.forWriter()
    const followed: Followed = {
      events,
      store: this.#store,
      bus,
      timers,
      apply: (...batch) => this.#apply(...batch),
      onLost: ({ view }) => {
        this.#logger.warn(`${view.name} is not where it was left; it is built again`)
        this.#restore()
      },
    }
    const followers = views.map((view) => new ViewFollower(view, followed))
    this.#followers = new Map(followers.map((follower) => [follower.view.name, follower]))
    this.#ids = new Map(followers.map((follower) => [viewId(follower.view), follower]))
  }

  /** Returns when every view that stands is followed; those that do not stand are built meanwhile. */
  async start(): Promise<void> {
    await this.#beginAll()
    this.#restore()
    this.#endLooking = this.timers.every('views', LOOK, async () => {
      for (const follower of this.#followers.values()) await follower.look()
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#endLooking()
    await this.#restoring
    await Promise.all([...this.#followers.values()].map((follower) => follower.stop()))
  }

  get running(): ReadonlyMap<string, Running> {
    return this.#followers
  }

  /** Lowest position all views have reached. */
  get position(): number {
    return Math.min(Infinity, ...[...this.#followers.values()].map(({ position }) => position))
  }

  /** Views that are lost and not built yet. */
  get missing(): readonly string[] {
    return this.#lost().map(({ view }) => `view:${view.name}`)
  }

  /** Whether what stands under this id may be read: what is no view here always may. */
  mayRead(id: string): boolean {
    return this.#ids.get(id)?.isWhole ?? true
  }

  /** Somebody could not read what stands under this id. */
  suspect(id: string): void {
    void this.#ids.get(id)?.look()
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

  #restore(): void {
    this.#restoring ??= this.#restoreAll().finally(() => (this.#restoring = undefined))
  }

  /** Begins, or builds, until every view stands. */
  async #restoreAll(): Promise<void> {
    for (let failures = 0; !this.#isStopped;) {
      const missing = await this.#beginAll()
      if (this.#lost().length === 0) return
      try {
        if (missing.length > 0 && (await this.#isIdle(missing))) {
          await this.#rebuild(missing)
          failures = 0
          continue
        }
      } catch (error) {
        if (!(error instanceof Refused)) this.#logger.error(`views cannot be built: ${String(error)}`)
      }
      await this.timers.sleep(Math.min(LONGEST_PAUSE, 20 * 2 ** failures++))
    }
  }

  #lost(): readonly ViewFollower[] {
    return [...this.#followers.values()].filter(({ isWhole }) => !isWhole)
  }

  /** Follows what stands; returns the views of which nothing does. One that cannot be looked at is neither. */
  async #beginAll(): Promise<readonly AnyView[]> {
    const begun = await Promise.all(
      this.#lost().map(async (follower) => {
        if (this.#rebuilding.has(follower.view.name)) return []
        try {
          await follower.pause()
          return (await follower.begin()) ? [] : [follower.view]
        } catch {
          return []
        }
      }),
    )
    return begun.flat()
  }

  /** Nobody else builds these views, or whoever did gets no further. */
  async #isIdle(views: readonly AnyView[]): Promise<boolean> {
    const look = async (): Promise<string> =>
      JSON.stringify(await Promise.all(views.map((view) => this.#store.position(besideOf(view)))))
    const before = await look()
    if (!/[1-9]/.test(before)) return true
    for (let waited = 0; waited < PATIENCE && !this.#isStopped; waited += PATIENCE / 20) {
      await this.timers.sleep(PATIENCE / 20)
      if ((await look()) !== before) return false
    }
    return true
  }

  async #rebuild(views: readonly AnyView[]): Promise<{ readonly position: number }> {
    const busy = views.find(({ name }) => this.#rebuilding.has(name))
    if (busy !== undefined) throw rebuilding(busy)
    for (const { name } of views) this.#rebuilding.add(name)
    try {
      const built = views.map((view): Beside => {
        const id = besideOf(view)
        const batch = new ViewBatch(id, this.#store, true)
        return { view, id, reads: new Reads(view.on), batch, failed: [] }
      })
      for (const { id } of built) await this.#patiently(() => this.#store.drop(id))
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
    let reading = this.#page(from, upTo)
    for (let at = from; ;) {
      const page = await reading
      const last = page.at(-1)
      if (last === undefined) return at
      // On its way while this one is applied and written; a failure is met when its turn comes.
      reading = this.#page(last.position, upTo)
      reading.catch(() => undefined)
      for (const beside of built) await this.#build(beside, page)
      const [before, to] = [at, last.position]
      await Promise.all(built.map((beside) => this.#write(beside, before, to)))
      at = to
      // Requests are answered in between, also where a store never waits for a disk.
      await turn()
    }
  }

  #page(after: number, upTo: number): Promise<readonly RecordedEvent[]> {
    return this.#patiently(() => this.events.readAll({ after, upTo, limit: REBUILD_PAGE }))
  }

  async #write({ view, id, batch }: Beside, from: number, to: number): Promise<void> {
    let mayBeDone = false
    try {
      await this.#patiently(async () => {
        try {
          await batch.write(from, to)
        } catch (error) {
          if (!(error instanceof StaleView)) mayBeDone = true
          // An attempt that was told to have failed, and had not.
          else if (mayBeDone && (await this.#store.position(id)) === to) {
            batch.settle()
            return
          }
          throw error
        }
      })
    } catch (error) {
      throw error instanceof StaleView ? rebuilding(view) : error
    }
  }

  /** Asks again after a pause what a store refuses that is out of reach for a moment: so much was done already. */
  async #patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (let failures = 0; ; failures++) {
      try {
        return await ask()
      } catch (error) {
        if (error instanceof StaleView || failures >= MOST_FAILURES || this.#isStopped) throw error
        await this.timers.sleep(20 * 2 ** failures)
      }
    }
  }

  async #build({ view, reads, batch, failed }: Beside, page: readonly RecordedEvent[]): Promise<void> {
    for (const event of page) {
      const concern = reads.of(event.type)
      if (concern === 'ignores') continue
      const failure =
        concern === 'newer'
          ? { event, cause: new NewerVersion(event.type, `view:${view.name}`), attempts: 0 }
          : await this.#patiently(() => this.#take(view, event, batch))
      if (failure) failed.push(failure)
    }
  }

  async #switch({ view, id, reads, batch, failed }: Beside, from: number): Promise<number> {
    const live = this.#followers.get(view.name)
    const seen = await live?.pause()
    try {
      // What readers have seen already is in the new rows too before they are shown.
      const at = await this.#advance([{ view, id, reads, batch, failed }], from, seen ?? from)
      for (const { event, cause, attempts } of failed) {
        await this.bus.park(`view:${view.name}`, event, cause, attempts)
      }
      await this.#store.replace(viewId(view), id)
      await this.bus.forget(`view:${view.name}`, new Set(failed.map(({ event }) => event.position)))
      return at
    } finally {
      // Whichever rows stand there now, somebody has to keep them up.
      if (live !== undefined && !this.#isStopped) await live.begin()
    }
  }

  async #apply(
    view: AnyView,
    events: readonly RecordedEvent[],
    from: number,
    through: number,
  ): Promise<void> {
    const batch = new ViewBatch(viewId(view), this.#store)
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

/** Where a view is built beside the one that stands. */
function besideOf(view: AnyView): string {
  return `${viewId(view)}~rebuild`
}
