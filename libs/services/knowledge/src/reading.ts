import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'
import type { EventOf, ItemKind } from '@throughline/contracts'

/** What every event of a reading tells: who read what, and what for. The journey stands in the envelope. */
export interface ReadingKey {
  readonly readingId: string
  readonly articleId: string
  readonly version: number
  readonly title: string
  readonly thing?: ItemKind
  readonly reason?: string
}

export type ReadingState =
  | { readonly status: 'none' }
  | {
      readonly status: 'read'
      readonly key: ReadingKey
      /** Seconds, the longest told so far. */
      readonly dwell: number | undefined
      readonly rating: { readonly helped: boolean; readonly comment: string | undefined } | undefined
      /** The contact that followed it. */
      readonly contactId: string | undefined
    }

export type ReadingEvent =
  | EventOf<'throughline.ArticleViewed.v1'>
  | EventOf<'throughline.ArticleLeft.v1'>
  | EventOf<'throughline.ArticleRated.v1'>
  | EventOf<'throughline.ArticleDidNotHelp.v1'>

/** One version of an article in one journey: opened ten times, it is still one reading. */
export const readings: Stream<ReadingState, ReadingEvent> = {
  name: 'reading',
  initial: { status: 'none' },
  evolve(state, event): ReadingState {
    const known = state.status === 'read' ? state : { ...unread, key: keyOf(event.data) }
    switch (event.type) {
      case 'throughline.ArticleViewed.v1':
        return known
      case 'throughline.ArticleLeft.v1':
        return { ...known, dwell: event.data.dwell }
      case 'throughline.ArticleRated.v1':
        return { ...known, rating: { helped: event.data.helped, comment: event.data.comment } }
      case 'throughline.ArticleDidNotHelp.v1':
        return { ...known, contactId: event.data.contactId }
    }
  },
}

const unread = { status: 'read', dwell: undefined, rating: undefined, contactId: undefined } as const

export const viewArticle =
  (input: ReadingKey) =>
  (state: ReadingState): readonly ReadingEvent[] =>
    state.status === 'none' ? [{ type: 'throughline.ArticleViewed.v1', data: keyOf(input) }] : []

/** `dwell` counts all openings so far, so it only grows; less than was told before tells nothing new. */
export const leaveArticle =
  (input: { readonly dwell: number }) =>
  (state: ReadingState): readonly ReadingEvent[] => {
    const { key, dwell } = readOnly(state)
    if (dwell !== undefined && input.dwell <= dwell) return []
    return [{ type: 'throughline.ArticleLeft.v1', data: { ...key, dwell: input.dwell } }]
  }

export const rateArticle =
  (input: { readonly helped: boolean; readonly comment?: string }) =>
  (state: ReadingState): readonly ReadingEvent[] => {
    const { key, rating } = readOnly(state)
    if (rating?.helped === input.helped && rating.comment === input.comment) return []
    const comment = input.comment === undefined ? {} : { comment: input.comment }
    return [{ type: 'throughline.ArticleRated.v1', data: { ...key, helped: input.helped, ...comment } }]
  }

/** A contact was requested after it. Only the first one counts: a second contact says nothing more of this reading. */
export const countAsNoHelp =
  (input: { readonly contactId: string }) =>
  (state: ReadingState): readonly ReadingEvent[] => {
    const { key, rating, contactId } = readOnly(state)
    if (contactId !== undefined) return []
    const said = rating?.helped === false
    return [{ type: 'throughline.ArticleDidNotHelp.v1', data: { ...key, contactId: input.contactId, said } }]
  }

export function unknownReading(): Refused {
  return new Refused('not-found', 'reading.unknown', 'There is no such reading.')
}

function readOnly(state: ReadingState): Extract<ReadingState, { status: 'read' }> {
  if (state.status === 'none') throw unknownReading()
  return state
}

function keyOf({ readingId, articleId, version, title, thing, reason }: ReadingKey): ReadingKey {
  return {
    readingId,
    articleId,
    version,
    title,
    ...(thing !== undefined && { thing }),
    ...(reason !== undefined && { reason }),
  }
}
