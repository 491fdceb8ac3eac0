import type { Clock, DomainEvent, Ids } from '@throughline/kernel'
import { EventStore } from '@throughline/ports'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName } from '@throughline/ports'
import { nameOf } from './disk.js'
import type { Disk } from './disk.js'
import type { Life } from './life.js'

export interface StoreWatch {
  /** The events are on the disk; nobody was told yet. */
  applied(events: readonly RecordedEvent[]): void
  /** Whoever appended was told that they are safe. */
  acknowledged(events: readonly RecordedEvent[]): void
}

/** A process's way to the log on a disk: slow, in doubt or refused as its life has it. */
export class SimulatedStore extends EventStore {
  readonly #listeners = new Set<() => void>()

  constructor(
    private readonly disk: Disk,
    private readonly life: Life,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly watch: StoreWatch,
  ) {
    super()
  }

  async append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    await this.life.pass('write')
    const appended = this.disk.append(target, expected, command, events, {
      now: this.clock.instant(),
      nextId: () => this.ids.next(),
    })
    if (appended.outcome === 'applied' && appended.events.length > 0) {
      this.watch.applied(appended.events)
      for (const listener of this.#listeners) listener()
      // It may have been the last thing this process did.
      await this.life.alive()
    }
    this.life.doubt()
    await this.life.pass('reply')
    this.watch.acknowledged(appended.events)
    return appended
  }

  async readStream(target: StreamName): Promise<readonly RecordedEvent[]> {
    await this.life.pass('read')
    const events = this.disk.streams.get(nameOf(target)) ?? []
    // A store that forgets which command it was lets everything be decided again.
    if (this.disk.forgetful) return events.map((event) => ({ ...event, commandId: '' }))
    return [...events]
  }

  async readAll({ after = 0, upTo = Infinity, limit = 1_000 }: ReadOptions = {}): Promise<
    readonly RecordedEvent[]
  > {
    await this.life.pass('read')
    return this.disk.log.slice(after, Math.min(upTo, after + limit))
  }

  async readJourney(
    journeyId: string,
    { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions = {},
  ): Promise<readonly RecordedEvent[]> {
    await this.life.pass('read')
    return (this.disk.journeys.get(journeyId) ?? [])
      .filter(({ position }) => position > after && position <= upTo)
      .slice(0, limit)
  }

  async head(): Promise<number> {
    await this.life.alive()
    return this.disk.log.length
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    await Promise.resolve()
    this.#listeners.clear()
  }
}
