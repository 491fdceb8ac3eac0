import type { EventStore, RecordedEvent } from './event-store.js'

/**
 * The part of a page of the log before its first gap. A transaction that took its position first may become visible last;
 * a reader that stepped over the gap would never come back to it. A store whose positions are no plain count answers for
 * its order itself.
 */
export function gapless(
  store: Pick<EventStore, 'isDense'>,
  after: number,
  page: readonly RecordedEvent[],
): readonly RecordedEvent[] {
  if (!store.isDense) return page
  const end = page.findIndex(({ position }, index) => position !== after + index + 1)
  return end < 0 ? page : page.slice(0, end)
}
