import type { LogReader } from './audit.js'
import type { RecordedEvent } from './event-store.js'

/** A log of these events, each perhaps told otherwise than it was recorded. */
export function readerOf(
  events: readonly RecordedEvent[],
  told: (event: RecordedEvent) => RecordedEvent = (event) => event,
): LogReader {
  const log = events.map(told)
  return {
    readAll: async ({ after = 0, upTo = Infinity, limit = 1_000 } = {}) =>
      log.filter(({ position }) => position > after && position <= upTo).slice(0, limit),
    readStream: async ({ stream, id }) =>
      log.filter((event) => event.stream === stream && event.streamId === id),
    readJourney: async (journeyId, { after = 0, upTo = Infinity, limit = Infinity } = {}) =>
      log
        .filter((event) => event.journeyId === journeyId && event.position > after && event.position <= upTo)
        .slice(0, limit),
  }
}
