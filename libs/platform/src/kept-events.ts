import { LRUCache } from 'lru-cache'
import type { RecordedEvent } from '@throughline/ports'

/** Lists of events by name, `most` events in all; those used least go first, and one of more than `mostOfOne` is not kept. */
export function keptEvents(most: number, mostOfOne: number): LRUCache<string, readonly RecordedEvent[]> {
  return new LRUCache({
    maxSize: most,
    maxEntrySize: mostOfOne,
    // None is one, for an empty list takes room as well.
    sizeCalculation: (events) => Math.max(1, events.length),
  })
}
