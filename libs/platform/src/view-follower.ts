import { StaleView, viewId } from '@throughline/ports'
import type {
  AnyView,
  EventBus,
  EventStore,
  RecordedEvent,
  Running,
  Timers,
  ViewStore,
} from '@throughline/ports'

/** Positions without a wanted event after which the place is written all the same, so that a restart scans little. */
const IDLE_STRIDE = 5_000
/** Milliseconds between two looks at what another process writes. */
const LOOK = 25
/** Milliseconds without a word from the process that keeps the view up, after which this one does. */
const PATIENCE = 1_000

/** What a follower does its work with. */
export interface Followed {
  readonly events: EventStore
  readonly store: ViewStore
  readonly bus: EventBus
  readonly timers: Timers
  /** Applies events to the rows that stand at `from` and writes them with their new position. @throws StaleView */
  readonly apply: (
    view: AnyView,
    events: readonly RecordedEvent[],
    from: number,
    through: number,
  ) => Promise<void>
  /** Called when the rows are found to be gone. */
  readonly onLost: (follower: ViewFollower) => void
}

/**
 * Keeps the rows of one view up with the log. Where another process does so, it looks on and takes over when nothing comes
 * from there any more: who is stale writes nothing, so that neither has to know of the other.
 */
export class ViewFollower implements Running {
  #feed: Running | undefined
  #position = 0
  #written = 0
  #isWhole = false
  #looksOn = false
  #failure: Error | undefined
  #isStopped = false
  #isLooking = false

  constructor(
    readonly view: AnyView,
    private readonly with_: Followed,
  ) {}

  get position(): number {
    return this.#feed?.position ?? this.#position
  }

  get failing(): Error | undefined {
    return this.#failure ?? this.#feed?.failing
  }

  /** The rows hold what the log says; false while they are lost or were never made, and nothing may be read from them. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Goes on from the rows that stand; false where none do and the log has events. @throws whatever keeps it from looking */
  async begin(): Promise<boolean> {
    if (this.#isStopped) return true
    try {
      const at = await this.with_.store.position(viewId(this.view))
      if (at === 0 && (await this.with_.events.head()) > 0) {
        this.#failure = undefined
        return false
      }
      await this.#follow(at)
      this.#isWhole = true
      this.#failure = undefined
      return true
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
      throw error
    }
  }

  /** Somebody could not read the rows: are they still there? */
  async look(): Promise<void> {
    if (!this.#isWhole || this.#isLooking) return
    this.#isLooking = true
    // As it is now: what is written until the answer comes is not in it.
    const written = this.#written
    try {
      if ((await this.with_.store.position(viewId(this.view))) < written) this.#lose()
    } catch {
      // The store is out of reach; what it holds shows when it is back.
    } finally {
      this.#isLooking = false
    }
  }

  /** Leaves the rows alone until {@link begin}; returns how far they were read. */
  async pause(): Promise<number> {
    const feed = this.#feed
    await feed?.stop()
    this.#position = feed?.position ?? this.#position
    this.#feed = undefined
    return this.#position
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    const at = await this.pause()
    if (!this.#isWhole || this.#looksOn || at <= this.#written) return
    try {
      // So that the next start need not look again at what concerns nobody here.
      await this.with_.store.write(viewId(this.view), this.#written, at, [])
    } catch {
      // Then it looks again: the rows are as they were.
    }
  }

  async #follow(at: number): Promise<void> {
    this.#written = at
    this.#looksOn = false
    this.#feed = await this.with_.bus.follow({
      name: `view:${this.view.name}`,
      after: at,
      types: this.view.on,
      onBatch: (events, through) => this.#take(events, through),
    })
  }

  async #take(events: readonly RecordedEvent[], through: number): Promise<void> {
    // Delivered at least once: what the rows hold already is not applied again.
    const last = ascending(events, this.#written).at(-1)
    if (last !== undefined && this.#looksOn) await this.#lookOn(last.position)
    const fresh = ascending(events, this.#written)
    if (through <= this.#written || (fresh.length === 0 && through - this.#written < IDLE_STRIDE)) return
    try {
      await this.with_.apply(this.view, fresh, this.#written, through)
      this.#written = through
    } catch (error) {
      if (error instanceof StaleView) await this.#reconcile()
      // Rows that cannot be read may be rows that are gone.
      else await this.look()
      throw error
    }
  }

  /** Waits while another process writes up to a position; returns when it has, or when nothing comes from it. */
  async #lookOn(upTo: number): Promise<void> {
    for (let waited = 0; this.#written < upTo && !this.#isStopped; waited += LOOK) {
      const at = await this.with_.store.position(viewId(this.view))
      if (at > this.#written) {
        this.#written = at
        waited = 0
        continue
      }
      if (at < this.#written) {
        await this.#reconcile()
        throw new StaleView(`${this.view.name} went back to ${String(at)}`)
      }
      if (waited >= PATIENCE) {
        this.#looksOn = false
        return
      }
      await this.with_.timers.sleep(LOOK)
    }
  }

  /** The rows do not stand where this process left them. */
  async #reconcile(): Promise<void> {
    const at = await this.with_.store.position(viewId(this.view))
    if (at >= this.#written) {
      // Another process has moved the view on, and goes on doing so.
      this.#written = at
      this.#looksOn = true
      return
    }
    this.#lose()
  }

  /** The rows are gone, or older than what was read from them: nothing is read until they stand again. */
  #lose(): void {
    if (!this.#isWhole) return
    this.#isWhole = false
    this.with_.onLost(this)
  }
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
