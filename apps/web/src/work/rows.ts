import type { CaseLine, FollowUp } from '../api/case'
import type { Page } from '../api/journey'

/** The saved views, in the order in which they stand; also what the address says. */
export const VIEWS = ['mine', 'unassigned', 'today', 'late', 'all'] as const
export type ViewName = (typeof VIEWS)[number]

/** A case or a follow-up as a line of the work list. */
export interface WorkRow {
  /** `case:` or `follow-up:` and its id. */
  readonly key: string
  readonly kind: 'case' | 'follow-up'
  readonly id: string
  readonly caseId: string | undefined
  readonly reference: string | undefined
  /** When what was promised next is due. */
  readonly due: string | undefined
  readonly promised: string | undefined
  readonly customerId: string
  readonly subject: string | undefined
  readonly lastWords: { readonly text: string; readonly at: string } | undefined
  readonly staffId: string | undefined
  /** The customer asked for it. */
  readonly wished: boolean
  readonly over: boolean
}

export interface Source {
  readonly kind: WorkRow['kind']
  readonly list: 'mine' | 'unassigned' | 'all'
  readonly until: 'now' | 'today' | undefined
}

/** What a view is made of: supervisors see everybody's, agents their own and what nobody has. */
export function sourcesOf(view: ViewName, everybody: boolean): readonly Source[] {
  const lists =
    view === 'mine' || view === 'unassigned'
      ? [view]
      : everybody
        ? (['all'] as const)
        : (['mine', 'unassigned'] as const)
  const until = view === 'late' ? 'now' : view === 'today' ? 'today' : undefined
  return (['case', 'follow-up'] as const).flatMap((kind) => lists.map((list) => ({ kind, list, until })))
}

/** Ask this for one page of a source. `dueBefore` is an instant where the source has an end. */
export function pathOf(
  { kind, list }: Source,
  {
    limit,
    after,
    dueBefore,
  }: { readonly limit: number; readonly after?: string; readonly dueBefore?: string },
): string {
  const query = new URLSearchParams({
    list,
    limit: String(limit),
    ...(after !== undefined && { after }),
    ...(dueBefore !== undefined && { dueBefore }),
  })
  return `/case/${kind === 'case' ? 'cases' : 'follow-ups'}?${query.toString()}`
}

export function rowOfCase(line: CaseLine): WorkRow {
  const { id, reference, next, customerId, subject, lastWords, staffId, status } = line
  return {
    key: `case:${id}`,
    kind: 'case',
    id,
    caseId: id,
    reference,
    due: next?.by,
    promised: next?.what,
    customerId,
    subject,
    lastWords,
    staffId,
    wished: false,
    over: status === 'resolved',
  }
}

export function rowOfFollowUp(line: FollowUp): WorkRow {
  const { id, caseId, reference, dueBy, what, customerId, staffId, wished, status } = line
  return {
    key: `follow-up:${id}`,
    kind: 'follow-up',
    id,
    caseId,
    reference,
    due: dueBy,
    promised: what,
    customerId,
    subject: undefined,
    lastWords: undefined,
    staffId,
    wished,
    over: status !== 'open',
  }
}

/** One page of every source that still has some; `null` where a source is at its end. */
export interface Portion {
  readonly rows: readonly (readonly WorkRow[])[]
  readonly next: readonly (string | null)[]
}

export function isEnd({ next }: Portion): boolean {
  return next.every((cursor) => cursor === null)
}

/** `undefined` comes last: nothing is promised. */
function earlier(one: WorkRow, other: WorkRow): number {
  if (one.due === other.due) return 0
  if (one.due === undefined) return 1
  if (other.due === undefined) return -1
  return one.due < other.due ? -1 : 1
}

/**
 * The sources as one list by what is due. A source with more to come hides what lies beyond its last line, so that further
 * pages only ever add at the end.
 */
export function merged(portions: readonly Portion[]): readonly WorkRow[] {
  const last = portions.at(-1)
  if (last === undefined) return []
  const bySource = last.next.map((_, index) => portions.flatMap(({ rows }) => rows[index] ?? []))
  const horizon = bySource
    .flatMap((rows, index) => (last.next[index] === null ? [] : [rows.at(-1)]))
    .filter((row) => row !== undefined)
    .toSorted(earlier)[0]
  const seen = new Set<string>()
  return bySource
    .flat()
    .filter((row) => horizon === undefined || earlier(row, horizon) <= 0)
    .filter(({ key }) => !seen.has(key) && seen.add(key))
    .toSorted(earlier)
}

/** Fresh rows in the order that somebody is looking at: what is new comes at the end. */
export function inPlace(before: readonly string[], rows: readonly WorkRow[]): readonly WorkRow[] {
  const places = new Map(before.map((key, index) => [key, index]))
  const placeOf = ({ key }: WorkRow): number => places.get(key) ?? before.length
  return rows.toSorted((one, other) => placeOf(one) - placeOf(other))
}

export type CasePage = Page<CaseLine>
export type FollowUpPage = Page<FollowUp>
