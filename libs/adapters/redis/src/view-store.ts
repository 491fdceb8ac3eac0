import { Refused } from '@throughline/kernel'
import { openCursor, sealCursor, StaleView, ViewStore } from '@throughline/ports'
import type { Change, KeptRow, Page, PageRequest } from '@throughline/ports'
import type { Connection } from './connection.js'
import { escaped, keysOf, unescaped } from './names.js'
import { COUNT, GET, PAGE, POSITION, REPLACE, WRITE } from './view-scripts.js'

const MOST_ITEMS = 500

/** What this process knows of a view: how far it has seen it, and which life of it it last wrote or asked for. */
interface Known {
  readonly at: number
  readonly token: string
}

interface Place {
  readonly key: string
  readonly row: unknown
  readonly sort: string
  readonly lists: Readonly<Record<string, string>>
}

/**
 * Views in Redis: every operation is one script and one round trip, and so rows, lists and position change as one. What
 * was seen of a view once is never unseen: where it has been lost or stands further back than this process has seen it, its
 * rows are refused (`views.unavailable`) until it has been built again that far, and only `position` tells.
 */
export class RedisViewStore extends ViewStore {
  readonly #known: Map<string, Known>

  constructor(
    private readonly connection: Connection,
    private readonly prefix: string,
    private readonly of?: RedisViewStore,
  ) {
    super()
    this.#known = of === undefined ? new Map<string, Known>() : of.#known
  }

  /** The same views for whoever builds them: shows the rows of a view that is on its way back too. */
  forWriter(): ViewStore {
    return new RedisViewStore(this.connection, this.prefix, this)
  }

  async position(view: string): Promise<number> {
    const [at, token] = listOf(await this.connection.run(POSITION, this.#keys(view), []))
    this.#knows(view, Number(at), String(token))
    return Number(at)
  }

  /**
   * One step of Redis, whatever the number of changes, which answers nobody else meanwhile: write hundreds at once, or
   * some thousand. Redis takes three values for each, and no more than a million; one that takes longer than the second
   * that everything has is refused, and may have been carried out all the same.
   */
  async write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    const values = changes.flatMap(({ key, row, lists }) => [
      escaped(key),
      row === undefined ? '' : JSON.stringify(row),
      row === undefined ? '' : listed(lists),
    ])
    // A view that was lost stands at 0 like a new one: whoever has written the first half to it must not write the second.
    const life = this.#known.get(view)?.token ?? ''
    const [done, at, token] = listOf(
      await this.connection.run(WRITE, this.#keys(view), [String(from), String(to), life, ...values]),
    )
    if (done !== 1) throw new StaleView(`${view} stands at ${String(at)}, not ${String(from)}, or was lost`)
    this.#knows(view, to, String(token))
  }

  async get(view: string, key: string): Promise<unknown> {
    const seen = this.#seen(view)
    const [at, json] = listOf(await this.connection.run(GET, this.#keys(view), [escaped(key)]))
    this.#saw(view, seen, at)
    return typeof json === 'string' ? JSON.parse(json) : undefined
  }

  async page(
    view: string,
    list: string,
    { limit = 50, after, descending = false }: PageRequest = {},
  ): Promise<Page<{ readonly key: string; readonly row: unknown; readonly sort: string }>> {
    const [lowest, highest] = boundsOf(list)
    const place = after === undefined ? undefined : openCursor(after)
    const beyond = place && `(${placeOf(list, place.sort, place.key)}`
    const range = descending
      ? ['ZREVRANGEBYLEX', beyond ?? highest, lowest]
      : ['ZRANGEBYLEX', beyond ?? lowest, highest]
    const { items, isLast } = await this.#places(view, range, limit)
    const last = items.at(-1)
    return {
      items: items.map(({ key, row, sort }) => ({ key, row, sort })),
      next: isLast || last === undefined ? null : sealCursor(last),
    }
  }

  async count(view: string, list: string): Promise<number> {
    const seen = this.#seen(view)
    const [at, count] = listOf(await this.connection.run(COUNT, this.#keys(view), boundsOf(list)))
    this.#saw(view, seen, at)
    return Number(count)
  }

  async scan(
    view: string,
    { limit = 50, after }: Omit<PageRequest, 'descending'> = {},
  ): Promise<Page<KeptRow>> {
    const from = after === undefined ? '[K' : `(K${escaped(openCursor(after).key)}`
    const { items, isLast } = await this.#places(view, ['ZRANGEBYLEX', from, '(L'], limit)
    const last = items.at(-1)
    return {
      items: items.map(({ key, row, lists }) => ({ key, row, lists })),
      next: isLast || last === undefined ? null : sealCursor({ sort: '', key: last.key }),
    }
  }

  async drop(view: string): Promise<void> {
    await this.connection.ask(() => this.connection.redis.unlink(...this.#keys(view)))
    this.#known.delete(view)
  }

  /** @throws StaleView where `by` is not what this process has written, because it was lost meanwhile */
  async replace(view: string, by: string): Promise<void> {
    if (view === by) return
    const life = this.#known.get(by)?.token ?? ''
    const keys = [...this.#keys(view), ...this.#keys(by)]
    const [done, at, token] = listOf(await this.connection.run(REPLACE, keys, [life]))
    if (done !== 1) throw new StaleView(`${by} was lost before it could take the place of ${view}`)
    this.#known.delete(view)
    this.#known.delete(by)
    this.#knows(view, Number(at), String(token))
  }

  /** The connection is closed by who opened it. */
  async close(): Promise<void> {
    await Promise.resolve()
    this.#known.clear()
  }

  async #places(view: string, range: readonly string[], limit: number) {
    const most = Math.min(limit, MOST_ITEMS)
    const seen = this.#seen(view)
    // One more than asked for tells whether there is another page.
    const values = [...range, String(most + 1)]
    const [at, places, fields] = listOf(await this.connection.run(PAGE, this.#keys(view), values))
    this.#saw(view, seen, at)
    const kept = listOf(fields)
    const items = listOf(places)
      .slice(0, most)
      .map((place, index) => opened(String(place), kept[index * 2], kept[index * 2 + 1]))
    return { items, isLast: listOf(places).length <= most }
  }

  #keys(view: string): readonly [string, string] {
    return keysOf(this.prefix, view)
  }

  /** How far this process had seen a view when it asked: answers come back in any order. */
  #seen(view: string): number {
    return this.of === undefined ? (this.#known.get(view)?.at ?? 0) : 0
  }

  #saw(view: string, seen: number, found: unknown): void {
    const at = Number(found)
    if (at < seen) throw lost(view)
    const known = this.#known.get(view)
    if (at > (known?.at ?? 0)) this.#known.set(view, { at, token: known?.token ?? '' })
  }

  #knows(view: string, at: number, token: string): void {
    const known = this.#known.get(view)
    if (known === undefined && token === '') return
    this.#known.set(view, { at: Math.max(at, known?.at ?? 0), token })
  }
}

function lost(view: string): Refused {
  return new Refused('unavailable', 'views.unavailable', `${view} was lost and is being built again.`, {
    todo: 'Ask again in a moment.',
    retryAfter: 1,
  })
}

function placeOf(list: string, sort: string, key: string): string {
  return `L${escaped(list)}\0${escaped(sort)}\0${escaped(key)}`
}

/** Every place of a list stands between these; NUL is the lowest sign, and a name holds none. */
function boundsOf(list: string): readonly [lowest: string, highest: string] {
  return [`[L${escaped(list)}\0`, `(L${escaped(list)}\u0001`]
}

function listed(lists: Readonly<Record<string, string>>): string {
  return Object.entries(lists)
    .map(([list, sort]) => `${escaped(list)}\0${escaped(sort)}\0`)
    .join('')
}

function opened(place: string, json: unknown, lists: unknown): Place {
  const parts = place.slice(1).split('\0')
  const [sort, key] = place.startsWith('L') ? [parts[1] ?? '', parts[2] ?? ''] : ['', parts[0] ?? '']
  const pairs = typeof lists === 'string' ? lists.split('\0').map(unescaped) : []
  const entries: [string, string][] = []
  for (let index = 0; index + 1 < pairs.length; index += 2)
    entries.push([pairs[index] ?? '', pairs[index + 1] ?? ''])
  return {
    key: unescaped(key),
    row: JSON.parse(String(json)),
    sort: unescaped(sort),
    lists: Object.fromEntries(entries),
  }
}

function listOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : []
}
