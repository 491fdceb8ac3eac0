import { StaleView } from '@throughline/ports'
import type { Change, EventStore, Timers, ViewStore } from '@throughline/ports'

/** Rows read in one go; requests have their turn in between. */
const PAGE = 500
const MARK = '~'

/**
 * Where insight keeps what it made of the log: rows by key, some in lists, and how far it has read, written as one.
 * Losing it loses nothing. What was made of another log, or by another version, is as good as nothing.
 */
export class BookStore {
  #position = 0

  constructor(
    private readonly view: string,
    private readonly views: ViewStore,
    private readonly events: EventStore,
    private readonly timers: Timers,
  ) {}

  /** Position up to which everything is in the rows. */
  get position(): number {
    return this.#position
  }

  /** Finds what was kept, or why it does not fit; what does not fit is gone then. */
  async open(): Promise<string | undefined> {
    this.#position = await this.views.position(this.view)
    if (this.#position === 0) return undefined
    const of = await this.#hashAt(this.#position)
    const mark = await this.get(MARK)
    if (of !== undefined && typeof mark === 'object' && mark !== null && 'of' in mark && mark.of === of)
      return undefined
    await this.drop()
    return 'it is of another log'
  }

  get(key: string): Promise<unknown> {
    return this.views.get(this.view, key)
  }

  /**
   * The rows of a list in order, with the turns of others in between.
   * @throws StaleView at the end when they are not those that were written last: another process wrote, or they were lost
   */
  async *each(
    list: string,
    { descending = false } = {},
  ): AsyncGenerator<{ readonly key: string; readonly row: unknown }> {
    let after: string | undefined
    do {
      const page = await this.views.page(this.view, list, {
        limit: PAGE,
        descending,
        ...(after !== undefined && { after }),
      })
      yield* page.items
      after = page.next ?? undefined
      if (after !== undefined) await this.timers.sleep(0)
    } while (after !== undefined)
    const at = await this.views.position(this.view)
    if (at !== this.#position)
      throw new StaleView(`${this.view} is at ${String(at)}, not ${String(this.#position)}`)
  }

  async write(to: number, changes: readonly Change[]): Promise<void> {
    const of = await this.#hashAt(to)
    const mark = of === undefined ? [] : [{ key: MARK, row: { of }, lists: {} }]
    await this.views.write(this.view, this.#position, to, [...changes, ...mark])
    this.#position = to
  }

  async drop(): Promise<void> {
    await this.views.drop(this.view)
    this.#position = 0
  }

  async #hashAt(position: number): Promise<string | undefined> {
    const [event] = await this.events.readAll({ after: position - 1, limit: 1 })
    return event?.position === position ? event.hash : undefined
  }
}
