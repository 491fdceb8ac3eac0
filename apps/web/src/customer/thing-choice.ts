import type { ArticleShown, Suggestions } from '../api/knowledge'
import type { Reason, ReasonDetail } from '../api/my-stuff'

/** What she said it is about, in one or two steps. */
export interface Chosen {
  readonly reason: Reason | undefined
  readonly detail: ReasonDetail | undefined
}

/** Codes as the reasons in force name them; a code that is none of them is as if nothing were chosen. */
export function chosenOf(
  reasons: readonly Reason[],
  { reason, detail }: { readonly reason: string | undefined; readonly detail: string | undefined },
): Chosen {
  const found = reasons.find(({ code }) => code === reason)
  return { reason: found, detail: found?.details.find(({ code }) => code === detail) }
}

/** Guides, then answers, then what others wrote; what did not help her comes last. */
export function bestFirst({ guides, faq, community }: Suggestions): readonly ArticleShown[] {
  const all = [...guides, ...faq, ...community]
  return [
    ...all.filter(({ saidDidNotHelp }) => !saidDidNotHelp),
    ...all.filter(({ saidDidNotHelp }) => saidDidNotHelp),
  ]
}
