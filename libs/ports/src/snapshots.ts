import { crc32 } from 'node:zlib'
import type { EventStore } from './event-store.js'
import { StaleView } from './view-store.js'
import type { Change, ViewStore } from './view-store.js'

/** Of what, and in which shape. Whoever changes the shape, or what the same events come to, raises the version. */
export interface SnapshotName {
  /** `<service>.<fold>`: `routing.engine`. */
  readonly name: string
  readonly version: number
}

/** What a fold was at a position of the log, row by row. */
export interface Snapshot {
  readonly position: number
  readonly rows: ReadonlyMap<string, unknown>
}

/** The row that says what the others are; no row of a fold has its key. */
const MARK = '~'
/** Rows written at once: a longer write would hold up requests. */
const CHUNK = 500

interface Mark {
  /** Hash of the event at the snapshot's position. */
  readonly of: string
  readonly rows: number
  /** Exclusive or of the checksums of all rows. */
  readonly sum: number
}

/**
 * Snapshots of one fold, kept as rows of a view of that name and version: what changed since the last one is written
 * as one with the position. Losing them loses nothing, and one that is damaged, of another version or of another log
 * is as good as none: the fold begins at the first event.
 */
export class Snapshots {
  readonly #id: string
  /** Of every row that stands there. */
  readonly #sums = new Map<string, number>()
  #position = 0
  /** Somebody else writes them. */
  #isLost = false

  constructor(
    private readonly views: ViewStore,
    private readonly events: EventStore,
    { name, version }: SnapshotName,
  ) {
    this.#id = `${name}~snapshot@${String(version)}`
  }

  /** Position of the snapshot that stands; 0 where there is none. */
  get position(): number {
    return this.#position
  }

  /** The newest snapshot, or why there is none that fits. */
  async read(): Promise<Snapshot | { readonly unfit: string } | undefined> {
    try {
      const position = await this.views.position(this.#id)
      if (position === 0) return undefined
      const rows = await this.#rows()
      const mark = rows.get(MARK)
      rows.delete(MARK)
      const unfit = await this.#unfit(position, mark, rows)
      if (unfit === undefined) {
        this.#position = position
        return { position, rows }
      }
      this.#sums.clear()
      return { unfit }
    } catch (error) {
      this.#sums.clear()
      return { unfit: error instanceof Error ? error.name : 'it cannot be read' }
    }
  }

  /** The fold could make nothing of the one that was read, or another process wrote since: the next one is written whole. */
  forget(): void {
    this.#isLost = false
    this.#position = 0
    this.#sums.clear()
  }

  /**
   * Writes what changed since the last one; `rowOf` gives nothing for a row that goes. The first one of a fold that was
   * not read from a snapshot takes `all` keys. Where another process keeps snapshots too, one of the two gives way.
   */
  async write(
    position: number,
    keys: { readonly changed: Iterable<string>; readonly all: () => Iterable<string> },
    rowOf: (key: string) => unknown,
  ): Promise<void> {
    if (this.#isLost || position <= this.#position) return
    const [event] = await this.events.readAll({ after: position - 1, limit: 1 })
    if (event?.position !== position) throw new Error(`there is no event at ${String(position)}`)
    try {
      if (this.#position === 0) await this.#writeAnew(position, event.hash, keys.all(), rowOf)
      else await this.#writeOn(position, event.hash, keys.changed, rowOf)
      this.#position = position
    } catch (error) {
      if (!(error instanceof StaleView)) throw error
      this.#isLost = true
    }
  }

  async #writeOn(position: number, of: string, keys: Iterable<string>, rowOf: (key: string) => unknown) {
    const { changes, sums } = changesOf(keys, rowOf)
    const after = new Map(this.#sums)
    this.#take(sums, after)
    await this.views.write(this.#id, this.#position, position, [...changes, markOf(of, after)])
    this.#take(sums, this.#sums)
  }

  /** Beside what stands, in pieces, and then in its place in one step. */
  async #writeAnew(position: number, of: string, keys: Iterable<string>, rowOf: (key: string) => unknown) {
    const beside = `${this.#id}~next`
    await this.views.drop(beside)
    this.#sums.clear()
    const all = [...keys]
    for (let start = 0; start < all.length; start += CHUNK) {
      const { changes, sums } = changesOf(all.slice(start, start + CHUNK), rowOf)
      await this.views.write(beside, 0, 0, changes)
      this.#take(sums, this.#sums)
    }
    await this.views.write(beside, 0, position, [markOf(of, this.#sums)])
    await this.views.replace(this.#id, beside)
  }

  #take(sums: ReadonlyMap<string, number | undefined>, into: Map<string, number>): void {
    for (const [key, sum] of sums) {
      if (sum === undefined) into.delete(key)
      else into.set(key, sum)
    }
  }

  async #rows(): Promise<Map<string, unknown>> {
    const rows = new Map<string, unknown>()
    let after: string | undefined
    do {
      const page = await this.views.scan(this.#id, { limit: CHUNK, ...(after !== undefined && { after }) })
      for (const { key, row } of page.items) rows.set(key, row)
      after = page.next ?? undefined
    } while (after !== undefined)
    return rows
  }

  async #unfit(
    position: number,
    mark: unknown,
    rows: ReadonlyMap<string, unknown>,
  ): Promise<string | undefined> {
    if (!isMark(mark)) return 'it does not say what it is'
    const [event] = await this.events.readAll({ after: position - 1, limit: 1 })
    if (event?.position !== position || event.hash !== mark.of) return 'it is of another log'
    this.#sums.clear()
    for (const [key, row] of rows) this.#sums.set(key, sumOf(key, row))
    return mark.rows === rows.size && mark.sum === together(this.#sums) ? undefined : 'it is damaged'
  }
}

function changesOf(keys: Iterable<string>, rowOf: (key: string) => unknown) {
  const sums = new Map<string, number | undefined>()
  const changes: Change[] = []
  for (const key of keys) {
    const row = rowOf(key)
    sums.set(key, row === undefined ? undefined : sumOf(key, row))
    changes.push({ key, ...(row !== undefined && { row }), lists: {} })
  }
  return { changes, sums }
}

function markOf(of: string, sums: ReadonlyMap<string, number>): Change {
  const mark: Mark = { of, rows: sums.size, sum: together(sums) }
  return { key: MARK, row: mark, lists: {} }
}

function sumOf(key: string, row: unknown): number {
  return crc32(`${key} ${JSON.stringify(row)}`)
}

function together(sums: ReadonlyMap<string, number>): number {
  let all = 0
  for (const sum of sums.values()) all ^= sum
  return all
}

function isMark(mark: unknown): mark is Mark {
  return typeof mark === 'object' && mark !== null && 'of' in mark && 'rows' in mark && 'sum' in mark
}
