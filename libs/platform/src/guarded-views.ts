import { Refused } from '@throughline/kernel'
import { ViewStore } from '@throughline/ports'
import type { Change, KeptRow, Page, PageRequest } from '@throughline/ports'

/**
 * Rows as services read them: never from a view that was lost and does not stand again yet, for there everything known
 * would seem unknown.
 */
export class GuardedViews extends ViewStore {
  constructor(
    private readonly store: ViewStore,
    private readonly mayRead: (view: string) => boolean,
    /** Told of a view that could not be read. */
    private readonly suspect: (view: string) => void,
  ) {
    super()
  }

  position(view: string): Promise<number> {
    return this.store.position(view)
  }

  write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    return this.store.write(view, from, to, changes)
  }

  get(view: string, key: string): Promise<unknown> {
    return this.#read(view, () => this.store.get(view, key))
  }

  page(
    view: string,
    list: string,
    request?: PageRequest,
  ): Promise<Page<{ readonly key: string; readonly row: unknown; readonly sort: string }>> {
    return this.#read(view, () => this.store.page(view, list, request))
  }

  count(view: string, list: string): Promise<number> {
    return this.#read(view, () => this.store.count(view, list))
  }

  scan(view: string, request?: Omit<PageRequest, 'descending'>): Promise<Page<KeptRow>> {
    return this.#read(view, () => this.store.scan(view, request))
  }

  drop(view: string): Promise<void> {
    return this.store.drop(view)
  }

  replace(view: string, by: string): Promise<void> {
    return this.store.replace(view, by)
  }

  forWriter(): ViewStore {
    return this.store.forWriter()
  }

  close(): Promise<void> {
    return this.store.close()
  }

  async #read<Result>(view: string, read: () => Promise<Result>): Promise<Result> {
    if (!this.mayRead(view)) throw unbuilt(view)
    let found: Result
    try {
      found = await read()
    } catch (error) {
      this.suspect(view)
      throw error
    }
    // It may have been found gone while this was read.
    if (!this.mayRead(view)) throw unbuilt(view)
    return found
  }
}

function unbuilt(view: string): Refused {
  return new Refused('unavailable', 'view.rebuilding', `${view} is being built from the record.`, {
    todo: 'Ask again in a moment; nothing is lost.',
    retryAfter: 2,
  })
}
