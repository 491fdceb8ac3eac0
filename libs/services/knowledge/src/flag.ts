import type { Ids } from '@throughline/kernel'
import type { ArticleState } from './article.js'
import type { ReadingKey, ReadingState } from './reading.js'
import { flagArticle } from './task.js'
import type { FlagReason } from './task.js'

/** The version that a contact tells did not help: read in its journey before it, and counted for this contact. */
export function failedBy(contactId: string, reading: ReadingState): ReadingKey | undefined {
  return reading.status === 'read' && reading.contactId === contactId ? reading.key : undefined
}

/** Whether a version is still the one that is shown: what was revised or retired since is dealt with. */
export function isShown(article: ArticleState, version: number): boolean {
  return article.status === 'live' && article.version === version
}

/** The task of a version of an article, and the decision that opens it for the owner. */
export function flagOf(
  ids: Ids,
  article: Exclude<ArticleState, { readonly status: 'none' }>,
  { articleId, why }: { readonly articleId: string; readonly why: FlagReason },
) {
  const { version, ownerId } = article
  const taskId = taskOf(ids, articleId, version)
  const owner = ownerId === undefined ? {} : { ownerId }
  return { taskId, decision: flagArticle({ taskId, articleId, version, ...owner, why }) }
}

export function taskOf(ids: Ids, articleId: string, version: number): string {
  return ids.derive('knowledge-task', articleId, String(version))
}
