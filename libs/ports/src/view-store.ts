import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent } from './event-store.js'

/**
 * A disposable read model: what to make of events, as rows by key. Rows may stand in named lists, each with a sort
 * key; lists are how rows are found again. A change of shape takes a new `version`, which is built from the first event.
 */
export interface View<Row, Event extends DomainEvent = DomainEvent> {
  /** `<service>.<rows>`: `case.cases`. */
  readonly name: string
  readonly version: number
  /** Wire names of the events it is made of. */
  readonly on: readonly Event['type'][]
  /** Pure but for `rows`: the same events in any order that keeps each key's order give the same rows. */
  readonly project: (event: RecordedEvent<Event>, rows: Rows<Row>) => Promise<void>
}

/** The rows of one view while a batch of events is applied; written as one with the view's position. */
export interface Rows<Row> {
  get(key: string): Promise<Row | undefined>
  /** Keeps the row under its key, in exactly these lists: name of the list to sort key (compared as text). */
  put(key: string, row: Row, lists?: Readonly<Record<string, string>>): void
  remove(key: string): void
  /** The whole of one list, in order of sort key, then key; this batch's changes included. */
  list(list: string): Promise<readonly { readonly key: string; readonly row: Row }[]>
}

export interface Change {
  readonly key: string
  /** Absent: the row goes. */
  readonly row?: unknown
  readonly lists: Readonly<Record<string, string>>
}

/** A row with its key and the lists it stands in. */
export interface KeptRow {
  readonly key: string
  readonly row: unknown
  readonly lists: Readonly<Record<string, string>>
}

export interface PageRequest {
  readonly limit?: number
  /** The `next` of the page before. */
  readonly after?: string
  readonly descending?: boolean
}

export interface Page<Row> {
  readonly items: readonly Row[]
  /** Opaque; null after the last. */
  readonly next: string | null
}

/** Another writer moved this view on; this one has stale rows in hand and must read again. */
export class StaleView extends Error {
  override readonly name = 'StaleView'
}

/** Name under which a version of a view is kept. */
export function viewId(view: { readonly name: string; readonly version: number }): string {
  return `${view.name}@${String(view.version)}`
}

/** Where views live. Losing it loses nothing: every view can be built again from the event store. */
export abstract class ViewStore {
  /** Position of the last event in the view's rows; 0 for a new view. */
  abstract position(view: string): Promise<number>

  /** Writes rows and the new position as one. @throws StaleView unless the view stands at `from` */
  abstract write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void>

  abstract get(view: string, key: string): Promise<unknown>

  /** All rows of a list in order of sort key, then key, with their keys. Pages of at most 500; default 50. */
  abstract page(
    view: string,
    list: string,
    request?: PageRequest,
  ): Promise<Page<{ readonly key: string; readonly row: unknown; readonly sort: string }>>

  /** How many rows stand in a list. */
  abstract count(view: string, list: string): Promise<number>

  /** The whole view in order of key, whatever lists its rows stand in. Pages of at most 500; default 50. */
  abstract scan(view: string, request?: Omit<PageRequest, 'descending'>): Promise<Page<KeptRow>>

  /** Forgets the view, position included. */
  abstract drop(view: string): Promise<void>

  /** Puts the rows and position of `by` in place of `view`'s, in one step; `by` is gone afterwards. */
  abstract replace(view: string, by: string): Promise<void>

  abstract close(): Promise<void>

  /** The same views for whoever keeps them up, who sees the rows of one that is on its way back too. */
  abstract forWriter(): ViewStore

  /** A row by its key, typed by its view. */
  async row<Row, Event extends DomainEvent>(view: View<Row, Event>, key: string): Promise<Row | undefined> {
    // The one place where stored rows get their view's type: under this name and version only `project` wrote.
    return (await this.get(viewId(view), key)) as Row | undefined
  }

  /** One page of a list, typed by its view. */
  async rows<Row, Event extends DomainEvent>(
    view: View<Row, Event>,
    list: string,
    request: PageRequest = {},
  ): Promise<Page<Row>> {
    const page = await this.page(viewId(view), list, request)
    return { items: page.items.map(({ row }) => row as Row), next: page.next }
  }

  /** Every row of a list, page by page, without holding them all. */
  async *every<Row, Event extends DomainEvent>(view: View<Row, Event>, list: string): AsyncGenerator<Row> {
    let after: string | undefined
    do {
      const page: Page<Row> = await this.rows(view, list, {
        limit: 500,
        ...(after !== undefined && { after }),
      })
      yield* page.items
      after = page.next ?? undefined
    } while (after !== undefined)
  }
}
