import { Refused } from '@throughline/kernel'
import { DamagedRecord } from '@throughline/ports'
import type { ReadOptions, RecordedEvent } from '@throughline/ports'
import type { Connection } from './connection.js'
import type { LogReader } from './log-reader.js'
import { JOURNEYS } from './names.js'
import type { Names } from './names.js'
import { fromWire, journeyOf, positionOf } from './records.js'
import type { Raw } from './records.js'

/** Records looked at beyond the one linked last: the server writes links to several streams at once. */
const MARGIN = 64
/** Events of journeys that may wait for their links before we call the projection dead. */
const MOST_WAITING = 5_000

/**
 * The journeys, by the links that the server's projection `$by_correlation_id` writes. It works behind the log, so a read of
 * its links alone would leave out the newest events, also those the caller just appended. What is not linked yet stands
 * after the event linked last, and is taken from the end of the log.
 */
export class Journeys {
  /** Every event up to here is linked. */
  #linked = 0

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly log: LogReader,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /**
   * @throws DamagedRecord
   * @throws Refused `store.unavailable` when the projection does not run: then nobody knows all events of a journey
   */
  async read(
    journeyId: string,
    { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions,
  ): Promise<readonly RecordedEvent[]> {
    const events = new Map<number, RecordedEvent>()
    // In this order: what gets its link in between is found twice, and not never.
    for (const event of await this.#waiting(journeyId)) events.set(event.position, event)
    for (const event of await this.#links(journeyId)) events.set(event.position, event)
    return [...events.values()]
      .filter(({ position }) => position > after && position <= upTo)
      .sort((a, b) => a.position - b.position)
      .slice(0, limit)
  }

  async #links(journeyId: string): Promise<readonly RecordedEvent[]> {
    const options = { resolveLinkTos: true, ...this.connection.options }
    const links = await this.connection.read((client) => client.readStream(JOURNEYS + journeyId, options))
    return links.flatMap(({ event, link }) => {
      if (event === undefined) {
        throw new DamagedRecord(`link ${String(link?.revision)} of journey ${journeyId} leads to no event`)
      }
      const found = fromWire(this.names, event)
      return found === undefined ? [] : [found.event]
    })
  }

  /** Events of a journey from the end of the log back to the one linked last. */
  async #waiting(journeyId: string): Promise<readonly RecordedEvent[]> {
    const own: RecordedEvent[] = []
    let [newest, waiting, left] = [0, 0, Infinity]
    let linked: string | undefined
    for await (const raw of this.log.backwards(undefined)) {
      const position = positionOf(raw)
      newest = Math.max(newest, position)
      if (position <= this.#linked) return own
      if (left <= 0) {
        this.#linked = position
        return own
      }
      if (linked === `${String(raw.revision)}@${raw.streamId}`) left = MARGIN
      left -= 1
      linked ??= targetOf(raw)
      const journey = this.names.parse(raw.streamId) && journeyOf(raw)
      if (journey === undefined) continue
      if (linked === undefined && ++waiting > this.mostWaiting) throw notRunning()
      const found = journey === journeyId ? fromWire(this.names, raw) : undefined
      if (found !== undefined) own.push(found.event)
    }
    // The whole log, and nothing in it waits for a link.
    if (waiting === 0 && left === Infinity && linked === undefined) this.#linked = newest
    return own
  }
}

/** What a link of a journey leads to: `<revision>@<stream>`. */
function targetOf({ streamId, type, data }: Raw): string | undefined {
  if (type !== '$>' || !streamId.startsWith(JOURNEYS)) return undefined
  return data instanceof Uint8Array ? Buffer.from(data).toString() : String(data)
}

function notRunning(): Refused {
  return new Refused(
    'unavailable',
    'store.unavailable',
    'EventStoreDB does not say which events belong to a journey.',
    {
      todo: 'Start the server with all system projections and enable $by_correlation_id.',
      retryAfter: 60,
    },
  )
}
