import type { EventOf, ItemKind } from '@throughline/contracts'
import type { RecordedEvent, Rows, View } from '@throughline/ports'
import type { ArticleOwnerChanged } from './article.js'
import type { TaskEvent } from './task.js'

export interface TaskRow {
  readonly is: 'task'
  readonly taskId: string
  readonly kind: 'article' | 'gap'
  readonly state: 'open' | 'closed'
  /** The event that opened it last. */
  readonly openedBy: string
  readonly openedAt: string
  readonly why: string
  readonly articleId?: string
  readonly version?: number
  readonly thing?: ItemKind
  readonly reason?: string
  /** Second-level reasons that met a gap; an empty one stands for contacts without. */
  readonly details: readonly string[]
  /** Contacts that met a gap. */
  readonly contacts: readonly string[]
  readonly how?: string
  readonly note?: string
  readonly closedAt?: string
  readonly closedBy?: string
  /** Events in its stream: its ETag. */
  readonly revision: number
}

/** Who answers for an article now. */
interface OwnerRow {
  readonly is: 'owner'
  readonly ownerId: string
}

type Row = TaskRow | OwnerRow

type Heard = TaskEvent | EventOf<'throughline.ArticlePublished.v1'> | ArticleOwnerChanged

/**
 * Rows by task id, and by `article:<id>` for owners. A task stands in the list of who answers for its article now, not
 * of who did when it was opened; articles and tasks have keys of their own, so either may be heard of first.
 */
export const tasksView: View<Row, Heard> = {
  name: 'knowledge.tasks',
  version: 1,
  on: [
    'throughline.ArticleFlagged.v1',
    'throughline.KnowledgeGapFound.v1',
    'throughline.KnowledgeGapMet.v1',
    'throughline.ArticleTaskClosed.v1',
    'throughline.ArticlePublished.v1',
    'throughline.ArticleOwnerChanged.v1',
  ],
  async project(event, rows) {
    switch (event.type) {
      case 'throughline.ArticlePublished.v1':
      case 'throughline.ArticleOwnerChanged.v1': {
        const { articleId, ownerId } = event.data
        if (ownerId === undefined) return
        rows.put(`article:${articleId}`, { is: 'owner', ownerId })
        for (const { row } of await rows.list(`article:${articleId}`)) {
          if (row.is === 'task') await put(rows, row)
        }
        return
      }
      case 'throughline.ArticleFlagged.v1': {
        const { articleId, version, why } = event.data
        await put(rows, { ...opened(event, event.data.taskId), kind: 'article', articleId, version, why })
        return
      }
      case 'throughline.KnowledgeGapFound.v1': {
        const { taskId, thing, reason } = event.data
        await put(rows, { ...opened(event, taskId), kind: 'gap', thing, reason, why: 'gap' })
        return
      }
      case 'throughline.KnowledgeGapMet.v1': {
        const { taskId, contactId, detail } = event.data
        const row = await rows.get(taskId)
        if (row?.is !== 'task') return
        const details = [...new Set([...row.details, detail ?? ''])]
        const revision = event.sequence + 1
        await put(rows, { ...row, details, contacts: [...row.contacts, contactId], revision })
        return
      }
      case 'throughline.ArticleTaskClosed.v1': {
        const { taskId, articleId, how, note } = event.data
        const row = await rows.get(taskId)
        if (row?.is !== 'task') return
        const of = articleId === undefined ? {} : { articleId }
        const end = { how, note, closedAt: event.occurredAt, closedBy: event.actor }
        await put(rows, { ...row, ...of, ...end, state: 'closed', revision: event.sequence + 1 })
      }
    }
  },
}

/** Stands for the owner of what nobody answers for yet. */
export const NOBODY = 'nobody'

export interface TaskFilter {
  readonly state: 'open' | 'closed'
  /** A member of staff, {@link NOBODY}, or absent for all. */
  readonly owner?: string
  readonly kind?: 'article' | 'gap'
}

/** The list in which all tasks of a filter stand, by the time they were opened. */
export function taskList({ state, owner, kind }: TaskFilter): string {
  return `${state}/${owner ?? '*'}/${kind ?? '*'}`
}

function opened(event: RecordedEvent, taskId: string): Omit<TaskRow, 'kind' | 'why'> {
  return {
    is: 'task',
    taskId,
    state: 'open',
    openedBy: event.id,
    openedAt: event.occurredAt,
    details: [],
    contacts: [],
    revision: event.sequence + 1,
  }
}

async function put(rows: Rows<Row>, row: TaskRow): Promise<void> {
  const found =
    row.kind === 'gap' || row.articleId === undefined ? undefined : await rows.get(`article:${row.articleId}`)
  const owner = found?.is === 'owner' ? found.ownerId : NOBODY
  const { state, kind } = row
  rows.put(row.taskId, row, {
    [taskList({ state })]: row.openedAt,
    [taskList({ state, kind })]: row.openedAt,
    [taskList({ state, owner })]: row.openedAt,
    [taskList({ state, owner, kind })]: row.openedAt,
    ...(row.kind === 'article' && row.articleId !== undefined && { [`article:${row.articleId}`]: '' }),
  })
}
