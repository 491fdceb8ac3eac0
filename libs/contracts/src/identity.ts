import { ArrayMaxSize, IsArray, IsEmail, IsIn, Matches } from 'class-validator'
import { Code, Id, OneOf, Optional, Personal, PublicEvent, Text } from './contract.js'
import type { Says } from './contract.js'
import { ASSURANCES } from './shared.js'

export const STAFF_ROLES = ['agent', 'knowledge-owner', 'supervisor', 'analyst', 'administrator'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

@PublicEvent(
  'throughline.CustomerRegistered.v1',
  'A customer became known, by her own sign-in or from a back-end system.',
)
export class CustomerRegistered {
  @Id() readonly customerId!: string
  @Optional() @Personal() @Text(200) readonly name?: string
  @Optional() @Personal() @IsEmail() readonly email?: string
  /** E.164. */
  @Optional() @Personal() @Matches(/^\+[1-9]\d{6,14}$/) readonly phone?: string
  @Optional() @Code() readonly segment?: string
  @Optional() @Text(60) readonly brand?: string
  @Optional() @Text(35) readonly language?: string
  /** Id in the system she came from, with the system's name: `shop:4711`. */
  @Optional() @Personal() @Text(120) readonly externalId?: string
}

@PublicEvent(
  'throughline.CustomerDetailsCorrected.v1',
  'Details of a customer were set right; only the fields told have changed.',
)
export class CustomerDetailsCorrected {
  @Id() readonly customerId!: string
  @Optional() @Personal() @Text(200) readonly name?: string
  @Optional() @Personal() @IsEmail() readonly email?: string
  @Optional() @Personal() @Matches(/^\+[1-9]\d{6,14}$/) readonly phone?: string
  @Optional() @Code() readonly segment?: string
  @Optional() @Text(60) readonly brand?: string
  @Optional() @Text(35) readonly language?: string
}

@PublicEvent('throughline.CustomerSignedIn.v1', 'A customer proved who she is.')
export class CustomerSignedIn {
  @Id() readonly customerId!: string
  @Id() readonly sessionId!: string
  @OneOf(ASSURANCES) readonly assurance!: (typeof ASSURANCES)[number]
}

@PublicEvent('throughline.SessionEnded.v1', 'A session of a customer, guest or member of staff is over.')
export class SessionEnded {
  @Id() readonly sessionId!: string
  /** Customer, guest or staff id. */
  @Id() readonly subjectId!: string
  @OneOf(['signed-out', 'revoked', 'expired', 'refresh-reused', 'roles-changed', 'recognised'])
  readonly why!: string
}

@PublicEvent('throughline.GuestStarted.v1', 'Somebody unknown began a journey without signing in.')
export class GuestStarted {
  @Id() readonly guestId!: string
}

@PublicEvent('throughline.GuestRecognised.v1', 'A guest signed in: what the guest did is this customer’s.')
export class GuestRecognised {
  @Id() readonly guestId!: string
  @Id() readonly customerId!: string
  @Optional() @Personal() @Text(200) readonly name?: string
  @OneOf(ASSURANCES) readonly assurance!: (typeof ASSURANCES)[number]
}

@PublicEvent(
  'throughline.CustomersMerged.v1',
  'Two records are the same customer; the second goes on under the first.',
)
export class CustomersMerged {
  @Id() readonly customerId!: string
  @Id() readonly mergedId!: string
}

@PublicEvent('throughline.CustomersUnmerged.v1', 'A merge was taken back; each history is its own again.')
export class CustomersUnmerged {
  @Id() readonly customerId!: string
  @Id() readonly mergedId!: string
}

@PublicEvent('throughline.StaffAdded.v1', 'Somebody began to work here.', 'throughline.workforce')
export class StaffAdded {
  @Id() readonly staffId!: string
  @Personal() @Text(200, 1) readonly name!: string
  @Personal() @IsEmail() readonly email!: string
  @IsArray() @ArrayMaxSize(10) @IsIn(STAFF_ROLES, { each: true }) readonly roles!: readonly StaffRole[]
}

@PublicEvent(
  'throughline.StaffRolesChanged.v1',
  'What a member of staff may do changed.',
  'throughline.workforce',
)
export class StaffRolesChanged {
  @Id() readonly staffId!: string
  @IsArray() @ArrayMaxSize(10) @IsIn(STAFF_ROLES, { each: true }) readonly roles!: readonly StaffRole[]
}

@PublicEvent('throughline.StaffLeft.v1', 'A member of staff no longer works here.', 'throughline.workforce')
export class StaffLeft {
  @Id() readonly staffId!: string
}

export type IdentityEvent =
  | Says<'throughline.CustomerRegistered.v1', CustomerRegistered>
  | Says<'throughline.CustomerDetailsCorrected.v1', CustomerDetailsCorrected>
  | Says<'throughline.CustomerSignedIn.v1', CustomerSignedIn>
  | Says<'throughline.SessionEnded.v1', SessionEnded>
  | Says<'throughline.GuestStarted.v1', GuestStarted>
  | Says<'throughline.GuestRecognised.v1', GuestRecognised>
  | Says<'throughline.CustomersMerged.v1', CustomersMerged>
  | Says<'throughline.CustomersUnmerged.v1', CustomersUnmerged>
  | Says<'throughline.StaffAdded.v1', StaffAdded>
  | Says<'throughline.StaffRolesChanged.v1', StaffRolesChanged>
  | Says<'throughline.StaffLeft.v1', StaffLeft>
