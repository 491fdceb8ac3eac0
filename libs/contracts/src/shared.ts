import { Matches } from 'class-validator'
import { Code, Id, Moment, OneOf, Optional, Personal, Text } from './contract.js'

export const CHANNELS = [
  'chat',
  'message',
  'phone',
  'callback',
  'email',
  'webform',
  'store',
  'social',
] as const
export type Channel = (typeof CHANNELS)[number]

export const ITEM_KINDS = ['purchase', 'quote', 'enquiry', 'booking', 'marketing', 'correspondence'] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

/** Satisfaction with the outcome, worst first (C25). */
export const OUTCOMES = ['not-at-all', 'a-little', 'partly', 'mostly', 'fully'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** How the customer felt, worst first (C25). */
export const FEELINGS = ['upset', 'frustrated', 'unsure', 'at-ease', 'cared-for'] as const
export type Feeling = (typeof FEELINGS)[number]

export const ASSURANCES = ['none', 'code', 'federated'] as const

export class Money {
  /** Decimal text, so that no cent is lost to a binary fraction. */
  @Matches(/^-?\d{1,12}(\.\d{1,4})?$/) readonly amount!: string
  @Matches(/^[A-Z]{3}$/) readonly currency!: string
}

/** A thing as it was when it was chosen: what another service needs to know of it without asking. */
export class ItemSnapshot {
  @Id() readonly id!: string
  @OneOf(ITEM_KINDS) readonly kind!: ItemKind
  @Text(200, 1) readonly title!: string
  @Optional() @Text(100) readonly reference?: string
  @Optional() @Text(100) readonly state?: string
  @Optional() @Moment() readonly date?: string
  @Optional() @Moment() readonly startsAt?: string
  @Optional() @Text(100) readonly product?: string
  @Optional() @Text(60) readonly brand?: string
}

/** A reason with its second level, words as the customer saw them. */
export class ReasonSnapshot {
  @Code() readonly code!: string
  @Text(120, 1) readonly label!: string
  @Optional() @Code() readonly detail?: string
  @Optional() @Text(120) readonly detailLabel?: string
  /** Version of the published reasons it was chosen from. */
  @Optional() @Text(40) readonly taxonomy?: string
}

/** Who it is and how surely we know. */
export class Person {
  @Id() readonly id!: string
  @Optional() @Personal() @Text(200) readonly name?: string
  @OneOf(ASSURANCES) readonly assurance!: (typeof ASSURANCES)[number]
  @Optional() @Moment() readonly verifiedAt?: string
  @Optional() @Code() readonly segment?: string
  @Optional() @Text(60) readonly brand?: string
  @Optional() @Text(35) readonly language?: string
}
