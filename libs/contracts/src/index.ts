export * from './case.js'
export * from './contact.js'
export * from './contract.js'
export * from './feedback.js'
export * from './identity.js'
export * from './insight.js'
export * from './journey.js'
export * from './knowledge.js'
export * from './my-stuff.js'
export * from './routing.js'
export * from './shared.js'

import type { CaseEvent, FollowUpEvent } from './case.js'
import type { ContactEvent } from './contact.js'
import type { FeedbackEvent } from './feedback.js'
import type { IdentityEvent } from './identity.js'
import type { InsightEvent } from './insight.js'
import type { JourneyEvent } from './journey.js'
import type { KnowledgeEvent } from './knowledge.js'
import type { MyStuffEvent } from './my-stuff.js'
import type { RoutingEvent } from './routing.js'

/** Everything services tell each other. */
export type PublicEvents =
  | CaseEvent
  | ContactEvent
  | FeedbackEvent
  | FollowUpEvent
  | IdentityEvent
  | InsightEvent
  | JourneyEvent
  | KnowledgeEvent
  | MyStuffEvent
  | RoutingEvent

/** The event of a wire name: `EventOf<'throughline.CaseOpened.v1'>`. */
export type EventOf<Type extends PublicEvents['type']> = Extract<PublicEvents, { readonly type: Type }>
