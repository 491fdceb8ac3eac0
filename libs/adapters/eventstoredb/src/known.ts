import { LRUCache } from 'lru-cache'
import type { Found } from './records.js'

/** Where a stream ends and which commands stand in it. */
export interface Tail {
  readonly version: number
  readonly hash: string
  readonly commands: ReadonlySet<string>
}

/** Streams and commands together. */
const MOST_KNOWN = 100_000

/**
 * The streams used last, so that an append need not read its stream again. Never more than a guess: who is wrong appends at
 * a version the server refuses, and forgets.
 */
export class KnownTails {
  readonly #tails = new LRUCache<string, Tail>({
    maxSize: MOST_KNOWN,
    sizeCalculation: ({ commands }) => commands.size + 1,
  })

  get(name: string): Tail | undefined {
    return this.#tails.get(name)
  }

  /** Learns what a whole stream is. */
  whole(name: string, found: readonly Found[]): Tail {
    const last = found.at(-1)?.event
    const commands = new Set(found.map(({ event }) => event.commandId))
    const tail = { version: found.length, hash: last?.hash ?? '', commands }
    this.#tails.set(name, tail)
    return tail
  }

  /** Learns what was appended to a stream whose tail it was. */
  grown(name: string, { version, commands }: Tail, added: readonly Found[]): void {
    const last = added.at(-1)?.event
    if (last === undefined) return
    this.#tails.set(name, {
      version: version + added.length,
      hash: last.hash,
      commands: new Set(commands).add(last.commandId),
    })
  }

  forget(name: string): void {
    this.#tails.delete(name)
  }
}
