/** Something that is said once to whoever listens now, and kept nowhere: typing, who is there. */
export interface Signal {
  readonly channel: string
  readonly event: string
  /** Plain data, as JSON carries it. */
  readonly data: unknown
}

/**
 * Tells every process of a service what one of them saw. Best effort: nobody may rest on a signal's arrival, and one that
 * cannot be sent is dropped without a word to the sender.
 */
export abstract class Signals {
  abstract send(signal: Signal): void

  /**
   * Calls back for every signal, each once; this process's own when they have come back from the engine, so that hearing
   * oneself shows that others can. Returns the way to stop.
   */
  abstract onSignal(listener: (signal: Signal) => void): () => void
}

/** Signals of one process. */
export class MemorySignals extends Signals {
  readonly #listeners = new Set<(signal: Signal) => void>()

  send(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal)
  }

  onSignal(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
