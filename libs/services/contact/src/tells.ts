import type { EventOf, PublicEvents } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'

/** Whether an event from the log is of this type; what stands in the log was checked against its contract before. */
export function tells<Type extends PublicEvents['type']>(
  event: DomainEvent,
  type: Type,
): event is EventOf<Type> {
  return event.type === type
}
