import { StaleView, ViewStore } from './view-store.js'
import type { Change, KeptRow, Page, PageRequest } from './view-store.js'
import { openCursor, sealCursor } from './cursor.js'

interface Kept {
  position: number
  readonly rows: Map<string, { readonly row: unknown; readonly lists: Readonly<Record<string, string>> }>
}

/** The port in memory: the reference for every other view store. Rows go in and out as copies, as through a database. */
export class MemoryViewStore extends ViewStore {
  readonly #views = new Map<string, Kept>()

  async position(view: string): Promise<number> {
    await Promise.resolve()
    return this.#views.get(view)?.position ?? 0
  }

  async write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    await Promise.resolve()
    const kept = this.#views.get(view) ?? { position: 0, rows: new Map() }
    if (kept.position !== from)
      throw new StaleView(`${view} stands at ${String(kept.position)}, not ${String(from)}`)
    // All of them before any is kept: one that JSON cannot carry must not leave half a write behind.
    const copies = changes.map(({ key, row, lists }) => ({
      key,
      copy:
        row === undefined
          ? undefined
          : { row: JSON.parse(JSON.stringify(row)) as unknown, lists: { ...lists } },
    }))
    for (const { key, copy } of copies) {
      if (copy === undefined) kept.rows.delete(key)
      else kept.rows.set(key, copy)
    }
    kept.position = to
    this.#views.set(view, kept)
  }

  async get(view: string, key: string): Promise<unknown> {
    await Promise.resolve()
    return structuredClone(this.#views.get(view)?.rows.get(key)?.row)
  }

  async page(
    view: string,
    list: string,
    { limit = 50, after, descending = false }: PageRequest = {},
  ): Promise<Page<{ key: string; row: unknown; sort: string }>> {
    await Promise.resolve()
    const from = after === undefined ? undefined : openCursor(after)
    const direction = descending ? -1 : 1
    const found = [...(this.#views.get(view)?.rows ?? [])]
      .flatMap(([key, { row, lists }]) => {
        const sort = lists[list]
        return sort === undefined ? [] : [{ key, row, sort }]
      })
      .sort((a, b) => direction * compare(a, b))
      .filter((item) => from === undefined || direction * compare(item, from) > 0)
    const most = Math.min(limit, 500)
    const items = found.slice(0, most)
    const last = items.at(-1)
    return {
      items: items.map((item) => structuredClone(item)),
      next: found.length > most && last !== undefined ? sealCursor(last) : null,
    }
  }

  async count(view: string, list: string): Promise<number> {
    await Promise.resolve()
    let count = 0
    for (const { lists } of this.#views.get(view)?.rows.values() ?? []) if (lists[list] !== undefined) count++
    return count
  }

  async scan(
    view: string,
    { limit = 50, after }: Omit<PageRequest, 'descending'> = {},
  ): Promise<Page<KeptRow>> {
    await Promise.resolve()
    const from = after === undefined ? undefined : openCursor(after)
    const found = [...(this.#views.get(view)?.rows ?? [])]
      .map(([key, { row, lists }]) => ({ key, row, lists, sort: '' }))
      .sort(compare)
      .filter((item) => from === undefined || compare(item, from) > 0)
    const most = Math.min(limit, 500)
    const items = found.slice(0, most).map(({ key, row, lists }) => structuredClone({ key, row, lists }))
    const last = items.at(-1)
    return { items, next: found.length > most && last ? sealCursor({ sort: '', key: last.key }) : null }
  }

  async drop(view: string): Promise<void> {
    await Promise.resolve()
    this.#views.delete(view)
  }

  async replace(view: string, by: string): Promise<void> {
    await Promise.resolve()
    this.#views.set(view, this.#views.get(by) ?? { position: 0, rows: new Map() })
    this.#views.delete(by)
  }

  forWriter(): ViewStore {
    return this
  }

  async close(): Promise<void> {
    await Promise.resolve()
    this.#views.clear()
  }
}

interface Place {
  readonly sort: string
  readonly key: string
}

// By bytes of UTF-8, as SQLite and Redis compare: UTF-16 order differs beyond the basic plane.
function compare(a: Place, b: Place): number {
  return (
    Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)) ||
    Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))
  )
}
