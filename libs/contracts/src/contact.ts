import {
  Code,
  Flag,
  Id,
  Ids,
  Moment,
  OneOf,
  Optional,
  Part,
  Parts,
  Personal,
  PublicEvent,
  Text,
  Texts,
  Whole,
} from './contract.js'
import type { Says } from './contract.js'
import { CHANNELS, ItemSnapshot, Person, ReasonSnapshot } from './shared.js'
import type { Channel } from './shared.js'

class OfContact {
  @Id() readonly contactId!: string
  @Id() readonly journeyId!: string
}

/** An article the customer had open before. */
export class ReadBefore {
  @Id() readonly readingId!: string
  @Id() readonly articleId!: string
  @Whole(1) readonly version!: number
  @Text(200) readonly title!: string
  @Optional() @Flag() readonly helped?: boolean
}

@PublicEvent(
  'throughline.ContactRequested.v1',
  'The customer chose a channel; everything known goes with it.',
)
export class ContactRequested extends OfContact {
  @Part(() => Person) readonly person!: Person
  @OneOf(CHANNELS) readonly channel!: Channel
  @Optional() @Part(() => ItemSnapshot) readonly item?: ItemSnapshot
  @Optional() @Part(() => ReasonSnapshot) readonly reason?: ReasonSnapshot
  @Parts(() => ReadBefore, 100) readonly readings!: readonly ReadBefore[]
  /** Presses since Need Help was opened (C58). */
  @Optional() @Whole(0, 1000) readonly presses?: number
  /** First words, for chat, message, e-mail and form. */
  @Optional() @Personal() @Text(8000) readonly words?: string
  /** The offer of channels it was chosen from. */
  @Optional() @Id() readonly decisionId?: string
  /** The case it is about, where the customer said so. */
  @Optional() @Id() readonly caseId?: string
  /** Wished time of a scheduled callback. */
  @Optional() @Moment() readonly callFrom?: string
  @Optional() @Moment() readonly callUntil?: string
  /** System a past contact was taken over from; such a contact is never routed. */
  @Optional() @Code() readonly origin?: string
}

@PublicEvent('throughline.LegOpened.v1', 'The contact goes on over this channel.')
export class LegOpened extends OfContact {
  @Whole(1) readonly leg!: number
  @OneOf(CHANNELS) readonly channel!: Channel
  /** How it was tied to the journey: signed in, token, lent number, thread, caller, spoken code. */
  @OneOf(['session', 'token', 'number', 'thread', 'caller', 'code', 'agent', 'unknown']) readonly by!: string
  @OneOf(['none', 'code', 'federated']) readonly assurance!: string
  @Text(40) readonly adapter!: string
}

@PublicEvent('throughline.LegClosed.v1', 'The contact no longer goes over this channel.')
export class LegClosed extends OfContact {
  @Whole(1) readonly leg!: number
  @OneOf(['ended', 'dropped', 'moved', 'lost', 'left']) readonly why!: string
}

@PublicEvent('throughline.ContactConnected.v1', 'A person answered.')
export class ContactConnected extends OfContact {
  @Whole(1) readonly leg!: number
  @OneOf(CHANNELS) readonly channel!: Channel
  @Optional() @Id() readonly agentId?: string
}

@PublicEvent('throughline.MessagePosted.v1', 'Words were said in the contact.')
export class MessagePosted extends OfContact {
  @Id() readonly messageId!: string
  @Whole(1) readonly leg!: number
  @OneOf(CHANNELS) readonly channel!: Channel
  @OneOf(['customer', 'agent', 'system']) readonly author!: 'customer' | 'agent' | 'system'
  @Optional() @Id() readonly authorId?: string
  /** `spoken`: written down from what was said on the phone or at a desk. */
  @OneOf(['written', 'spoken']) readonly mode!: 'written' | 'spoken'
  @Personal() @Text(8000, 1) readonly text!: string
  /** An article sent with it. */
  @Optional() @Id() readonly articleId?: string
  /** Answers an agent gives to choose from. */
  @Optional() @Personal() @Texts(5, 100) readonly choices?: readonly string[]
  /** The message with choices that these words answer. */
  @Optional() @Id() readonly answers?: string
}

@PublicEvent('throughline.MessagesSeen.v1', 'One side has seen all words up to a message.')
export class MessagesSeen extends OfContact {
  @OneOf(['customer', 'agent']) readonly by!: 'customer' | 'agent'
  @Id() readonly messageId!: string
}

@PublicEvent('throughline.MessageFailed.v1', 'Words could not be delivered; the text is kept.')
export class MessageFailed extends OfContact {
  @Id() readonly messageId!: string
  @Code() readonly code!: string
}

@PublicEvent('throughline.ContactNoteAdded.v1', 'The team noted something the customer does not see.')
export class ContactNoteAdded extends OfContact {
  @Id() readonly noteId!: string
  @Id() readonly agentId!: string
  @Personal() @Text(4000, 1) readonly text!: string
}

@PublicEvent('throughline.ContinuationIssued.v1', 'The customer got a token or a code to go on elsewhere.')
export class ContinuationIssued extends OfContact {
  /** SHA-256 of the secret; the secret itself is kept nowhere. */
  @Text(64, 64) readonly digest!: string
  @OneOf(['long', 'spoken']) readonly form!: 'long' | 'spoken'
  @Moment() readonly expiresAt!: string
}

@PublicEvent('throughline.ContinuationUsed.v1', 'Somebody went on with a token or a code.')
export class ContinuationUsed extends OfContact {
  @Text(64, 64) readonly digest!: string
  @OneOf(CHANNELS) readonly channel!: Channel
}

@PublicEvent('throughline.ContactDropped.v1', 'The connection was lost in the middle.')
export class ContactDropped extends OfContact {
  @Whole(1) readonly leg!: number
  @Text(60, 1) readonly cause!: string
}

@PublicEvent('throughline.ContactResumed.v1', 'The contact goes on, same words, perhaps another channel.')
export class ContactResumed extends OfContact {
  @Whole(1) readonly leg!: number
  @OneOf(CHANNELS) readonly from!: Channel
  @OneOf(CHANNELS) readonly channel!: Channel
}

@PublicEvent('throughline.ContactTransferred.v1', 'The agent passed the contact on, with everything known.')
export class ContactTransferred extends OfContact {
  @Id() readonly fromAgentId!: string
  @Optional() @Id() readonly toAgentId?: string
  /** Skills the receiver needs beyond the contact's own. */
  @Texts(10, 80) readonly skills!: readonly string[]
  @Text(500, 1) readonly why!: string
}

@PublicEvent('throughline.ContactLeft.v1', 'The customer left before anybody answered.')
export class ContactLeft extends OfContact {
  @OneOf(['gave-up', 'solved', 'callback-chosen']) readonly why!: string
}

@PublicEvent('throughline.ContactEnded.v1', 'The conversation is over.')
export class ContactEnded extends OfContact {
  @OneOf(['agent', 'customer', 'dropped', 'unanswered', 'elsewhere']) readonly by!: string
  @OneOf(['person', 'nobody']) readonly answeredBy!: 'person' | 'nobody'
  @OneOf(CHANNELS) readonly channel!: Channel
}

/** What the person who helped found to be behind it. */
export class Cause {
  @Code() readonly code!: string
  @Text(500) readonly words!: string
  @Optional() @Code() readonly department?: string
}

/** What was promised, and until when. */
export class Promised {
  @Text(500, 1) readonly what!: string
  @Moment() readonly by!: string
}

export const CONTACT_OUTCOMES = ['resolved', 'promised', 'open', 'referred', 'no-answer-possible'] as const

@PublicEvent('throughline.ContactSummarised.v1', 'The agent wrote down outcome, cause and promises.')
export class ContactSummarised extends OfContact {
  @OneOf(CHANNELS) readonly channel!: Channel
  @Optional() @Id() readonly agentId?: string
  @OneOf(CONTACT_OUTCOMES) readonly outcome!: (typeof CONTACT_OUTCOMES)[number]
  /** Whether it was about an issue contacted about before, as the agent judged (C59). */
  @OneOf(['new', 'same']) readonly issue!: 'new' | 'same'
  /** The case it belongs to, where there is one already. */
  @Optional() @Id() readonly caseId?: string
  @Text(200, 1) readonly subject!: string
  @Personal() @Text(4000, 1) readonly words!: string
  @Parts(() => Cause, 5) readonly causes!: readonly Cause[]
  @Parts(() => Promised, 10) readonly promised!: readonly Promised[]
  @Optional() @Part(() => ItemSnapshot) readonly item?: ItemSnapshot
  @Optional() @Part(() => ReasonSnapshot) readonly reason?: ReasonSnapshot
  /** Articles the agent sent. */
  @Ids(20) readonly articles!: readonly string[]
}

@PublicEvent(
  'throughline.ContactLinked.v1',
  'A contact was tied to a journey it had not been known to belong to.',
)
export class ContactLinked extends OfContact {
  @OneOf(['token', 'code', 'number', 'thread', 'caller', 'agent']) readonly by!: string
}

class OfCall extends OfContact {
  @Whole(1) readonly leg!: number
}

@PublicEvent('throughline.CallRang.v1', 'The customer’s phone, or ours, rings.')
export class CallRang extends OfCall {}

@PublicEvent('throughline.CallAnswered.v1', 'Both sides speak.')
export class CallAnswered extends OfCall {}

@PublicEvent('throughline.CallHeld.v1', 'The customer waits on the line.')
export class CallHeld extends OfCall {}

@PublicEvent('throughline.CallRetrieved.v1', 'The agent is back on the line.')
export class CallRetrieved extends OfCall {}

@PublicEvent('throughline.CallEnded.v1', 'The line is closed.')
export class CallEnded extends OfCall {
  @Text(60, 1) readonly cause!: string
}

export type ContactEvent =
  | Says<'throughline.ContactRequested.v1', ContactRequested>
  | Says<'throughline.LegOpened.v1', LegOpened>
  | Says<'throughline.LegClosed.v1', LegClosed>
  | Says<'throughline.ContactConnected.v1', ContactConnected>
  | Says<'throughline.MessagePosted.v1', MessagePosted>
  | Says<'throughline.MessagesSeen.v1', MessagesSeen>
  | Says<'throughline.MessageFailed.v1', MessageFailed>
  | Says<'throughline.ContactNoteAdded.v1', ContactNoteAdded>
  | Says<'throughline.ContinuationIssued.v1', ContinuationIssued>
  | Says<'throughline.ContinuationUsed.v1', ContinuationUsed>
  | Says<'throughline.ContactDropped.v1', ContactDropped>
  | Says<'throughline.ContactResumed.v1', ContactResumed>
  | Says<'throughline.ContactTransferred.v1', ContactTransferred>
  | Says<'throughline.ContactLeft.v1', ContactLeft>
  | Says<'throughline.ContactEnded.v1', ContactEnded>
  | Says<'throughline.ContactSummarised.v1', ContactSummarised>
  | Says<'throughline.ContactLinked.v1', ContactLinked>
  | Says<'throughline.CallRang.v1', CallRang>
  | Says<'throughline.CallAnswered.v1', CallAnswered>
  | Says<'throughline.CallHeld.v1', CallHeld>
  | Says<'throughline.CallRetrieved.v1', CallRetrieved>
  | Says<'throughline.CallEnded.v1', CallEnded>
