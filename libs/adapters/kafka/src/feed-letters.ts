import { Checkpoints } from '@throughline/ports'
import type { DeadLetter } from '@throughline/ports'
import { errorOf, pause, unavailable } from './client.js'
import { POSITION_FEED } from './consumer.js'
import type { DeadLetters } from './dead-letters.js'

/**
 * The dead letters of feeds. A feed that begins anew has its earlier ones forgotten, and does not wait for Kafka with that:
 * feeds read the store, and go on while Kafka is down.
 */
export class FeedLetters extends Checkpoints {
  readonly #forgetting = new Map<string, Promise<void>>()
  #isClosed = false

  constructor(
    private readonly letterbox: DeadLetters,
    private readonly isUp: () => boolean,
  ) {
    super()
  }

  load(): Promise<number> {
    return Promise.resolve(0)
  }
  async save(): Promise<void> {
    await Promise.resolve()
  }

  /** @throws Refused `bus.unavailable`, also while earlier letters are to be forgotten first */
  async park(letter: DeadLetter): Promise<void> {
    if (this.#forgetting.has(letter.group))
      throw unavailable(new Error('earlier letters are not forgotten yet'))
    await this.letterbox.park(letter)
  }

  /** Asked for by a feed that begins at the first event, which forgets them: done here, at once or when Kafka is back. */
  async letters(group = ''): Promise<readonly DeadLetter[]> {
    if (group.endsWith(POSITION_FEED)) return []
    const known = this.#forgetting.get(group)
    if (known) return []
    try {
      if (!this.isUp()) throw new Error('Kafka was not reached yet')
      await this.#forgetAll(group)
    } catch {
      const work = this.#untilForgotten(group).finally(() => this.#forgetting.delete(group))
      this.#forgetting.set(group, work)
    }
    return []
  }

  forget(group: string, position: number): Promise<void> {
    return this.letterbox.forget(group, position)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.resolve()
  }

  async #forgetAll(group: string): Promise<void> {
    for (const { event } of await this.letterbox.letters(group))
      await this.letterbox.forget(group, event.position)
  }

  async #untilForgotten(group: string): Promise<void> {
    for (let failures = 0; !this.#isClosed; failures++) {
      try {
        await this.#forgetAll(group)
        return
      } catch (error) {
        // Whoever asks for the letters meanwhile hears the reason.
        errorOf(error)
        await pause(Math.min(5_000, 200 * 2 ** failures))
      }
    }
  }
}
