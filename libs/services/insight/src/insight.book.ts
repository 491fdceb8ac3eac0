import type { Change, EventStore, RecordedEvent, Timers, ViewStore } from '@throughline/ports'
import { Anatomy } from './anatomy.js'
import { BookStore } from './book.store.js'
import type { IssueWindow } from './issue.js'
import { addPath, JourneyPaths } from './journey.paths.js'
import type { Path } from './journey.paths.js'
import type { MetricDefinition } from './metric.js'
import { TroubleFold } from './trouble.fold.js'
import { isOpen, journeysOf, keysHeard, leaveClosed, listsOf, mapOf, TROUBLE_MAPS } from './trouble.kept.js'
import type { TroubleKey } from './trouble.kept.js'
import { UnitBook } from './unit.book.js'
import type { KnownRow } from './unit.rows.js'

/** Raise it when a row's shape changes, or what the same events come to: all is then made of the log again. */
export const BOOK_VERSION = 1

/** How much is kept at hand of what stands in rows. */
export interface Limits {
  /** Events after which what they changed is written. */
  readonly unwritten: number
  readonly facts: number
  readonly journeys: number
  /** Units kept for the next question, of all metrics together. */
  readonly units: number
}

const LIMITS: Limits = { unwritten: 2_000, facts: 10_000, journeys: 1_000, units: 20_000 }
/** Positions without anything heard, after which the place is written all the same. */
const IDLE_STRIDE = 5_000

/** Of which moment and position a question is. */
export interface Then {
  readonly asWas: number
  readonly known: number
}

/**
 * What insight makes of the log, kept in rows: memory holds what is open and what was heard of lately, and a start
 * goes on where the last one ended. One thing is done at a time, so that an answer is of one position.
 */
export class InsightBook {
  readonly troubles = new TroubleFold()
  readonly #paths = new JourneyPaths()
  readonly #store: BookStore
  readonly #units: UnitBook
  readonly #live = new Map<string, { readonly at: number; readonly rows: readonly KnownRow[] }>()
  #taken = 0
  #unwritten = 0
  #notes: (() => unknown) | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    views: ViewStore,
    events: EventStore,
    timers: Timers,
    window: IssueWindow,
    private readonly now: () => number,
    private readonly limits: Limits = LIMITS,
    name = 'insight.book',
  ) {
    this.#store = new BookStore(`${name}@${String(BOOK_VERSION)}`, views, events, timers)
    this.#units = new UnitBook(this.#store, timers, window, limits.facts)
  }

  /** Everything up to here was taken in. */
  get taken(): number {
    return this.#taken
  }

  /** Reads what is open, and the notes kept last; `passedOver` says why what was there is not used. */
  async open(): Promise<{ readonly notes?: unknown; readonly passedOver?: string }> {
    return this.#queue(async () => {
      let passedOver: string | undefined
      try {
        passedOver = await this.#store.open()
        if (this.#store.position > 0) await this.#readOpen()
      } catch (error) {
        passedOver = error instanceof Error ? error.name : 'it cannot be read'
        await this.#store.drop()
        for (const map of TROUBLE_MAPS) mapOf(this.troubles, map).clear()
      }
      this.#taken = this.#store.position
      this.troubles.goOnFrom(this.#taken)
      const notes = this.#taken === 0 ? undefined : await this.#store.get('notes')
      for (const map of TROUBLE_MAPS) mapOf(this.troubles, map).changed.clear()
      return { ...(notes !== undefined && { notes }), ...(passedOver !== undefined && { passedOver }) }
    })
  }

  /** Forgets everything that was written. */
  async drop(): Promise<void> {
    await this.#queue(() => this.#store.drop())
  }

  /** From here on the units of these definitions are kept. */
  keep(definitions: readonly MetricDefinition[]): void {
    this.#units.keep(definitions)
  }

  isKept(definition: MetricDefinition): boolean {
    return this.#units.has(definition)
  }

  /** Keeps one more, with everything heard so far. */
  async build(definition: MetricDefinition): Promise<void> {
    await this.#queue(async () => {
      if (this.#units.has(definition)) return
      await this.#write()
      await this.#units.build(definition)
    })
  }

  /** Takes a batch in; `note` hears each event of it when everything else has. Heard twice, it changes nothing. */
  async take(
    events: readonly RecordedEvent[],
    through: number,
    note: (event: RecordedEvent) => void,
    notes: () => unknown,
  ): Promise<void> {
    await this.#queue(async () => {
      for (const journey of new Set(events.flatMap((event) => JourneyPaths.journeyOf(event) ?? [])))
        await this.#loadPath(journey)
      for (const key of keysHeard(events)) await this.#loadTrouble(key)
      await this.#units.apply(events)
      this.#paths.apply(events)
      this.troubles.apply(events)
      for (const event of events) note(event)
      this.#notes = notes
      this.#taken = through
      this.#unwritten += events.length
      if (this.#unwritten >= this.limits.unwritten || through - this.#store.position >= IDLE_STRIDE)
        await this.#write()
    })
  }

  /** Writes what is not written yet. */
  async write(): Promise<void> {
    await this.#queue(() => this.#write())
  }

  /** Units of a definition as they are now, or at another moment or position. */
  async rows(definition: MetricDefinition, then?: Then): Promise<readonly KnownRow[]> {
    return this.#queue(async () => {
      if (then !== undefined) {
        await this.#write()
        return this.#units.rowsAsOf(definition, then.asWas, then.known)
      }
      if (!this.#units.has(definition)) {
        await this.#write()
        return this.#units.rowsAsOf(definition, Infinity, this.#taken)
      }
      return this.#liveRows(definition)
    })
  }

  async anatomy(then: Then & { readonly reason?: string }): Promise<Anatomy> {
    return this.#queue(async () => {
      await this.#write()
      const anatomy = new Anatomy()
      for await (const { key, row } of this.#store.each('j'))
        addPath(anatomy, key.slice(2), row as Path, then)
      return anatomy
    })
  }

  async #liveRows(definition: MetricDefinition): Promise<readonly KnownRow[]> {
    const id = `${definition.metric}@${String(definition.version)}`
    const found = this.#live.get(id)
    if (found?.at === this.#taken) return found.rows
    await this.#write()
    const rows = await this.#units.rows(definition)
    this.#live.delete(id)
    this.#live.set(id, { at: this.#taken, rows })
    let kept = 0
    for (const [other, each] of [...this.#live].reverse()) {
      kept += each.rows.length
      if (kept > this.limits.units || each.at !== this.#taken) this.#live.delete(other)
    }
    return rows
  }

  async #write(): Promise<void> {
    if (this.#taken === this.#store.position) return
    const now = this.now()
    const { journeys } = this.#paths
    const changes: Change[] = [...(await this.#units.changes())]
    for (const journey of journeys.changed) {
      const path = journeys.get(journey)
      if (path !== undefined) changes.push({ key: `j/${journey}`, row: path, lists: { j: placeOf(path) } })
    }
    for (const map of TROUBLE_MAPS) {
      for (const key of mapOf(this.troubles, map).changed) {
        const row = mapOf(this.troubles, map).get(key)
        const lists = listsOf(this.troubles, [map, key], now)
        changes.push({ key: `t/${map}/${key}`, ...(row !== undefined && { row }), lists })
      }
    }
    if (this.#notes !== undefined) changes.push({ key: 'notes', row: this.#notes(), lists: {} })
    await this.#store.write(this.#taken, changes)
    this.#unwritten = 0
    this.#notes = undefined
    this.#units.written()
    journeys.changed.clear()
    if (journeys.size > this.limits.journeys) journeys.clear()
    for (const map of TROUBLE_MAPS) mapOf(this.troubles, map).changed.clear()
    leaveClosed(this.troubles, now)
  }

  async #readOpen(): Promise<void> {
    for await (const { key, row } of this.#store.each('open')) this.#loadOpen(key, row)
    for await (const { key, row } of this.#store.each('recent', { descending: true })) {
      const of = this.#loadOpen(key, row)
      if (of !== undefined && !isOpen(this.troubles, of, this.now())) break
    }
    for (const { caseId } of [...this.troubles.followUps.values()])
      if (caseId !== undefined) await this.#loadTrouble(['cases', caseId])
    for (const map of TROUBLE_MAPS)
      for (const key of mapOf(this.troubles, map).keys()) await this.#loadWords([map, key])
    leaveClosed(this.troubles, this.now())
  }

  #loadOpen(stored: string, row: unknown): TroubleKey | undefined {
    const [, name, key] = /^t\/([^/]+)\/(.*)$/.exec(stored) ?? []
    const map = TROUBLE_MAPS.find((each) => each === name)
    if (map === undefined || key === undefined) return undefined
    mapOf(this.troubles, map).load(key, row)
    return [map, key]
  }

  async #loadTrouble([map, key]: TroubleKey): Promise<void> {
    const kept = mapOf(this.troubles, map)
    if (!kept.has(key) && !kept.changed.has(key)) {
      const row = await this.#store.get(`t/${map}/${key}`)
      if (row !== undefined) kept.load(key, row)
    }
    await this.#loadWords([map, key])
  }

  /** What the journeys of a row are about. */
  async #loadWords(of: TroubleKey): Promise<void> {
    const { abouts } = this.troubles
    for (const journey of journeysOf(this.troubles, of)) {
      if (abouts.has(journey)) continue
      const row = await this.#store.get(`t/abouts/${journey}`)
      if (row !== undefined) mapOf(this.troubles, 'abouts').load(journey, row)
    }
  }

  async #loadPath(journey: string): Promise<void> {
    if (this.#paths.journeys.has(journey)) return
    const row = await this.#store.get(`j/${journey}`)
    if (row !== undefined) this.#paths.journeys.load(journey, row as Path)
  }

  #queue<Result>(turn: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(turn)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

/** Journeys stand in the order in which they began to be heard of. */
function placeOf({ steps }: Path): string {
  return String(steps[0]?.[0] ?? 0).padStart(16, '0')
}
