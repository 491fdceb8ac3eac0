import type { PolicyProblem, PromiseTerms, ReasonKind } from './api'
import type { Change } from './difference'
import type { Doc } from './document'
import type { PolicyNames } from './names'
import type { Axis } from './rules'

/** Where in the policy somebody is. */
export type Place =
  | { readonly part: 'rule'; readonly axis: Axis; readonly id: string }
  | { readonly part: 'channels' | 'hours' | 'moves' | 'waits' | 'versions' }

/** What every part of the page that edits needs. */
export interface Editing {
  readonly doc: Doc
  /** What is in force; empty where nothing was published yet. */
  readonly live: Doc
  readonly changes: readonly Change[]
  readonly problems: readonly PolicyProblem[]
  readonly kinds: readonly ReasonKind[]
  readonly segments: readonly string[]
  readonly promises: readonly PromiseTerms[]
  readonly names: PolicyNames
  readonly edit: (doc: Doc) => void
  readonly readOnly: boolean
}

/** The problems of one place and of what is below it. */
export function problemsAt(
  problems: readonly PolicyProblem[],
  ...fields: readonly string[]
): readonly PolicyProblem[] {
  return problems.filter(({ field }) => fields.some((one) => field === one || field.startsWith(`${one}.`)))
}

/** Where the page shows a problem. */
export function placeOf(
  { field }: PolicyProblem,
  ruleId: (axis: Axis, place: number) => string | undefined,
): Place {
  const [member = '', place = ''] = field.split('.')
  if (member === 'urgency' || member === 'value') {
    const id = ruleId(member, Number(place))
    if (id !== undefined) return { part: 'rule', axis: member, id }
  }
  if (member === 'hours') return { part: 'hours' }
  if (member === 'escalation') return { part: 'moves' }
  if (member === 'answerWithin') return { part: 'waits' }
  return { part: 'channels' }
}
