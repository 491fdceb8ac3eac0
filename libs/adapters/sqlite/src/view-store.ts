import { LRUCache } from 'lru-cache'
import { Refused } from '@throughline/kernel'
import { openCursor, sealCursor, StaleView, ViewStore } from '@throughline/ports'
import type { Change, KeptRow, Page, PageRequest } from '@throughline/ports'
import { HighestKeys, isHigher } from './highest-keys.js'
import type { StatementAnswer, StatementRequest, Step } from './protocol.js'
import { ThreadGone } from './thread.js'
import type { WriterThread } from './thread.js'
import { removeDatabase, startViewWriter, ViewFile } from './view-file.js'

const MOST_ITEMS = 500
/** Milliseconds that what was written may wait for more, so that a row which changes with each event is written once. */
const LONGEST_WAIT = 100
/** Rows that wait at most before they are sent to the file, and before whoever writes more waits for it. */
const MOST_WAITING = 500
const MOST_AHEAD = 5_000
/** Milliseconds after which what could not be written is tried again. */
const PAUSE = 1_000

/** A row as it is to stand in the file. */
interface NextRow {
  /** Undefined: the row goes. */
  readonly json: string | undefined
  /** The lists it is to stand in, and no others; undefined: it stays in those it stands in. */
  readonly lists: Readonly<Record<string, string>> | undefined
}

/** Characters of rows remembered, and of one of them at most: a longer one is read from the file each time. */
const MOST_KNOWN = 16_000_000
const LONGEST_KNOWN = 8_000

/**
 * A row as it was written or read last: this process alone writes the file. Text and not an object, for whoever reads may
 * change what it gets.
 */
interface KnownRow {
  /** Undefined: there is no such row. */
  readonly json: string | undefined
  /** The lists it stands in, as JSON; undefined when nobody has looked. */
  readonly lists: string | undefined
}

/** A view that is ahead of the file. */
interface Ahead {
  position: number
  readonly rows: Map<string, NextRow>
}

/**
 * Views in one SQLite file (`views.db`), which may be deleted whenever the process does not run. What is written stands in
 * memory first, where every reader sees it, and goes into the file with what else comes in the same moment, in a thread:
 * rows and position as one, so that a crash takes the view back a moment, and it catches up from there.
 */
export class SqliteViewStore extends ViewStore {
  readonly #numbers: Map<string, number>
  #nextNumber: number
  readonly #positions = new Map<string, number>()
  readonly #known = new LRUCache<string, KnownRow>({
    max: 10_000,
    maxSize: MOST_KNOWN,
    maxEntrySize: LONGEST_KNOWN,
    sizeCalculation: ({ json = '' }) => 1 + json.length,
  })
  readonly #highest: HighestKeys
  #ahead = new Map<string, Ahead>()
  /** What is on its way into the file. */
  #underway = new Map<string, Ahead>()
  #flushing: Promise<void> | undefined
  #flushingNext: Promise<void> | undefined
  /** Views that could not be written, and why. */
  readonly #failures = new Map<string, string>()
  #waitingRows = 0
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> | undefined
  #isOpen = true
  #condemned = false

  private constructor(
    private readonly file: ViewFile,
    private readonly writer: WriterThread<StatementRequest, StatementAnswer>,
  ) {
    super()
    this.#numbers = new Map(file.numbers)
    this.#nextNumber = Math.max(0, ...this.#numbers.values()) + 1
    this.#highest = new HighestKeys((view, from, below) => this.#highestOf(view, from, below))
  }

  /**
   * A damaged file is thrown away and begun anew: the views in it are built again from the log. `onFatal`: the writing
   * thread is gone, and nothing is kept any more.
   * @throws UnusableDatabase when the file is not ours, is newer than us, or a pragma does not hold
   */
  static async open(folder: string, onFatal: (error: Error) => void): Promise<SqliteViewStore> {
    const file = ViewFile.open(folder)
    try {
      return new SqliteViewStore(file, await startViewWriter(file.file, onFatal))
    } catch (error) {
      file.close()
      throw error
    }
  }

  /** What was wrong with the file that was thrown away at the start. */
  get damage(): string | undefined {
    return this.file.damage
  }

  /** Takes the file away when it is closed, so that the next start builds every view again. */
  condemn(): void {
    this.#condemned = true
  }

  /** The position of the view that is furthest on in the file. */
  furthest(): number {
    return this.file.furthest()
  }

  /** Drops views beyond a position; they are built again from the first event. */
  async dropBeyond(position: number): Promise<void> {
    for (const view of this.file.beyond(position)) await this.drop(view)
  }

  async position(view: string): Promise<number> {
    await Promise.resolve()
    return this.#position(view)
  }

  /** @throws Refused `views.unavailable` when what was written before cannot be kept */
  async write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    if (this.#failures.has(view)) await this.#settle(view)
    const at = this.#position(view)
    if (at !== from) throw new StaleView(`${view} stands at ${String(at)}, not ${String(from)}`)
    // All of it as text before any of it stands anywhere: what is no JSON is refused whole.
    const next = changes.map(({ key, row, lists }) => ({
      key,
      json: row === undefined ? undefined : JSON.stringify(row),
      lists: row === undefined ? {} : lists,
    }))
    const ahead = this.#ahead.get(view) ?? { position: to, rows: new Map<string, NextRow>() }
    const before = ahead.rows.size
    for (const { key, json, lists } of next) this.#stage(view, ahead.rows, key, json, lists)
    ahead.position = to
    this.#ahead.set(view, ahead)
    this.#positions.set(view, to)
    this.#waitingRows += ahead.rows.size - before
    if (this.#waitingRows >= MOST_AHEAD) await this.#flush()
    else if (this.#waitingRows < MOST_WAITING) this.#flushAfter(LONGEST_WAIT)
    else if (this.#flushing === undefined) void this.#flush()
    // Whoever reads a long log in pages lets others have their turn.
    await (this.#turn ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#turn = undefined
        resolve()
      }),
    ))
  }

  async get(view: string, key: string): Promise<unknown> {
    await Promise.resolve()
    const json = this.#json(view, key)
    return json === undefined ? undefined : JSON.parse(json)
  }

  async page(
    view: string,
    list: string,
    { limit = 50, after, descending = false }: PageRequest = {},
  ): Promise<Page<{ readonly key: string; readonly row: unknown; readonly sort: string }>> {
    await this.#settle(view)
    const most = Math.min(limit, MOST_ITEMS)
    const place = after === undefined ? undefined : openCursor(after)
    // One more than asked for tells whether there is another page.
    const found = this.file.list(this.#numbers.get(view) ?? 0, list, place, descending, most + 1)
    const items = found.slice(0, most).map(({ key, sort, json }) => ({
      key,
      row: JSON.parse(json) as unknown,
      sort,
    }))
    const last = items.at(-1)
    return { items, next: found.length > most && last !== undefined ? sealCursor(last) : null }
  }

  async count(view: string, list: string): Promise<number> {
    await this.#settle(view)
    return this.file.count(this.#numbers.get(view) ?? 0, list)
  }

  async scan(
    view: string,
    { limit = 50, after }: Omit<PageRequest, 'descending'> = {},
  ): Promise<Page<KeptRow>> {
    await this.#settle(view)
    const most = Math.min(limit, MOST_ITEMS)
    const found = this.file.scan(
      this.#numbers.get(view) ?? 0,
      after === undefined ? '' : openCursor(after).key,
      most + 1,
    )
    const items = found.slice(0, most).map(({ key, json, lists }) => ({
      key,
      row: JSON.parse(json) as unknown,
      lists: JSON.parse(lists) as Readonly<Record<string, string>>,
    }))
    const last = items.at(-1)
    return { items, next: found.length > most && last ? sealCursor({ sort: '', key: last.key }) : null }
  }

  async drop(view: string): Promise<void> {
    this.#waitingRows -= this.#ahead.get(view)?.rows.size ?? 0
    this.#ahead.delete(view)
    // What is on its way is written first, and then goes with the rest.
    this.#underway.delete(view)
    this.#failures.delete(view)
    const number = this.#numbers.get(view)
    try {
      if (number !== undefined) await this.#perform(dropped(number))
      this.#numbers.delete(view)
    } finally {
      this.#forget()
    }
  }

  async replace(view: string, by: string): Promise<void> {
    if (view === by) return
    await this.#settle(by)
    await this.#settle(view)
    const [old, next] = [this.#numbers.get(view), this.#numbers.get(by)]
    const steps: Step[] = old === undefined ? [] : [...dropped(old)]
    if (next !== undefined) steps.push(['rename', view, next])
    await this.#perform(steps)
    this.#numbers.delete(by)
    if (next === undefined) this.#numbers.delete(view)
    else this.#numbers.set(view, next)
    this.#forget()
  }

  forWriter(): ViewStore {
    return this
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    // What cannot be kept is made again from the log.
    await this.#flush()
    clearTimeout(this.#timer)
    // The reader first: the last connection to close folds the write-ahead log into the file, and a reader cannot.
    this.file.close()
    await this.writer.close()
    if (this.#condemned) removeDatabase(this.file.file)
  }

  #stage(
    view: string,
    rows: Map<string, NextRow>,
    key: string,
    json: string | undefined,
    lists: Readonly<Record<string, string>>,
  ): void {
    const known = this.#known.get(idOf(view, key))
    const listed = JSON.stringify(lists)
    // Most changes of a row leave it where it stands.
    const isMoved = known?.lists !== listed
    if (isMoved || known.json !== json) rows.set(key, { json, lists: isMoved ? lists : rows.get(key)?.lists })
    this.#known.set(idOf(view, key), { json, lists: listed })
    if (json !== undefined) this.#highest.put(view, key)
  }

  #json(view: string, key: string): string | undefined {
    const ahead = this.#ahead.get(view)?.rows.get(key) ?? this.#underway.get(view)?.rows.get(key)
    if (ahead !== undefined) return ahead.json
    const known = this.#known.get(idOf(view, key))
    if (known !== undefined) return known.json
    if (this.#highest.isBeyond(view, key)) return undefined
    const number = this.#numbers.get(view)
    const json = number === undefined ? undefined : this.file.get(number, key)
    this.#known.set(idOf(view, key), { json, lists: undefined })
    return json
  }

  #highestOf(view: string, from: string, below: string): string | undefined {
    const number = this.#numbers.get(view)
    let highest = number === undefined ? undefined : this.file.highest(number, from, below)
    for (const each of [this.#underway, this.#ahead]) {
      for (const [key, { json }] of each.get(view)?.rows ?? []) {
        const isOf = json !== undefined && !isHigher(from, key) && isHigher(below, key)
        if (isOf && (highest === undefined || isHigher(key, highest))) highest = key
      }
    }
    return highest
  }

  #position(view: string): number {
    let position = this.#positions.get(view)
    if (position === undefined) {
      position = this.file.position(view)
      this.#positions.set(view, position)
    }
    return position
  }

  /** Lists are read from the file: first it has to have what was written. @throws Refused `views.unavailable` */
  async #settle(view: string): Promise<void> {
    if (this.#ahead.has(view)) await this.#flush()
    else if (this.#underway.has(view)) await this.#flushing
    const failure = this.#failures.get(view)
    if (failure !== undefined) throw unavailable(failure)
  }

  /** Resolves when everything that is ahead now stands in the file, but for what fails. */
  #flush(): Promise<void> {
    if (this.#flushing === undefined)
      return (this.#flushing = this.#flushOnce().finally(() => (this.#flushing = undefined)))
    return (this.#flushingNext ??= this.#flushing.then(() => {
      this.#flushingNext = undefined
      return this.#flush()
    }))
  }

  async #flushOnce(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#ahead.size === 0) return
    // A snapshot that is open while the file is written keeps its write-ahead log from being folded back.
    this.file.renew()
    this.#underway = this.#ahead
    this.#ahead = new Map()
    this.#waitingRows = 0
    // Asked in one turn they share a commit, and one that cannot be written takes no other with it.
    await Promise.all(
      [...this.#underway].map(async ([view, ahead]) => {
        const failure = await this.#failureOf(this.#stepsOf(view, ahead))
        // Dropped meanwhile, it is not there any more whatever became of this.
        if (this.#underway.get(view) !== ahead) return
        if (failure === undefined) this.#failures.delete(view)
        else {
          this.#failures.set(view, failure)
          this.#takeBack(view, ahead)
        }
      }),
    )
    this.#underway = new Map()
    this.file.renew()
    if (this.#failures.size > 0) this.#flushAfter(PAUSE)
    else if (this.#ahead.size > 0) this.#flushAfter(LONGEST_WAIT)
  }

  #stepsOf(view: string, { position, rows }: Ahead): readonly Step[] {
    const number = this.#numbers.get(view) ?? this.#nextNumber++
    this.#numbers.set(view, number)
    const steps: Step[] = [['place', view, number, position]]
    for (const [key, { json, lists }] of rows) {
      if (lists !== undefined) {
        steps.push(['leaveLists', number, key])
        for (const [list, sort] of Object.entries(lists)) steps.push(['addToList', number, list, sort, key])
      }
      steps.push(json === undefined ? ['remove', number, key] : ['put', number, key, json])
    }
    return steps
  }

  /** What could not be written waits again, beneath what has come since. */
  #takeBack(view: string, { position, rows }: Ahead): void {
    const newer = this.#ahead.get(view)
    for (const [key, { json, lists }] of newer?.rows ?? [])
      rows.set(key, { json, lists: lists ?? rows.get(key)?.lists })
    this.#waitingRows += rows.size - (newer?.rows.size ?? 0)
    this.#ahead.set(view, { position: newer?.position ?? position, rows })
  }

  async #perform(steps: readonly Step[]): Promise<void> {
    const failure = await this.#failureOf(steps)
    if (failure !== undefined) throw unavailable(failure)
  }

  /** Writes all of the steps or none; tells why when it is none. */
  async #failureOf(steps: readonly Step[]): Promise<string | undefined> {
    try {
      const answer = await this.writer.ask({ steps })
      return answer.kind === 'unavailable' ? answer.reason : undefined
    } catch (error) {
      if (error instanceof ThreadGone) return error.message
      throw error
    }
  }

  #flushAfter(milliseconds: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#flush()
    }, milliseconds).unref()
  }

  /** Views have come or gone as a whole. */
  #forget(): void {
    this.#positions.clear()
    for (const each of [this.#underway, this.#ahead])
      for (const [view, { position }] of each) this.#positions.set(view, position)
    this.#known.clear()
    this.#highest.clear()
    this.file.renew()
  }
}

function dropped(number: number): readonly Step[] {
  return [
    ['dropLists', number],
    ['dropRows', number],
    ['drop', number],
  ]
}

function unavailable(reason: string): Refused {
  return new Refused('unavailable', 'views.unavailable', `Lists cannot be kept at the moment (${reason}).`, {
    retryAfter: 5,
    todo: 'Ask again in a moment; nothing is lost.',
  })
}

function idOf(view: string, key: string): string {
  return `${view} ${key}`
}
