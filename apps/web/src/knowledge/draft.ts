import type { Content, Fit } from './api'

/** What somebody is writing, kept in her browser. */
export interface Draft {
  /** The version it was begun from; 0 for an article that is not there yet. */
  readonly base: number
  readonly content: Content
  /** Milliseconds since 1970. */
  readonly savedAt: number
}

export const EMPTY: Content = { kind: 'guide', title: '', summary: '', body: '', fits: [], language: 'en' }

export function same(one: Content, other: Content): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other))
}

function inOrder({ kind, title, summary, body, fits, language }: Content): unknown {
  return [kind, title, summary, body, language, fits.map(fitInOrder)]
}

function fitInOrder({ things, reasons, products }: Fit): unknown {
  return [[...things].sort(), [...reasons].sort(), [...products]]
}

/** What keeps it from being published: a field without its text, or longer than it may be. */
export function missing({ title, body }: Content): readonly ('title' | 'body')[] {
  return [
    ...(title.trim() === '' ? (['title'] as const) : []),
    ...(body.trim() === '' ? (['body'] as const) : []),
  ]
}

/** As the API takes it. */
export function contentOf({ kind, title, summary, body, fits, language }: Content): Content {
  return { kind, title, summary, body, fits, language }
}

const slot = (articleId: string): string => `throughline.draft.article.${articleId}`

/** `slots`: a browser that keeps nothing throws already when asked for them. */
type Slots = () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
const own: Slots = () => localStorage

export function readDraft(articleId: string, slots = own): Draft | undefined {
  try {
    const kept: unknown = JSON.parse(slots().getItem(slot(articleId)) ?? 'null')
    return isDraft(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** False where this browser keeps nothing. */
export function keepDraft(articleId: string, draft: Draft | undefined, slots = own): boolean {
  try {
    if (draft === undefined) slots().removeItem(slot(articleId))
    else slots().setItem(slot(articleId), JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false
  const { base, content, savedAt } = value as Partial<Record<keyof Draft, unknown>>
  return typeof base === 'number' && typeof savedAt === 'number' && isContent(content)
}

function isContent(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false
  const { title, summary, body, fits } = value as Partial<Record<keyof Content, unknown>>
  return [title, summary, body].every((text) => typeof text === 'string') && Array.isArray(fits)
}
