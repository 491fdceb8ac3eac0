import { Flag, Id, Moment, OneOf, Optional, Part, Parts, Personal, PublicEvent, Text } from './contract.js'
import type { Says } from './contract.js'
import { Promised } from './contact.js'
import { ItemSnapshot, ReasonSnapshot } from './shared.js'

/** Seven digits of a case to say on the phone, made of its id; they find the case and are not promised to be unique. */
export function caseReference(caseId: string): string {
  const number = Number.parseInt(caseId.replaceAll('-', '').slice(0, 8), 16) % 10_000_000
  return String(number).padStart(7, '0')
}

class OfCase {
  @Id() readonly caseId!: string
  @Id() readonly customerId!: string
}

@PublicEvent('throughline.CaseOpened.v1', 'A contact’s summary became a case the customer can follow.')
export class CaseOpened extends OfCase {
  @Id() readonly journeyId!: string
  @Id() readonly contactId!: string
  @Text(200, 1) readonly subject!: string
  @Personal() @Text(4000, 1) readonly words!: string
  @Optional() @Part(() => ItemSnapshot) readonly item?: ItemSnapshot
  @Optional() @Part(() => ReasonSnapshot) readonly reason?: ReasonSnapshot
  @Parts(() => Promised, 10) readonly promised!: readonly Promised[]
  /** The person who helped, and answers for it until somebody else does. */
  @Optional() @Id() readonly staffId?: string
  /** When the record heard of it, told only where a promised time was past by then: nobody watches such a time. */
  @Optional() @Moment() readonly heardAt?: string
}

@PublicEvent('throughline.ContactAddedToCase.v1', 'Another contact was about the same case.')
export class ContactAddedToCase extends OfCase {
  @Id() readonly contactId!: string
  @Id() readonly journeyId!: string
  @Personal() @Text(4000, 1) readonly words!: string
  @Parts(() => Promised, 10) readonly promised!: readonly Promised[]
  /** When the record heard of it, told only where a promised time was past by then: nobody watches such a time. */
  @Optional() @Moment() readonly heardAt?: string
}

@PublicEvent('throughline.CaseProgressed.v1', 'Something was done about the case.')
export class CaseProgressed extends OfCase {
  @Personal() @Text(2000, 1) readonly note!: string
  /** The customer sees it. */
  @Flag() readonly visible!: boolean
  @Optional() @Id() readonly staffId?: string
}

@PublicEvent('throughline.CaseAssigned.v1', 'Somebody answers for the case.')
export class CaseAssigned extends OfCase {
  @Id() readonly staffId!: string
}

@PublicEvent('throughline.CasePromiseKept.v1', 'What was promised was done.')
export class CasePromiseKept extends OfCase {
  @Text(500, 1) readonly what!: string
  /** Tells two promises with the same words apart. */
  @Optional() @Moment() readonly by?: string
}

@PublicEvent('throughline.CasePromiseMissed.v1', 'A promised time went by.')
export class CasePromiseMissed extends OfCase {
  @Text(500, 1) readonly what!: string
  @Moment() readonly by!: string
}

@PublicEvent('throughline.CaseResolved.v1', 'The case is dealt with; how is a fact of its own (C37).')
export class CaseResolved extends OfCase {
  @OneOf(['solved', 'compensated', 'explained', 'withdrawn', 'not-possible']) readonly how!: string
  @Personal() @Text(2000, 1) readonly words!: string
  @Optional() @Id() readonly staffId?: string
}

@PublicEvent('throughline.CaseReopened.v1', 'The case was not dealt with after all.')
export class CaseReopened extends OfCase {
  @Personal() @Text(2000, 1) readonly why!: string
  @OneOf(['customer', 'staff', 'contact']) readonly by!: string
}

@PublicEvent(
  'throughline.FollowUpRequested.v1',
  'Somebody is to get back to the customer, because she wished it or it was promised.',
)
export class FollowUpRequested {
  @Id() readonly followUpId!: string
  @Id() readonly customerId!: string
  @Optional() @Id() readonly caseId?: string
  @Optional() @Id() readonly feedbackId?: string
  @Text(500, 1) readonly what!: string
  @Moment() readonly dueBy!: string
  @Optional() @Id() readonly staffId?: string
}

@PublicEvent('throughline.FollowUpAssigned.v1', 'Somebody answers for getting back to the customer.')
export class FollowUpAssigned {
  @Id() readonly followUpId!: string
  @Id() readonly customerId!: string
  @Id() readonly staffId!: string
}

@PublicEvent('throughline.FollowUpDone.v1', 'The customer was got back to.')
export class FollowUpDone {
  @Id() readonly followUpId!: string
  @Id() readonly customerId!: string
  @Personal() @Text(2000) readonly note!: string
  @Optional() @Id() readonly staffId?: string
}

@PublicEvent('throughline.FollowUpCancelled.v1', 'The customer no longer wishes to hear from us about it.')
export class FollowUpCancelled {
  @Id() readonly followUpId!: string
  @Id() readonly customerId!: string
  @OneOf(['wish-withdrawn', 'case-resolved', 'duplicate']) readonly why!: string
}

export type CaseEvent =
  | Says<'throughline.CaseOpened.v1', CaseOpened>
  | Says<'throughline.ContactAddedToCase.v1', ContactAddedToCase>
  | Says<'throughline.CaseProgressed.v1', CaseProgressed>
  | Says<'throughline.CaseAssigned.v1', CaseAssigned>
  | Says<'throughline.CasePromiseKept.v1', CasePromiseKept>
  | Says<'throughline.CasePromiseMissed.v1', CasePromiseMissed>
  | Says<'throughline.CaseResolved.v1', CaseResolved>
  | Says<'throughline.CaseReopened.v1', CaseReopened>

export type FollowUpEvent =
  | Says<'throughline.FollowUpRequested.v1', FollowUpRequested>
  | Says<'throughline.FollowUpAssigned.v1', FollowUpAssigned>
  | Says<'throughline.FollowUpDone.v1', FollowUpDone>
  | Says<'throughline.FollowUpCancelled.v1', FollowUpCancelled>
