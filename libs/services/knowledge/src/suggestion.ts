import { ARTICLE_KINDS } from '@throughline/contracts'
import type { ArticleKind } from '@throughline/contracts'

/** An article that may be suggested, with what speaks for it. */
export interface Candidate {
  readonly articleId: string
  readonly kind: ArticleKind
  readonly title: string
  /** From `closeness`; undefined for one that was only found by words. */
  readonly closeness: number | undefined
  /** How well the words searched for were found; 0 without a search. */
  readonly score: number
  /** Readings of this version that said it helped, and that it did not. */
  readonly helped: number
  readonly didNotHelp: number
  /** This customer said that this version did not help. */
  readonly saidDidNotHelp: boolean
}

const MOST = 5

/** At most five of each kind, best first. */
export function suggest<Item extends Candidate>(
  candidates: readonly Item[],
): Readonly<Record<ArticleKind, readonly Item[]>> {
  const ordered = [...candidates].sort(better)
  const of = (kind: ArticleKind): readonly Item[] =>
    ordered.filter((item) => item.kind === kind).slice(0, MOST)
  const [guide, faq, community] = ARTICLE_KINDS
  return { guide: of(guide), faq: of(faq), community: of(community) }
}

/**
 * What did not help this customer comes last; what fits comes before what was only found; then the better find, the
 * closer fit, the larger share of readers it helped, the title. The id decides what nothing else does, so that the
 * order never depends on where an article was stored.
 */
export function better(a: Candidate, b: Candidate): number {
  return (
    Number(a.saidDidNotHelp) - Number(b.saidDidNotHelp) ||
    Number(a.closeness === undefined) - Number(b.closeness === undefined) ||
    b.score - a.score ||
    (b.closeness ?? 0) - (a.closeness ?? 0) ||
    byShare(a, b) ||
    compare(a.title, b.title) ||
    compare(a.articleId, b.articleId)
  )
}

// (helped + 1) ÷ (answers + 2), Laplace's rule, so that one lucky answer does not beat ninety of a hundred. Compared
// crosswise in whole numbers.
function byShare(a: Candidate, b: Candidate): number {
  const answers = (item: Candidate): number => item.helped + item.didNotHelp + 2
  return (b.helped + 1) * answers(a) - (a.helped + 1) * answers(b)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
