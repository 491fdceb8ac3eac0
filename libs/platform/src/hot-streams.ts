import type { RecordedEvent, StreamName } from '@throughline/ports'
import { keptEvents } from './kept-events.js'

/** Events held in all, some 1 kB each; of the streams used last. */
const MOST_EVENTS = 20_000
/** A longer stream is read from the record each time. */
const MOST_OF_ONE = 2_000

/** An append whose answer is awaited. */
export interface Underway {
  /** Another append to the same stream has ended since: what this one wrote may not be the last. */
  overtaken: boolean
}

/**
 * The streams in use, as they stand in the record: whoever begins a journey tells the next thing within the minute. Only
 * what this process read or was told to be durable is kept. A command that decides on what is out of date loses at the
 * expected version, as it would have lost after reading; then the stream is read anew.
 */
export class HotStreams {
  readonly #underway = new Map<string, Set<Underway>>()
  readonly #streams = keptEvents(MOST_EVENTS, MOST_OF_ONE)
  #appends = 0

  /** How many appends have ended so far: what was read while one ended may be older than what it answered. */
  get appends(): number {
    return this.#appends
  }

  get(target: StreamName): readonly RecordedEvent[] | undefined {
    return this.#streams.get(keyOf(target))
  }

  /** Keeps a whole stream as it was read; `appends` is how many had ended when the reading began. */
  keep(target: StreamName, events: readonly RecordedEvent[], appends: number): void {
    if (appends === this.#appends && events.length > 0) this.#streams.set(keyOf(target), events)
  }

  begin(target: StreamName): Underway {
    const key = keyOf(target)
    const underway = { overtaken: false }
    const others = this.#underway.get(key)
    if (others === undefined) this.#underway.set(key, new Set([underway]))
    else others.add(underway)
    return underway
  }

  /** An append at `expected` is durable. Its answer may come after that of one that built on it. */
  appended(
    target: StreamName,
    expected: number,
    events: readonly RecordedEvent[],
    underway: Underway = this.begin(target),
  ): void {
    const key = keyOf(target)
    this.#ended(key, underway)
    const isFirst = expected === 0 && !underway.overtaken
    const before = this.#streams.get(key) ?? (isFirst ? [] : undefined)
    if (before?.length === expected) this.#streams.set(key, [...before, ...events])
    else this.#streams.delete(key)
  }

  /** Somebody else was first, and the stream holds `actual` events: where all of them are known, that is no news. */
  lost(target: StreamName, actual: number, underway: Underway): void {
    const key = keyOf(target)
    this.#ended(key, underway)
    if (this.#streams.get(key)?.length !== actual) this.#streams.delete(key)
  }

  /** An append failed. */
  forget(target: StreamName, underway: Underway = this.begin(target)): void {
    const key = keyOf(target)
    this.#ended(key, underway)
    this.#streams.delete(key)
  }

  #ended(key: string, underway: Underway): void {
    this.#appends++
    const others = this.#underway.get(key)
    others?.delete(underway)
    if (others?.size === 0) this.#underway.delete(key)
    for (const other of others ?? []) other.overtaken = true
  }
}

/** The length tells note + book-1 from note-book + 1. */
function keyOf({ stream, id }: StreamName): string {
  return `${String(stream.length)} ${stream} ${id}`
}
