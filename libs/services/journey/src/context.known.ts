import type {
  ArticleDidNotHelp,
  ChannelOffer,
  ChannelsOffered,
  ItemSnapshot,
  JourneyStarted,
  Person,
  ReasonSnapshot,
  Stage,
} from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { CaseKnown, FeedbackKnown, FollowUpKnown, PromiseKnown } from './context.case.js'
import type { ContactKnown } from './context.contact.js'

export interface FactKnown {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly source: string
  readonly at: Instant
}

export interface ReadingKnown {
  readonly id: string
  readonly articleId: string
  readonly version: number
  readonly title: string
  readonly at: Instant
  /** Seconds it was open. */
  readonly dwell?: number
  /** What the reader said; absent when she said nothing. */
  readonly helped?: boolean
  readonly comment?: string
  /** A contact was asked for after it; `said`: and she had said that it did not help. */
  readonly didNotHelp?: Pick<ArticleDidNotHelp, 'contactId' | 'said'>
}

export interface ChannelsKnown extends Pick<ChannelsOffered, 'policy' | 'version'> {
  /** Of the decision. */
  readonly id: string
  readonly at: Instant
  /** Kept from the customer. */
  readonly level?: ChannelsOffered['level']
  readonly channels: readonly ChannelOffer[]
  readonly shortfall?: string
}

export interface SaidKnown {
  readonly at: Instant
  readonly where: 'contact' | 'message' | 'fact' | 'article' | 'feedback'
  readonly words: string
}

/** Everything one journey tells; all of it from the log and nothing else. */
export interface JourneyKnown {
  readonly id: string
  readonly person: Person
  readonly guest: boolean
  readonly entrance: JourneyStarted['entrance']
  readonly page?: string
  readonly origin?: string
  readonly caseId?: string
  readonly startedAt: Instant
  readonly lastAt: Instant
  readonly status: 'open' | 'ended'
  readonly outcome?: string
  readonly resumed: readonly { readonly at: Instant; readonly by: string }[]
  readonly stages: readonly { readonly stage: Stage; readonly at: Instant }[]
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly facts: readonly FactKnown[]
  /** How often somebody was asked for what the journey held; the goal is none (C16). */
  readonly askedAgain: number
  readonly readings: readonly ReadingKnown[]
  readonly channels: readonly ChannelsKnown[]
  readonly contacts: readonly ContactKnown[]
  readonly cases: readonly CaseKnown[]
  readonly promises: readonly PromiseKnown[]
  readonly followUps: readonly FollowUpKnown[]
  readonly feedback: readonly FeedbackKnown[]
  /** Every word of the customer that was recorded, oldest first. */
  readonly said: readonly SaidKnown[]
}
