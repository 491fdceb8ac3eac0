import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'
import type { EventOf, ItemKind } from '@throughline/contracts'

export const FLAG_REASONS = ['did-not-help', 'worse-than-before', 'outdated', 'duplicate'] as const
export type FlagReason = (typeof FLAG_REASONS)[number]

/** What an owner has to look at: a version that failed its readers, or a need for which nothing is written. */
export type TaskSubject =
  | { readonly kind: 'article'; readonly articleId: string; readonly version: number }
  | {
      readonly kind: 'gap'
      readonly thing: ItemKind
      readonly reason: string
      /** Contacts that met it since it was opened. */
      readonly contacts: readonly string[]
    }

export type TaskState =
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly taskId: string; readonly about: TaskSubject }
  | { readonly status: 'closed'; readonly taskId: string; readonly about: TaskSubject; readonly how: string }

/** A contact was requested for which no article exists, while the gap was known. */
export interface KnowledgeGapMet {
  readonly type: 'throughline.KnowledgeGapMet.v1'
  readonly data: {
    readonly taskId: string
    readonly contactId: string
    /** Second-level reason, where the customer chose one. */
    readonly detail?: string
  }
}

export type TaskEvent =
  | EventOf<'throughline.ArticleFlagged.v1'>
  | EventOf<'throughline.KnowledgeGapFound.v1'>
  | KnowledgeGapMet
  | EventOf<'throughline.ArticleTaskClosed.v1'>

export const tasks: Stream<TaskState, TaskEvent> = {
  name: 'knowledge-task',
  initial: { status: 'none' },
  evolve(state, event): TaskState {
    switch (event.type) {
      case 'throughline.ArticleFlagged.v1': {
        const { taskId, articleId, version } = event.data
        return { status: 'open', taskId, about: { kind: 'article', articleId, version } }
      }
      case 'throughline.KnowledgeGapFound.v1': {
        const { taskId, thing, reason } = event.data
        return { status: 'open', taskId, about: { kind: 'gap', thing, reason, contacts: [] } }
      }
      case 'throughline.KnowledgeGapMet.v1': {
        if (state.status !== 'open' || state.about.kind !== 'gap') return state
        const contacts = [...state.about.contacts, event.data.contactId]
        return { ...state, about: { ...state.about, contacts } }
      }
      case 'throughline.ArticleTaskClosed.v1':
        return state.status === 'open' ? { ...state, status: 'closed', how: event.data.how } : state
    }
  },
}

/**
 * One task per version, however many contacts. An owner who found the version not at fault is not asked again because
 * of the next contact; a person who flags it by hand opens it again.
 */
export const flagArticle =
  (input: {
    readonly taskId: string
    readonly articleId: string
    readonly version: number
    readonly ownerId?: string
    readonly why: FlagReason
  }) =>
  (state: TaskState): readonly TaskEvent[] => {
    if (state.status === 'open') return []
    if (state.status === 'closed' && input.why === 'did-not-help') return []
    const { taskId, articleId, version, ownerId, why } = input
    const owner = ownerId === undefined ? {} : { ownerId }
    return [{ type: 'throughline.ArticleFlagged.v1', data: { taskId, articleId, version, ...owner, why } }]
  }

/** Found once until it is closed; every further contact is only counted. */
export const findGap =
  (input: {
    readonly taskId: string
    readonly thing: ItemKind
    readonly reason: string
    readonly detail?: string
    readonly contactId: string
  }) =>
  (state: TaskState): readonly TaskEvent[] => {
    const { taskId, thing, reason, detail, contactId } = input
    const about = state.status === 'none' ? undefined : state.about
    if (about?.kind === 'gap' && about.contacts.includes(contactId)) return []
    const met: TaskEvent = {
      type: 'throughline.KnowledgeGapMet.v1',
      data: { taskId, contactId, ...(detail !== undefined && { detail }) },
    }
    if (state.status === 'open') return [met]
    return [{ type: 'throughline.KnowledgeGapFound.v1', data: { taskId, thing, reason } }, met]
  }

export type Closing = 'revised' | 'not-the-article' | 'retired' | 'written'

export const closeTask =
  (input: { readonly how: Closing; readonly note: string; readonly articleId?: string }) =>
  (state: TaskState): readonly TaskEvent[] => {
    if (state.status === 'none') throw unknownTask()
    const { how } = input
    if (state.status === 'closed') {
      if (state.how === how) return []
      throw new Refused('conflict', 'task.closed', 'This task was closed before, in another way.')
    }
    const { kind } = state.about
    if (kind === 'gap' ? how === 'revised' || how === 'retired' : how === 'written')
      throw new Refused(
        'unprocessable',
        'task.cannot-close-so',
        `A task about ${named[kind]} cannot be closed so.`,
        {
          field: 'how',
        },
      )
    return [closed(state.taskId, input, state.about)]
  }

/** As {@link closeTask}, for what happened by itself: when there is nothing open, there is nothing to do. */
export const settleTask =
  (input: { readonly how: Closing; readonly note: string; readonly articleId?: string }) =>
  (state: TaskState): readonly TaskEvent[] =>
    state.status === 'open' ? [closed(state.taskId, input, state.about)] : []

export function unknownTask(): Refused {
  return new Refused('not-found', 'task.unknown', 'There is no such task.')
}

const named = { article: 'an article', gap: 'a gap' }

function closed(
  taskId: string,
  input: { readonly how: Closing; readonly note: string; readonly articleId?: string },
  about: TaskSubject,
): TaskEvent {
  const articleId = about.kind === 'article' ? about.articleId : input.articleId
  const of = articleId === undefined ? {} : { articleId }
  return {
    type: 'throughline.ArticleTaskClosed.v1',
    data: { taskId, ...of, how: input.how, note: input.note },
  }
}
