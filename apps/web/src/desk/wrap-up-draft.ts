import type { Instant } from '../api/journey'

export const OUTCOMES = ['resolved', 'promised', 'referred', 'open', 'no-answer-possible'] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface Cause {
  readonly code: string
  readonly words: string
  readonly department?: string
}

export interface PromiseDraft {
  readonly what: string
  /** As a field of date and time holds it, in the reader's zone: `2026-11-21T18:00`. */
  readonly by: string
  /** Id of who keeps it; empty: whoever writes this. */
  readonly who: string
}

/** What somebody has filled in so far. */
export interface WrapUpDraft {
  readonly outcome?: Outcome
  readonly subject: string
  readonly words: string
  /** As typed. */
  readonly causeWords: string
  readonly cause?: Cause
  /** Said outright: nobody knows it yet. */
  readonly causeUnknown: boolean
  /** `new`, the id of a case, or nothing said yet. */
  readonly issue: string
  readonly promises: readonly PromiseDraft[]
}

/** Names a field; promises by their place: `promise.0.by`. */
export type Field = 'outcome' | 'subject' | 'words' | 'cause' | 'issue' | `promise.${string}.${'what' | 'by'}`
export type Fault = 'missing' | 'too-long' | 'past' | 'none-promised'
export type Faults = Readonly<Partial<Record<Field, Fault>>>

/** Characters that a customer reads in one go. */
export const MOST_WORDS = 600
const MOST_SUBJECT = 200
const MOST_WHAT = 500
export const MOST_PROMISES = 10

export const EMPTY_PROMISE: PromiseDraft = { what: '', by: '', who: '' }

/** Prefilled from what is recorded, never invented. */
export function draftFrom({
  reason,
  thing,
  caseId,
  openCases,
}: {
  readonly reason?: string | undefined
  readonly thing?: string | undefined
  /** The case that the contact was asked for. */
  readonly caseId?: string | undefined
  /** Undefined while nobody knows. */
  readonly openCases: number | undefined
}): WrapUpDraft {
  return {
    subject: [reason, thing]
      .filter((each) => each !== undefined)
      .join(', ')
      .slice(0, MOST_SUBJECT),
    words: '',
    causeWords: '',
    causeUnknown: false,
    // Where the customer has open cases, only the one who spoke with her can tell.
    issue: caseId ?? (openCases === 0 ? 'new' : ''),
    promises: [EMPTY_PROMISE],
  }
}

export function isEmpty({ what, by }: PromiseDraft): boolean {
  return what.trim() === '' && by === ''
}

/** The first of these is where the reader is taken. */
export function faultsOf(draft: WrapUpDraft, now: number): Faults {
  const faults: Partial<Record<Field, Fault>> = {}
  if (draft.outcome === undefined) faults.outcome = 'missing'
  if (draft.words.trim() === '') faults.words = 'missing'
  else if (draft.words.trim().length > MOST_WORDS) faults.words = 'too-long'
  if (draft.cause === undefined && draft.causeWords.trim() === '' && !draft.causeUnknown)
    faults.cause = 'missing'
  if (draft.issue === '') faults.issue = 'missing'
  const nothing = draft.promises.every(isEmpty)
  if (draft.outcome === 'promised' && nothing) faults['promise.0.what'] = 'none-promised'
  draft.promises.forEach((promise, index) => {
    if (isEmpty(promise)) return
    if (promise.what.trim() === '') faults[`promise.${String(index)}.what`] = 'missing'
    else if (promise.what.trim().length > MOST_WHAT) faults[`promise.${String(index)}.what`] = 'too-long'
    const by = Date.parse(promise.by)
    if (Number.isNaN(by)) faults[`promise.${String(index)}.by`] = 'missing'
    else if (by <= now) faults[`promise.${String(index)}.by`] = 'past'
  })
  if (draft.subject.trim() === '') faults.subject = 'missing'
  else if (draft.subject.trim().length > MOST_SUBJECT) faults.subject = 'too-long'
  return faults
}

/** `installation-sheet` of `Installation sheet`; codes are plain letters, as the service keeps them. */
export function codeOf(words: string): string {
  const code = words
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
    .replace(/-+$/, '')
  return code === '' ? 'other' : code
}

export interface SummaryBody {
  readonly outcome: Outcome
  readonly issue: 'new' | 'same'
  readonly caseId?: string
  readonly subject: string
  readonly words: string
  readonly causes: readonly Cause[]
  readonly promised: readonly { readonly what: string; readonly by: Instant }[]
  readonly articles: readonly string[]
}

/** A promise that somebody else keeps: a follow-up of theirs beside it. */
export interface ForOthers {
  readonly what: string
  readonly dueBy: Instant
  readonly staffId: string
}

/** What is sent of a draft without faults. */
export function summaryOf(
  draft: WrapUpDraft,
  { outcome, articles }: { readonly outcome: Outcome; readonly articles: readonly string[] },
): { readonly body: SummaryBody; readonly others: readonly ForOthers[] } {
  const promises = draft.promises
    .filter((each) => !isEmpty(each))
    .map(({ what, by, who }) => ({ what: what.trim(), by: new Date(by).toISOString(), who }))
  const words = draft.causeWords.trim()
  const cause = draft.cause ?? (words === '' ? undefined : { code: codeOf(words), words })
  return {
    body: {
      outcome,
      ...(draft.issue === 'new' ? { issue: 'new' } : { issue: 'same', caseId: draft.issue }),
      subject: draft.subject.trim(),
      words: draft.words.trim(),
      causes: draft.causeUnknown || cause === undefined ? [] : [cause],
      promised: promises.map(({ what, by }) => ({ what, by })),
      articles: articles.slice(0, 20),
    },
    others: promises.flatMap(({ what, by, who }) => (who === '' ? [] : [{ what, dueBy: by, staffId: who }])),
  }
}

const slotOf = (contactId: string): string => `throughline.wrap-up.${contactId}`
type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export function keepDraft(shelf: Shelf, contactId: string, draft: WrapUpDraft): boolean {
  try {
    shelf.setItem(slotOf(contactId), JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function dropDraft(shelf: Shelf, contactId: string): void {
  try {
    shelf.removeItem(slotOf(contactId))
  } catch {
    // It is overwritten by the next one then.
  }
}

/** A kept draft; what cannot be read is none. */
export function readDraft(shelf: Shelf, contactId: string): WrapUpDraft | undefined {
  try {
    const read: unknown = JSON.parse(shelf.getItem(slotOf(contactId)) ?? 'null')
    if (typeof read !== 'object' || read === null) return undefined
    const told = read as Readonly<Record<string, unknown>>
    const text = (name: string): string => (typeof told[name] === 'string' ? told[name] : '')
    const outcome = OUTCOMES.find((each) => each === told.outcome)
    const cause = causeIn(told.cause)
    const promises = Array.isArray(told.promises) ? told.promises.flatMap(promiseIn) : []
    return {
      ...(outcome !== undefined && { outcome }),
      subject: text('subject'),
      words: text('words'),
      causeWords: text('causeWords'),
      ...(cause !== undefined && { cause }),
      causeUnknown: told.causeUnknown === true,
      issue: text('issue'),
      promises: promises.length === 0 ? [EMPTY_PROMISE] : promises.slice(0, MOST_PROMISES),
    }
  } catch {
    return undefined
  }
}

function causeIn(told: unknown): Cause | undefined {
  if (typeof told !== 'object' || told === null || !('code' in told) || !('words' in told)) return undefined
  const { code, words } = told
  if (typeof code !== 'string' || typeof words !== 'string') return undefined
  const department =
    'department' in told && typeof told.department === 'string' ? { department: told.department } : {}
  return { code, words, ...department }
}

function promiseIn(told: unknown): readonly PromiseDraft[] {
  if (typeof told !== 'object' || told === null) return []
  const part = (name: string): string => {
    const value = (told as Readonly<Record<string, unknown>>)[name]
    return typeof value === 'string' ? value : ''
  }
  return [{ what: part('what'), by: part('by'), who: part('who') }]
}
