import { Refused, type Instant } from '@throughline/kernel'

import type { ContinuationToken } from './continuation-token.js'
import type { DeliveryState } from './delivery-state.js'

export type ChannelKind = 'chat' | 'message' | 'email' | 'phone' | 'callback' | 'store' | 'social'

/** What the channel can carry; the rest is refused or never offered. */
export interface Capabilities {
  readonly text: boolean
  readonly media: boolean
  readonly typing: boolean
  readonly seen: boolean
  readonly call: boolean
  readonly hold: boolean
  readonly transfer: boolean
  readonly record: boolean
  /** UTF-16 units of one message; longer text is sent in parts. 0 where there is no text. */
  readonly maxText: number
  /** Octets of one file. 0 where there are no files. */
  readonly maxFile: number
  /** Seconds after the customer's last words in which the provider lets us write; null without such a rule. */
  readonly replyWindow: number | null
}

/** Header names in lower case; the values of a repeated header in their order. */
export type Headers = Readonly<Record<string, readonly string[]>>

/** One delivery as it came in, before any parser: signatures are over these bytes. */
export interface RawDelivery {
  readonly body: Uint8Array
  readonly headers: Headers
  /** The configured public address of the door, never made from the Host header. */
  readonly url: string
  /** Network address of the other side. */
  readonly peer: string
  /** When it came in, by our clock. */
  readonly at: Instant
}

/**
 * Who is reached, in normal form: `phone` is E.164 with its plus, `email` has its domain in lower case, `provider` is the
 * provider's own id as it is.
 */
export interface Address {
  readonly kind: 'phone' | 'email' | 'provider'
  readonly value: string
}

/** A file of ours, after it was scanned: never an address at a provider. */
export interface MediaRef {
  readonly id: string
  readonly name: string
  /** Media type by content. */
  readonly type: string
  /** Octets. */
  readonly size: number
}

/** The event in which the customer agreed to the recording. */
export interface ConsentRef {
  readonly eventId: string
}

interface Leg {
  readonly contact: string
  /** From 1. */
  readonly leg: number
  /** The provider account, number or mailbox the leg belongs to. */
  readonly account: string
  /** The provider's id of the conversation or call, where it has one. */
  readonly thread?: string
}

/** Read by the customer alone. */
export interface PrivateLeg extends Leg {
  readonly readBy: 'customer'
}

/** Read by anybody, such as the thread below a post. */
export interface PublicLeg extends Leg {
  readonly readBy: 'everybody'
}

export type LegRef = PrivateLeg | PublicLeg

interface Parcel {
  /** Ours; the provider's idempotency key where it takes one. Kept when asked again. */
  readonly id: string
  readonly from: Address
  readonly to: Address
}

/** Words go to private legs only: H15 is a matter of types here. */
export interface PrivateWords extends Parcel {
  readonly is: 'words'
  readonly leg: PrivateLeg
  readonly text: string
  /** The provider's id of the message answered. */
  readonly quoted?: string
  readonly media: readonly MediaRef[]
}

/** All that is ever said in public: "we have written to you". */
export interface PublicNotice extends Parcel {
  readonly is: 'notice'
  readonly leg: PublicLeg
  readonly notice: 'written-to-you'
  /** BCP 47. */
  readonly language: string
}

export type Outgoing = PrivateWords | PublicNotice

/** `unknown`: the answer was lost. It is asked again under the same id, never sent anew. */
export type Sent =
  | { readonly is: 'accepted'; readonly providerId: string }
  /** `final`: sending the same again cannot help. */
  | { readonly is: 'refused'; readonly code: string; readonly final: boolean }
  | { readonly is: 'unknown' }

export type CloseReason = 'ended' | 'left' | 'moved' | 'dropped' | 'expired' | 'erased'

export interface Received {
  /** The provider's id of this delivery: with `account` it makes the command id, so twice delivered is once recorded. */
  readonly providerId: string
  readonly account: string
  readonly from: Address
  readonly to: Address
  /** The provider's claim. */
  readonly occurredAt: Instant
  /** Tried in this order. */
  readonly hints: readonly Hint[]
  readonly what: What
}

export type What =
  | {
      readonly is: 'text'
      readonly text: string
      readonly quoted?: string
      readonly media: readonly MediaRef[]
    }
  /** `of` is the provider's id of the message; the receipt may come before it. */
  | { readonly is: 'receipt'; readonly of: string; readonly state: DeliveryState; readonly code?: string }
  | { readonly is: 'call'; readonly state: CallState; readonly cause?: string }
  | { readonly is: 'recording'; readonly ref: MediaRef; readonly consent: ConsentRef }
  | { readonly is: 'typing' }
  | { readonly is: 'visit'; readonly store: string; readonly note: string }
  | { readonly is: 'automatic'; readonly why: 'auto-reply' | 'bounce' | 'list' | 'loop' }

export type CallState = 'ringing' | 'answered' | 'held' | 'retrieved' | 'transferring' | 'ended' | 'lost'

/** What may tie a delivery to a journey. Linked is not verified. */
export type Hint =
  | { readonly by: 'token'; readonly token: string }
  | { readonly by: 'number'; readonly lease: string }
  | { readonly by: 'thread'; readonly ids: readonly string[] }
  | { readonly by: 'caller'; readonly address: Address; readonly attested: boolean }
  | { readonly by: 'code'; readonly code: string }

/** The signature does not fit. Says no more than that, whatever the cause. */
export class Forged extends Refused {
  constructor() {
    super('unauthenticated', 'channel.forged', 'This delivery is not signed as it should be.')
  }
}

/** Rightly signed, more than five minutes ago or ahead. */
export class Stale extends Refused {
  constructor() {
    super('unauthenticated', 'channel.stale', 'This delivery was signed at another time.')
  }
}

/** Rightly signed, and not what the channel delivers. */
export class Unreadable extends Refused {
  constructor(message: string) {
    super('invalid', 'channel.unreadable', message)
  }
}

/**
 * A channel carries words, a call or a visit in and out; it decides nothing. One adapter for each product. Every one
 * passes `channelAdapterSuite`.
 */
export abstract class ChannelAdapter {
  abstract readonly kind: ChannelKind
  abstract readonly can: Capabilities

  /** Has no effects: the same delivery gives the same answer. Throws {@link Forged}, {@link Stale}, {@link Unreadable}. */
  abstract receive(raw: RawDelivery): Promise<readonly Received[]>

  /** Text that is too long goes in parts under the same `out.id`; text that cannot be carried as it is, is refused. */
  abstract send(out: Outgoing): Promise<Sent>

  /** Nothing more will be sent on this leg. Closing twice is closing once. */
  abstract close(leg: LegRef, why: CloseReason): Promise<void>
}

/** A channel of calls. */
export abstract class CallControl extends ChannelAdapter {
  abstract dial(leg: LegRef, to: Address, context: ContinuationToken): Promise<Sent>
  abstract hold(leg: LegRef, on: boolean): Promise<void>
  /** To a declared target; towards a number outside the adapter leaves the token away. */
  abstract transfer(leg: LegRef, to: Address, context: ContinuationToken): Promise<void>
}
