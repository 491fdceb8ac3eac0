import { HOUR, MINUTE } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import type { EventBus, EventStore, RecordedEvent, Running } from '@throughline/ports'

/** Longer than an access token lives: what ended before cannot hold a token any more. */
export const TOKEN_MEMORY = 20 * MINUTE
/** A clock that leaps an hour and comes back must not bring tokens of ended sessions back to life (R24). */
const MEMORY = TOKEN_MEMORY + HOUR

/** Sessions that have ended while tokens of theirs may still be about. */
export class EndedSessions {
  readonly #ended = new Map<string, number>()
  readonly #listeners = new Set<(session: string) => void>()
  #running: Running | undefined

  constructor(
    private readonly store: EventStore,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  async start(): Promise<void> {
    const after = await this.store.positionAt(new Date(this.clock.now() - MEMORY).toISOString())
    this.#running = await this.bus.follow({
      name: 'platform.sessions',
      after,
      types: ['throughline.SessionEnded.v1'],
      onBatch: (events) => {
        for (const event of events) this.#end(event)
        return Promise.resolve()
      },
    })
  }

  has(session: string | undefined): boolean {
    return session !== undefined && this.#ended.has(session)
  }

  /** Tells of every session that ends from now on. */
  onEnded(listener: (session: string) => void): void {
    this.#listeners.add(listener)
  }

  get running(): Running | undefined {
    return this.#running
  }

  #end(event: RecordedEvent): void {
    const { sessionId } = event.data as { readonly sessionId: string }
    const now = this.clock.now()
    for (const [session, at] of this.#ended) if (now - at > MEMORY) this.#ended.delete(session)
    this.#ended.set(sessionId, now)
    for (const listener of this.#listeners) listener(sessionId)
  }
}
