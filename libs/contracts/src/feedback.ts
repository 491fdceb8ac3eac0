import { Code, Flag, Id, OneOf, Optional, Part, Personal, PublicEvent, Text, Whole } from './contract.js'
import type { Says } from './contract.js'
import { CHANNELS, FEELINGS, ItemSnapshot, OUTCOMES, ReasonSnapshot } from './shared.js'
import type { Channel, Feeling, Outcome } from './shared.js'

export const FEEDBACK_SUBJECTS = [
  'contact',
  'case',
  'item',
  'delivery',
  'visit',
  'something-unclear',
] as const

/** What feedback is about; no contact is needed for it (C27). */
export class FeedbackSubject {
  @OneOf(FEEDBACK_SUBJECTS) readonly kind!: (typeof FEEDBACK_SUBJECTS)[number]
  /** The contact, case or thing. */
  @Optional() @Id() readonly id?: string
  @Optional() @Text(200) readonly title?: string
  @Optional() @OneOf(CHANNELS) readonly channel?: Channel
  @Optional() @Part(() => ItemSnapshot) readonly item?: ItemSnapshot
  @Optional() @Part(() => ReasonSnapshot) readonly reason?: ReasonSnapshot
}

class Feedback {
  @Id() readonly feedbackId!: string
  @Id() readonly customerId!: string
  @Part(() => FeedbackSubject) readonly about!: FeedbackSubject
  /** Satisfaction with the outcome. */
  @Optional() @OneOf(OUTCOMES) readonly outcome?: Outcome
  @Optional() @OneOf(FEELINGS) readonly feeling?: Feeling
  @Optional() @Personal() @Text(4000) readonly comment?: string
  @Flag() readonly followUp!: boolean
  @Whole(1) readonly version!: number
  /** System past feedback was taken over from. */
  @Optional() @Code() readonly origin?: string
}

@PublicEvent('throughline.FeedbackGiven.v1', 'The customer said how it turned out and how it felt.')
export class FeedbackGiven extends Feedback {}

@PublicEvent(
  'throughline.FeedbackRevised.v1',
  'The customer changed her feedback; the earlier version is kept.',
)
export class FeedbackRevised extends Feedback {}

@PublicEvent('throughline.FollowUpWished.v1', 'The customer wishes to hear from us about her feedback.')
export class FollowUpWished {
  @Id() readonly feedbackId!: string
  @Id() readonly customerId!: string
  @Part(() => FeedbackSubject) readonly about!: FeedbackSubject
}

@PublicEvent(
  'throughline.FollowUpWithdrawn.v1',
  'The customer no longer wishes to hear from us about her feedback.',
)
export class FollowUpWithdrawn {
  @Id() readonly feedbackId!: string
  @Id() readonly customerId!: string
}

export type FeedbackEvent =
  | Says<'throughline.FeedbackGiven.v1', FeedbackGiven>
  | Says<'throughline.FeedbackRevised.v1', FeedbackRevised>
  | Says<'throughline.FollowUpWished.v1', FollowUpWished>
  | Says<'throughline.FollowUpWithdrawn.v1', FollowUpWithdrawn>
