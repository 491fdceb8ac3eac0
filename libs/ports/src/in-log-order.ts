import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent } from './event-store.js'

/** What a view heard of one thing, with one more event: in log order, once each, in whatever order they were heard. */
export function inLogOrder<Event extends DomainEvent>(
  heard: readonly RecordedEvent<Event>[],
  event: RecordedEvent<Event>,
): readonly RecordedEvent<Event>[] {
  const others = heard.filter(({ position }) => position !== event.position)
  return [...others, event].sort((a, b) => a.position - b.position)
}
