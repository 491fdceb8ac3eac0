import { BACKWARDS, END, FORWARDS, START } from '@eventstore/db-client'
import type { Direction, ReadPosition } from '@eventstore/db-client'
import type { Instant } from '@throughline/kernel'
import { assertLinked, DamagedRecord } from '@throughline/ports'
import type { ReadOptions, RecordedEvent } from '@throughline/ports'
import { InvalidPosition } from './connection.js'
import type { Connection } from './connection.js'
import { chained, fromWire, positionOf } from './records.js'
import type { Found, Raw } from './records.js'
import type { Names } from './names.js'
import { Places } from './places.js'

/** Records asked for at a time. */
const FEWEST = 16
const MOST = 1_000

/**
 * Reads the whole log (`$all`). The client can filter subscriptions but no reads, so what is not ours — statistics, links of
 * projections, registers — comes along and is left out here.
 */
export class LogReader {
  readonly places = new Places()
  /** The newest event of ours anybody told this process of. */
  #newest: { readonly position: number; readonly recordedAt: Instant } | undefined
  /** Up to here every event of ours is known to be `#newest` or to stand before it. */
  #seen = 0

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
  ) {}

  /** The newest event known without asking. */
  get newest(): { readonly position: number; readonly recordedAt: Instant } | undefined {
    return this.#newest
  }

  /** Takes note of an event that was appended, read or heard of. */
  learn({ position, recordedAt }: Pick<RecordedEvent, 'position' | 'recordedAt'>): void {
    this.places.learn(position)
    if (position > (this.#newest?.position ?? 0)) this.#newest = { position, recordedAt }
  }

  /** Events of a stream from a revision on, none for an unknown one. @throws DamagedRecord */
  async stream(name: string, from = 0): Promise<readonly Found[]> {
    const options = { fromRevision: BigInt(from), ...this.connection.options }
    const records = await this.connection.read((client) => client.readStream(name, options))
    const found = records.flatMap(({ event }) => this.#found(event))
    for (const [index, one] of found.entries()) {
      const before = found[index - 1]
      if (from === 0 || index > 0) assertLinked(before && chained(before), chained(one))
    }
    return found
  }

  async page({ after = 0, upTo = Infinity, limit = 1_000 }: ReadOptions): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = []
    if (limit < 1) return events
    const last = new Map<string, Found>()
    for await (const raw of this.forwards(after, Math.max(FEWEST, limit + 1))) {
      if (positionOf(raw) > upTo) break
      for (const found of this.#found(raw)) {
        const before = last.get(raw.streamId)
        // What stood before the first of each stream is not on this page.
        if (before !== undefined) assertLinked(chained(before), chained(found))
        last.set(raw.streamId, found)
        events.push(found.event)
      }
      if (events.length >= limit) break
    }
    const end = events.at(-1)
    if (end !== undefined) this.places.mark(end)
    return events
  }

  /** Position of the last event as the server has it now; 0 for none. */
  async head(): Promise<number> {
    let end: number | undefined
    for await (const raw of this.backwards(undefined)) {
      const position = positionOf(raw)
      end ??= position
      if (position <= Math.max(this.#newest?.position ?? 0, this.#seen)) break
      if (this.names.parse(raw.streamId) !== undefined) {
        this.#end(raw)
        break
      }
    }
    this.#seen = Math.max(this.#seen, end ?? 0)
    return this.#newest?.position ?? 0
  }

  /** Position of the last event recorded at or before a moment, 0 for none; looked for from the nearer side. */
  async at(moment: Instant): Promise<number> {
    await this.head()
    const newest = this.#newest
    if (newest === undefined) return 0
    if (newest.recordedAt === '') throw new DamagedRecord('the last record of the log is damaged')
    if (newest.recordedAt <= moment) return newest.position
    const { before, after = newest } = this.places.around(moment)
    if (before === undefined || distance(before.recordedAt, moment) < distance(moment, after.recordedAt)) {
      let last = before?.position ?? 0
      for await (const raw of this.forwards(last, MOST)) {
        const [found] = this.#found(raw)
        if (found === undefined) continue
        if (found.event.recordedAt > moment) break
        last = found.event.position
      }
      return last
    }
    for await (const raw of this.backwards(after.position)) {
      const [found] = this.#found(raw)
      if (found !== undefined && found.event.recordedAt <= moment) return found.event.position
    }
    return 0
  }

  /** All records after a position, as far as the log goes now. */
  async *forwards(after: number, count: number): AsyncGenerator<Raw> {
    let chunk = await this.#begin(after, count)
    for (let last = after; ;) {
      for (const raw of chunk) {
        // A read begins with the record it is given, which was seen already.
        if (positionOf(raw) <= last) continue
        last = positionOf(raw)
        yield raw
      }
      const end = chunk.at(-1)?.position
      if (end === undefined || chunk.length < count) return
      count = Math.min(MOST, count * 2)
      chunk = await this.#chunk(end, FORWARDS, count)
    }
  }

  /** All records from the one before a position (undefined: from the last) to the first of the log. */
  async *backwards(before: number | undefined): AsyncGenerator<Raw> {
    let from: ReadPosition = before === undefined ? END : placeOf(before)
    for (let count = FEWEST; ; count = Math.min(MOST, count * 2)) {
      const chunk = await this.#chunk(from, BACKWARDS, count)
      yield* chunk
      const end = chunk.at(-1)?.position
      if (end === undefined || chunk.length < count) return
      from = end
    }
  }

  /**
   * The first records from a position on. Where no record begins there (somebody asks for the event at a position by the
   * one before it, or for any number), the server refuses or gives another; then one begins further ahead.
   */
  async #begin(after: number, count: number): Promise<readonly Raw[]> {
    if (after <= 0) return this.#chunk(START, FORWARDS, count)
    const next = !this.places.has(after) && this.places.has(after + 1)
    for (const position of next ? [after + 1] : [after, after + 1]) {
      try {
        const chunk = await this.#chunk(placeOf(position), FORWARDS, count)
        const [first] = chunk
        // Nothing is an answer only where nothing more is known of.
        const isThere =
          first === undefined ? after >= (this.#newest?.position ?? 0) : positionOf(first) === position
        if (isThere) return chunk
      } catch (error) {
        if (!(error instanceof InvalidPosition)) throw error
      }
    }
    const mark = this.places.before(after)
    return this.#chunk(mark === 0 ? START : placeOf(mark), FORWARDS, count)
  }

  async #chunk(fromPosition: ReadPosition, direction: Direction, maxCount: number): Promise<readonly Raw[]> {
    // A link of a projection counts as what it is; what it leads to stands elsewhere in the log.
    const options = { fromPosition, direction, maxCount, resolveLinkTos: false, ...this.connection.options }
    const records = await this.connection.read((client) => client.readAll(options))
    return records.flatMap(({ event }) => (event === undefined ? [] : [event]))
  }

  /** What is damaged is told when it is read; it stands at the end of the log all the same. */
  #end(raw: Raw): void {
    try {
      this.#found(raw)
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error
      this.learn({ position: positionOf(raw), recordedAt: '' })
    }
  }

  /** One event of ours, or none. */
  #found(raw: Raw | undefined): readonly Found[] {
    const found = raw && fromWire(this.names, raw)
    if (found === undefined) return []
    this.learn(found.event)
    return [found]
  }
}

function placeOf(position: number): { readonly commit: bigint; readonly prepare: bigint } {
  return { commit: BigInt(position), prepare: BigInt(position) }
}

function distance(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from)
}
