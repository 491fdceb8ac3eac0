import {
  Code,
  Id,
  Moment,
  OneOf,
  Optional,
  Part,
  Parts,
  Personal,
  PublicEvent,
  Text,
  Whole,
} from './contract.js'
import type { Says } from './contract.js'
import { ITEM_KINDS, Money } from './shared.js'
import type { ItemKind } from './shared.js'

@PublicEvent(
  'throughline.ItemAdded.v1',
  'A purchase, quote, enquiry, booking, marketing or letter came to a customer’s stuff.',
)
export class ItemAdded {
  @Id() readonly itemId!: string
  @Id() readonly customerId!: string
  @OneOf(ITEM_KINDS) readonly kind!: ItemKind
  /** The system it came from: `shop`, `crm`. */
  @Code() readonly source!: string
  /** Its number there: an order or booking number. */
  @Text(100, 1) readonly reference!: string
  @Text(200, 1) readonly title!: string
  @Optional() @Personal() @Text(1000) readonly detail?: string
  @Optional() @Text(100) readonly state?: string
  /** When it was bought, quoted, asked, booked or sent. */
  @Moment() readonly date!: string
  @Optional() @Moment() readonly startsAt?: string
  @Optional() @Moment() readonly endsAt?: string
  @Optional() @Part(() => Money) readonly price?: Money
  @Optional() @Text(100) readonly product?: string
  @Optional() @Text(60) readonly brand?: string
  /** Of marketing and letters: `care-plan-letter@3` (C40). */
  @Optional() @Text(100) readonly template?: string
  /** The customer's other thing that a letter or mailing is about (C40). */
  @Optional() @Id() readonly about?: string
}

@PublicEvent(
  'throughline.ItemCorrected.v1',
  'Details of a thing were set right; only the fields told have changed.',
)
export class ItemCorrected {
  @Id() readonly itemId!: string
  @Id() readonly customerId!: string
  @Optional() @Text(200, 1) readonly title?: string
  @Optional() @Personal() @Text(1000) readonly detail?: string
  @Optional() @Moment() readonly date?: string
  @Optional() @Moment() readonly startsAt?: string
  @Optional() @Moment() readonly endsAt?: string
  @Optional() @Part(() => Money) readonly price?: Money
  @Optional() @Text(100) readonly product?: string
  @Optional() @Text(60) readonly brand?: string
  @Optional() @Text(100) readonly template?: string
  @Optional() @Id() readonly about?: string
}

@PublicEvent('throughline.ItemProgressed.v1', 'A thing moved on: delivered, accepted, rebooked.')
export class ItemProgressed {
  @Id() readonly itemId!: string
  @Id() readonly customerId!: string
  @Text(100, 1) readonly state!: string
  @Optional() @Personal() @Text(1000) readonly note?: string
  @Optional() @Moment() readonly startsAt?: string
  @Optional() @Moment() readonly endsAt?: string
}

@PublicEvent(
  'throughline.ItemWithdrawn.v1',
  'A thing is no longer the customer’s: cancelled, returned, expired.',
)
export class ItemWithdrawn {
  @Id() readonly itemId!: string
  @Id() readonly customerId!: string
  @Text(200, 1) readonly why!: string
}

export class ReasonDetail {
  @Code() readonly code!: string
  @Text(120, 1) readonly label!: string
}

export class Reason {
  @Code() readonly code!: string
  @Text(120, 1) readonly label!: string
  /** The second level, empty where one press says enough (C8). */
  @Parts(() => ReasonDetail, 12) readonly details!: readonly ReasonDetail[]
}

export class ReasonsOfKind {
  @OneOf(ITEM_KINDS) readonly kind!: ItemKind
  /** At most seven (C7). */
  @Parts(() => Reason, 7) readonly reasons!: readonly Reason[]
}

@PublicEvent(
  'throughline.ReasonsPublished.v1',
  'A new version of the reasons for each kind of thing is in force.',
  'throughline.knowledge',
)
export class ReasonsPublished {
  @Code() readonly taxonomy!: string
  @Whole(1) readonly version!: number
  @Parts(() => ReasonsOfKind, 20) readonly kinds!: readonly ReasonsOfKind[]
}

export type MyStuffEvent =
  | Says<'throughline.ItemAdded.v1', ItemAdded>
  | Says<'throughline.ItemCorrected.v1', ItemCorrected>
  | Says<'throughline.ItemProgressed.v1', ItemProgressed>
  | Says<'throughline.ItemWithdrawn.v1', ItemWithdrawn>
  | Says<'throughline.ReasonsPublished.v1', ReasonsPublished>
