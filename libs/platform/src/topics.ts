import { publicEvents } from '@throughline/contracts'
import type { RecordedEvent } from '@throughline/ports'

/** Where events are published that are no contract: for the hosts of this system alone. */
export const INTERNAL = 'internal'
/** Names of all topics of events, without the prefix of an installation. */
export const TOPICS = ['journeys', 'knowledge', 'workforce', INTERNAL] as const
export type TopicName = (typeof TOPICS)[number]

/**
 * The topic of an event. What is about a customer or a journey keeps one order over all services, so it shares one topic,
 * whatever its contract says of events that are about nobody.
 */
export function topicOf(event: Pick<RecordedEvent, 'type' | 'customerId' | 'journeyId'>): TopicName {
  const contract = publicEvents().get(event.type)
  if (contract === undefined) return INTERNAL
  if (event.customerId !== undefined || event.journeyId !== undefined) return 'journeys'
  switch (contract.topic) {
    case 'throughline.journeys':
      return 'journeys'
    case 'throughline.knowledge':
      return 'knowledge'
    case 'throughline.workforce':
      return 'workforce'
  }
}
