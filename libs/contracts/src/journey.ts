import { Code, Flag, Id, OneOf, Optional, Part, Personal, PublicEvent, Text } from './contract.js'
import type { Says } from './contract.js'
import { CHANNELS, ItemSnapshot, Person, ReasonSnapshot } from './shared.js'
import type { Channel } from './shared.js'

export const ENTRANCES = ['need-help', 'product-page', 'case', 'contact', 'outreach', 'elsewhere'] as const
export type Entrance = (typeof ENTRANCES)[number]

/** Of the customer's life with a thing (C35). */
export const STAGES = ['discovery', 'education', 'point-of-sale', 'delivery', 'use', 'end'] as const
export type Stage = (typeof STAGES)[number]

@PublicEvent('throughline.JourneyStarted.v1', 'A customer or guest began to look for help or an answer.')
export class JourneyStarted {
  @Id() readonly journeyId!: string
  @Part(() => Person) readonly person!: Person
  @Flag() readonly guest!: boolean
  @OneOf(ENTRANCES) readonly entrance!: Entrance
  @Optional() @OneOf(STAGES) readonly stage?: Stage
  /** The page it began on, where the entrance is a product page. */
  @Optional() @Text(500) readonly page?: string
  /** The case it is about, where it began from one. */
  @Optional() @Id() readonly caseId?: string
  /** The system a past journey was taken over from, absent for what happened here: `cfpb`. */
  @Optional() @Code() readonly origin?: string
}

@PublicEvent(
  'throughline.StageReached.v1',
  'The customer came to another stage with a thing, before or after buying it.',
)
export class StageReached {
  @Id() readonly journeyId!: string
  @OneOf(STAGES) readonly stage!: Stage
}

@PublicEvent('throughline.ItemChosen.v1', 'The customer said which thing it is about.')
export class ItemChosen {
  @Id() readonly journeyId!: string
  @Part(() => ItemSnapshot) readonly item!: ItemSnapshot
}

@PublicEvent('throughline.ReasonChosen.v1', 'The customer said why, in one or two presses.')
export class ReasonChosen {
  @Id() readonly journeyId!: string
  @Part(() => ReasonSnapshot) readonly reason!: ReasonSnapshot
}

@PublicEvent('throughline.FactGiven.v1', 'Something became known that nobody has to ask again.')
export class FactGiven {
  @Id() readonly journeyId!: string
  /** What it is: `question`, `delivery-address`, `serial-number`. */
  @Code() readonly name!: string
  @Text(120, 1) readonly label!: string
  @Personal() @Text(4000, 1) readonly value!: string
  /** Where it came from. */
  @OneOf(['customer', 'agent', 'system']) readonly source!: string
}

@PublicEvent(
  'throughline.FactAskedAgain.v1',
  'Somebody was asked for what the journey already held; the goal is none (C16).',
)
export class FactAskedAgain {
  @Id() readonly journeyId!: string
  @Code() readonly name!: string
}

@PublicEvent(
  'throughline.JourneyClaimed.v1',
  'A guest’s journey became a customer’s, because the guest signed in.',
)
export class JourneyClaimed {
  @Id() readonly journeyId!: string
  @Id() readonly guestId!: string
  @Part(() => Person) readonly person!: Person
}

@PublicEvent('throughline.JourneyResumed.v1', 'The customer came back to a journey.')
export class JourneyResumed {
  @Id() readonly journeyId!: string
  @OneOf(['page', 'continuation-token', 'spoken-code', 'case']) readonly by!: string
  @Optional() @OneOf(CHANNELS) readonly channel?: Channel
}

@PublicEvent('throughline.JourneyEnded.v1', 'The journey is over.')
export class JourneyEnded {
  @Id() readonly journeyId!: string
  @OneOf(['solved-by-article', 'solved-by-contact', 'given-up', 'solved-itself', 'superseded'])
  readonly outcome!: string
}

export type JourneyEvent =
  | Says<'throughline.JourneyStarted.v1', JourneyStarted>
  | Says<'throughline.StageReached.v1', StageReached>
  | Says<'throughline.ItemChosen.v1', ItemChosen>
  | Says<'throughline.ReasonChosen.v1', ReasonChosen>
  | Says<'throughline.FactGiven.v1', FactGiven>
  | Says<'throughline.FactAskedAgain.v1', FactAskedAgain>
  | Says<'throughline.JourneyClaimed.v1', JourneyClaimed>
  | Says<'throughline.JourneyResumed.v1', JourneyResumed>
  | Says<'throughline.JourneyEnded.v1', JourneyEnded>
