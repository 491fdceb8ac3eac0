import { publicEvents } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import { EventStore, gapless, WrongExpectedVersion } from '@throughline/ports'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName } from '@throughline/ports'
import { HotJourneys, partOf } from './hot-journeys.js'
import { HotStreams } from './hot-streams.js'
import type { Schemas } from './schemas.js'

/**
 * Holds every public event to its contract before it leaves a service. What was recorded is never judged again, and nobody
 * reads over a position that is not visible yet.
 */
export class CheckedEventStore extends EventStore {
  override readonly isDense: boolean
  readonly #hot: HotStreams | undefined
  readonly #journeys: HotJourneys | undefined

  /** `isShared`: other processes append to the same record, so that nothing of it is known from what this one wrote. */
  constructor(
    private readonly store: EventStore,
    private readonly schemas: Schemas,
    isShared = false,
  ) {
    super()
    this.isDense = store.isDense
    this.#hot = isShared ? undefined : new HotStreams()
    this.#journeys = isShared ? undefined : new HotJourneys()
  }

  async append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    for (const { type, data } of events) {
      const contract = publicEvents().get(type)
      const [wrong] = contract === undefined ? [] : this.schemas.check(contract.data, data)
      // A defect of the service, not of the request: the field is named, its content is not.
      if (wrong !== undefined) throw new Error(`${type} breaks its contract: ${wrong.field} ${wrong.says}`)
    }
    const underway = this.#hot?.begin(target)
    const { journeyId } = command
    if (journeyId !== undefined) this.#journeys?.begin(journeyId)
    // What nobody tells of may stand there or not.
    let recorded: readonly RecordedEvent[] | undefined
    try {
      const appended = await this.store.append(target, expected, command, events)
      recorded = appended.outcome === 'applied' ? appended.events : []
      if (appended.outcome === 'applied') this.#hot?.appended(target, expected, appended.events, underway)
      // Its first answer may stand beyond what is known here.
      else this.#hot?.forget(target, underway)
      return appended
    } catch (error) {
      if (error instanceof WrongExpectedVersion && underway !== undefined) {
        recorded = []
        this.#hot?.lost(target, error.actual, underway)
      } else this.#hot?.forget(target, underway)
      throw error
    } finally {
      if (journeyId !== undefined) this.#journeys?.ended(journeyId, recorded)
    }
  }

  async readStream(target: StreamName): Promise<readonly RecordedEvent[]> {
    if (this.#hot === undefined) return this.store.readStream(target)
    const known = this.#hot.get(target)
    if (known !== undefined) return known
    const { appends } = this.#hot
    const events = await this.store.readStream(target)
    this.#hot.keep(target, events, appends)
    return events
  }
  async readAll(options?: ReadOptions): Promise<readonly RecordedEvent[]> {
    return gapless(this.store, options?.after ?? 0, await this.store.readAll(options))
  }

  async readJourney(journeyId: string, options?: ReadOptions): Promise<readonly RecordedEvent[]> {
    const known = this.#journeys?.get(journeyId)
    if (known !== undefined) return partOf(known, options)
    const { after = 0, upTo = Infinity, limit = Infinity } = options ?? {}
    const isWhole = after === 0 && upTo === Infinity && limit === Infinity
    if (this.#journeys === undefined || !isWhole) return this.store.readJourney(journeyId, options)
    const { appends } = this.#journeys
    const events = await this.store.readJourney(journeyId)
    this.#journeys.keep(journeyId, events, appends)
    return events
  }

  head(): Promise<number> {
    return this.store.head()
  }
  onAppended(listener: () => void): () => void {
    return this.store.onAppended(listener)
  }
  close(): Promise<void> {
    return this.store.close()
  }
}
