import type { EventOf, PublicEvents } from '@throughline/contracts'
import type { RecordedEvent } from '@throughline/ports'

/** The log holds public events as their contracts declare them, so the wire name tells the data. */
export function isOf<Type extends PublicEvents['type']>(
  event: RecordedEvent,
  type: Type,
): event is RecordedEvent & { readonly data: EventOf<Type>['data'] } {
  return event.type === type
}
