import type { DeadLetter } from './event-bus.js'

/** Where the bus keeps how far each group is, and what could not be delivered. */
export abstract class Checkpoints {
  abstract load(group: string): Promise<number>
  abstract save(group: string, position: number): Promise<void>
  abstract park(letter: DeadLetter): Promise<void>
  abstract letters(group?: string): Promise<readonly DeadLetter[]>
  abstract forget(group: string, position: number): Promise<void>
  abstract close(): Promise<void>
}

export class MemoryCheckpoints extends Checkpoints {
  readonly #positions = new Map<string, number>()
  readonly #letters = new Map<string, DeadLetter>()

  async load(group: string): Promise<number> {
    await Promise.resolve()
    return this.#positions.get(group) ?? 0
  }
  async save(group: string, position: number): Promise<void> {
    await Promise.resolve()
    this.#positions.set(group, position)
  }
  async park(letter: DeadLetter): Promise<void> {
    await Promise.resolve()
    this.#letters.set(`${letter.group} ${String(letter.event.position)}`, structuredClone(letter))
  }
  async letters(group?: string): Promise<readonly DeadLetter[]> {
    await Promise.resolve()
    return [...this.#letters.values()]
      .filter((letter) => group === undefined || letter.group === group)
      .sort((a, b) => a.event.position - b.event.position)
      .map((letter) => structuredClone(letter))
  }
  async forget(group: string, position: number): Promise<void> {
    await Promise.resolve()
    this.#letters.delete(`${group} ${String(position)}`)
  }
  async close(): Promise<void> {
    await Promise.resolve()
  }
}
