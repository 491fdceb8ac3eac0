import { Code, Document, Flag, Id, Moment, OneOf, Optional, PublicEvent, Text, Whole } from './contract.js'
import type { Says } from './contract.js'
import { CHANNELS } from './shared.js'
import type { Channel } from './shared.js'

@PublicEvent(
  'throughline.PromisePublished.v1',
  'What customers may expect of answer times was published, with its definition.',
  'throughline.workforce',
)
export class PromisePublished {
  @Id() readonly promiseId!: string
  @Whole(1) readonly version!: number
  @OneOf(CHANNELS) readonly channel!: Channel
  /** ROUTING section 7: S1 to S9. */
  @OneOf(['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9']) readonly definition!: string
  /** Seconds within which an answer is promised. */
  @Whole(1, 31_536_000) readonly threshold!: number
  /** Share promised, in percent. */
  @Whole(1, 100) readonly share!: number
  @Moment() readonly validFrom!: string
}

@PublicEvent(
  'throughline.PromiseBroken.v1',
  'Over a period the kept share lay below the promise, beyond chance.',
  'throughline.workforce',
)
export class PromiseBroken {
  @Id() readonly promiseId!: string
  @Whole(1) readonly version!: number
  @Moment() readonly from!: string
  @Moment() readonly until!: string
  @Whole(0) readonly kept!: number
  @Whole(1) readonly of!: number
}

@PublicEvent(
  'throughline.MetricDefined.v1',
  'A figure was defined anew; earlier versions stay.',
  'throughline.workforce',
)
export class MetricDefined {
  @Code() readonly metric!: string
  @Whole(1) readonly version!: number
  @Text(500) readonly why!: string
  @Document() readonly definition!: Readonly<Record<string, unknown>>
}

@PublicEvent(
  'throughline.CauseOwnerSet.v1',
  'A department answers for a cause from a moment on.',
  'throughline.workforce',
)
export class CauseOwnerSet {
  @Code() readonly cause!: string
  @Code() readonly department!: string
  @Moment() readonly validFrom!: string
}

@PublicEvent(
  'throughline.InsightRaised.v1',
  'A figure says that somebody should act.',
  'throughline.workforce',
)
export class InsightRaised {
  @Id() readonly findingId!: string
  @Code() readonly metric!: string
  @Whole(1) readonly version!: number
  @Document() readonly cell!: Readonly<Record<string, unknown>>
  @Document() readonly figure!: Readonly<Record<string, unknown>>
  @Text(1000, 1) readonly says!: string
}

@PublicEvent(
  'throughline.FindingAssigned.v1',
  'A department is to act on a finding.',
  'throughline.workforce',
)
export class FindingAssigned {
  @Id() readonly findingId!: string
  @Code() readonly department!: string
  @Moment() readonly actBy!: string
}

@PublicEvent('throughline.FindingActedOn.v1', 'Something was done about a finding.', 'throughline.workforce')
export class FindingActedOn {
  @Id() readonly findingId!: string
  @Text(1000, 1) readonly what!: string
  @Optional() @Text(500) readonly link?: string
}

@PublicEvent(
  'throughline.FindingClosed.v1',
  'A finding was measured again and closed.',
  'throughline.workforce',
)
export class FindingClosed {
  @Id() readonly findingId!: string
  @Flag() readonly helped!: boolean
  @Text(1000, 1) readonly why!: string
}

@PublicEvent(
  'throughline.FindingReopened.v1',
  'A closed finding is open again: what was done did not hold.',
  'throughline.workforce',
)
export class FindingReopened {
  @Id() readonly findingId!: string
  @Text(1000, 1) readonly why!: string
}

export type InsightEvent =
  | Says<'throughline.PromisePublished.v1', PromisePublished>
  | Says<'throughline.PromiseBroken.v1', PromiseBroken>
  | Says<'throughline.MetricDefined.v1', MetricDefined>
  | Says<'throughline.CauseOwnerSet.v1', CauseOwnerSet>
  | Says<'throughline.InsightRaised.v1', InsightRaised>
  | Says<'throughline.FindingAssigned.v1', FindingAssigned>
  | Says<'throughline.FindingActedOn.v1', FindingActedOn>
  | Says<'throughline.FindingClosed.v1', FindingClosed>
  | Says<'throughline.FindingReopened.v1', FindingReopened>
