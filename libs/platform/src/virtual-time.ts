import { Clock } from '@throughline/kernel'
import { Timers } from '@throughline/ports'

/** A clock that stands still until somebody moves it. */
export class ManualClock extends Clock {
  #now: number

  constructor(start = Date.parse('2026-11-20T09:00:00.000Z')) {
    super()
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  move(milliseconds: number): void {
    this.#now += milliseconds
  }
}

interface Task {
  readonly name: string
  readonly run: () => Promise<void>
}

/** Timers that run when told to. A sleep lasts one turn of the event loop, however long it was meant to be. */
export class ManualTimers extends Timers {
  readonly #tasks = new Set<Task>()

  every(name: string, _milliseconds: number, run: () => Promise<void>): () => void {
    const task = { name, run }
    this.#tasks.add(task)
    return () => this.#tasks.delete(task)
  }

  async sleep(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** Runs every task once, in the order they were asked for. */
  async run(): Promise<void> {
    for (const task of [...this.#tasks]) await task.run()
  }

  stop(): void {
    this.#tasks.clear()
  }
}
