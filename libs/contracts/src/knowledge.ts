import { ArrayMaxSize, IsArray, IsIn } from 'class-validator'
import {
  Code,
  Codes,
  Flag,
  Id,
  OneOf,
  Optional,
  Parts,
  Personal,
  PublicEvent,
  Text,
  Whole,
} from './contract.js'
import type { Says } from './contract.js'
import { ITEM_KINDS } from './shared.js'
import type { ItemKind } from './shared.js'

export const ARTICLE_KINDS = ['guide', 'faq', 'community'] as const
export type ArticleKind = (typeof ARTICLE_KINDS)[number]

/** What an article fits: kinds of things and reasons; an empty list means any. */
export class Fit {
  @IsArray() @ArrayMaxSize(10) @IsIn(ITEM_KINDS, { each: true }) readonly things!: readonly ItemKind[]
  /** Reason codes of the first or second level. */
  @Codes() readonly reasons!: readonly string[]
  /** Products by name as items carry it; empty means any. */
  @IsArray() @ArrayMaxSize(50) readonly products!: readonly string[]
}

class ArticleText {
  @Id() readonly articleId!: string
  @Whole(1) readonly version!: number
  @OneOf(ARTICLE_KINDS) readonly kind!: ArticleKind
  @Text(200, 1) readonly title!: string
  @Text(500) readonly summary!: string
  /** Markdown (CommonMark). */
  @Text(100_000, 1) readonly body!: string
  @Parts(() => Fit, 20) readonly fits!: readonly Fit[]
  @Text(35) readonly language!: string
  /** Member of staff who answers for it. */
  @Optional() @Id() readonly ownerId?: string
}

@PublicEvent(
  'throughline.ArticlePublished.v1',
  'A guide, FAQ or community answer can be read.',
  'throughline.knowledge',
)
export class ArticlePublished extends ArticleText {}

@PublicEvent(
  'throughline.ArticleRevised.v1',
  'An article was changed; the new version has a record of its own.',
  'throughline.knowledge',
)
export class ArticleRevised extends ArticleText {
  @Text(500) readonly why!: string
}

@PublicEvent('throughline.ArticleRetired.v1', 'An article is no longer shown.', 'throughline.knowledge')
export class ArticleRetired {
  @Id() readonly articleId!: string
  @Text(500, 1) readonly why!: string
}

/** What every event of one reading tells. */
class Reading {
  @Id() readonly readingId!: string
  @Id() readonly articleId!: string
  /** The version that was read. */
  @Whole(1) readonly version!: number
  @Text(200, 1) readonly title!: string
  @Optional() @OneOf(ITEM_KINDS) readonly thing?: ItemKind
  @Optional() @Code() readonly reason?: string
}

@PublicEvent('throughline.ArticleViewed.v1', 'An article was opened in a journey.')
export class ArticleViewed extends Reading {}

@PublicEvent('throughline.ArticleLeft.v1', 'The reader went on; how long the article was open is known.')
export class ArticleLeft extends Reading {
  /** Seconds the article was open and in view. */
  @Whole(0, 86_400) readonly dwell!: number
}

@PublicEvent('throughline.ArticleRated.v1', 'The reader said whether the article helped.')
export class ArticleRated extends Reading {
  @Flag() readonly helped!: boolean
  @Optional() @Personal() @Text(1000) readonly comment?: string
}

@PublicEvent(
  'throughline.ArticleDidNotHelp.v1',
  'A contact was requested after this version was read in the same journey.',
)
export class ArticleDidNotHelp extends Reading {
  @Id() readonly contactId!: string
  /** The reader said so, beyond having asked for contact. */
  @Flag() readonly said!: boolean
}

@PublicEvent(
  'throughline.ArticleFlagged.v1',
  'An article version failed its readers; its owner has a task.',
  'throughline.knowledge',
)
export class ArticleFlagged {
  @Id() readonly taskId!: string
  @Id() readonly articleId!: string
  @Whole(1) readonly version!: number
  @Optional() @Id() readonly ownerId?: string
  @OneOf(['did-not-help', 'worse-than-before', 'outdated', 'duplicate']) readonly why!: string
}

@PublicEvent(
  'throughline.ArticleTaskClosed.v1',
  'The owner dealt with a flagged article or a gap.',
  'throughline.knowledge',
)
export class ArticleTaskClosed {
  @Id() readonly taskId!: string
  @Optional() @Id() readonly articleId?: string
  @OneOf(['revised', 'not-the-article', 'retired', 'written']) readonly how!: string
  @Text(500) readonly note!: string
}

@PublicEvent(
  'throughline.KnowledgeGapFound.v1',
  'Customers had a reason for which no article exists.',
  'throughline.knowledge',
)
export class KnowledgeGapFound {
  @Id() readonly taskId!: string
  @OneOf(ITEM_KINDS) readonly thing!: ItemKind
  @Code() readonly reason!: string
}

export type KnowledgeEvent =
  | Says<'throughline.ArticlePublished.v1', ArticlePublished>
  | Says<'throughline.ArticleRevised.v1', ArticleRevised>
  | Says<'throughline.ArticleRetired.v1', ArticleRetired>
  | Says<'throughline.ArticleViewed.v1', ArticleViewed>
  | Says<'throughline.ArticleLeft.v1', ArticleLeft>
  | Says<'throughline.ArticleRated.v1', ArticleRated>
  | Says<'throughline.ArticleDidNotHelp.v1', ArticleDidNotHelp>
  | Says<'throughline.ArticleFlagged.v1', ArticleFlagged>
  | Says<'throughline.ArticleTaskClosed.v1', ArticleTaskClosed>
  | Says<'throughline.KnowledgeGapFound.v1', KnowledgeGapFound>
