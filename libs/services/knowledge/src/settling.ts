import type { ArticleRow } from './article.view.js'
import { covers } from './fit.js'
import type { Closing } from './task.js'
import type { TaskRow } from './task.view.js'

type Known = Pick<ArticleRow, 'articleId' | 'version' | 'state' | 'fits'>

/**
 * How an open task has become needless by what is written now, undefined while it has not: its article was revised or
 * retired, or every need that met the gap has an article.
 */
export function settledBy(
  task: TaskRow,
  known: readonly Known[],
): { readonly how: Closing; readonly note: string; readonly articleId?: string } | undefined {
  if (task.kind === 'article') {
    const article = known.find(({ articleId }) => articleId === task.articleId)
    if (article?.state === 'retired') return { how: 'retired', note: '' }
    if (article !== undefined && article.version > (task.version ?? 0)) return { how: 'revised', note: '' }
    return undefined
  }
  const { thing, reason } = task
  if (thing === undefined || reason === undefined) return undefined
  const live = known.filter(({ state }) => state === 'live')
  const needs = (task.details.length === 0 ? [''] : task.details).map((detail) =>
    detail === '' ? { thing, reason } : { thing, reason, detail },
  )
  const answers = needs.map((need) => live.find(({ fits }) => fits.some((fit) => covers(fit, need))))
  const [first] = answers
  if (first === undefined || answers.includes(undefined)) return undefined
  return { how: 'written', note: '', articleId: first.articleId }
}
