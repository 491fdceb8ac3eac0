import type { Change, RecordedEvent, Rows, ViewStore } from '@throughline/ports'

interface Staged {
  readonly row: unknown
  readonly lists: Readonly<Record<string, string>>
}

/** Rows a rebuild remembers, so that it need not read back what it has just written. */
const MOST_KNOWN = 5_000
/** Rows written at once: a store that writes on the event loop holds it for as long. */
const MOST_WRITTEN = 500

/** The rows of one view while events are applied: what is stored, under what has changed since it was written. */
export class ViewBatch implements Rows<unknown> {
  readonly #batch = new Map<string, Staged | undefined>()
  readonly #staged = new Map<string, Staged | undefined>()
  readonly #known = new Map<string, unknown>()
  /** Every stored row is among the known ones, so that one which is not there need not be looked for. */
  #whole: boolean
  /** Reading the stored rows failed: the store is at fault and not the event. */
  unreadable = false

  /** `alone`: the view is empty, and nobody else writes to it. */
  constructor(
    private readonly view: string,
    private readonly store: ViewStore,
    private readonly alone = false,
  ) {
    this.#whole = alone
  }

  /** Applies one event whole, or leaves no trace of it and throws what the projection threw. */
  async take(
    project: (event: RecordedEvent, rows: Rows<unknown>) => Promise<void>,
    event: RecordedEvent,
  ): Promise<void> {
    this.#staged.clear()
    this.unreadable = false
    await project(event, this)
    for (const [key, change] of this.#staged) this.#batch.set(key, change)
    this.#staged.clear()
  }

  /** Writes what has changed and the new position: as one, but for a view built alone, which nobody reads before its end. */
  async write(from: number, to: number): Promise<void> {
    const changes: Change[] = [...this.#batch].map(([key, staged]) =>
      staged === undefined ? { key, lists: {} } : { key, row: staged.row, lists: staged.lists },
    )
    if (this.alone) {
      while (changes.length > MOST_WRITTEN) {
        await this.store.write(this.view, from, from, changes.splice(0, MOST_WRITTEN))
      }
    }
    await this.store.write(this.view, from, to, changes)
    this.settle()
  }

  /** What has changed is written. */
  settle(): void {
    if (this.alone) this.#remember()
    this.#batch.clear()
  }

  async get(key: string): Promise<unknown> {
    if (this.#staged.has(key)) return this.#staged.get(key)?.row
    if (this.#batch.has(key)) return this.#batch.get(key)?.row
    if (this.#whole || this.#known.has(key)) return this.#known.get(key)
    return this.#read(() => this.store.get(this.view, key))
  }

  put(key: string, row: unknown, lists: Readonly<Record<string, string>> = {}): void {
    this.#staged.set(key, { row, lists })
  }

  remove(key: string): void {
    this.#staged.set(key, undefined)
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
    for (const changes of [this.#batch, this.#staged]) {
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

  #remember(): void {
    for (const [key, staged] of this.#batch) {
      if (staged === undefined) this.#known.delete(key)
      else this.#known.set(key, staged.row)
    }
    if (this.#known.size <= MOST_KNOWN) return
    this.#known.clear()
    this.#whole = false
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
