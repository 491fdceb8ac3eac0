import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { knowledgeSearch, suggestionsQuery } from '../api/knowledge'
import type { ArticleKind, ArticleShown, Need } from '../api/knowledge'
import { useFormat } from '../words/format'

export type InsertKind = 'article' | 'phrase' | 'slot'

/** What `/` puts at the caret. */
export interface Insertion {
  readonly id: string
  readonly kind: InsertKind
  readonly label: string
  readonly detail?: string
  /** It did not help her. */
  readonly warn?: string
  readonly text: string
  readonly article?: { readonly id: string; readonly title: string }
  readonly articleKind?: ArticleKind
  readonly choices?: readonly string[]
}

/** A slash at the beginning of a word before the caret, and what stands between the two. */
export function slashAt(
  text: string,
  caret: number,
): { readonly from: number; readonly words: string } | undefined {
  const found = /(?:^|\s)\/([^\n/]{0,40})$/.exec(text.slice(0, caret))
  const words = found?.[1]
  if (words === undefined || /\s{2}|^\s/.test(words)) return undefined
  return { from: caret - words.length - 1, words }
}

const PHRASES = ['hello', 'moment', 'look', 'else', 'bye'] as const
const FEW = 6

/** Articles for her thing and reason, what helps first; phrases; choices to pick from. */
export function useInsertions(
  need: Need | undefined,
  {
    open,
    words,
    only,
    failed,
    first,
  }: {
    readonly open: boolean
    readonly words: string
    readonly only: InsertKind | undefined
    readonly failed: ReadonlySet<string>
    readonly first: string
  },
): readonly Insertion[] {
  const { t } = useTranslation('desk')
  const api = useApi()
  const format = useFormat()
  const wanted = words.trim().toLocaleLowerCase()
  const fitting = useQuery({ ...suggestionsQuery(api, need), enabled: open && need !== undefined })
  const searched = useQuery({ ...knowledgeSearch(api, wanted), enabled: open && wanted.length >= 3 })
  if (!open) return []
  const fits = (text: string): boolean => text.toLocaleLowerCase().includes(wanted)
  const suggested = [
    ...(fitting.data?.guides ?? []),
    ...(fitting.data?.faq ?? []),
    ...(fitting.data?.community ?? []),
  ].filter(({ title }) => fits(title))
  const found = wanted.length >= 3 ? (searched.data?.items ?? []) : []
  const articles = [...suggested, ...found.filter(({ id }) => !suggested.some((each) => each.id === id))]
    .map((article): Insertion & { readonly didNot: boolean } => {
      const didNot = failed.has(article.id) || article.saidDidNotHelp
      return {
        id: article.id,
        kind: 'article',
        articleKind: article.kind,
        label: article.title,
        detail: helpedWords(article, t) ?? article.summary,
        ...(didNot && { warn: t('insert.did-not-help', { name: first }) }),
        text: t('insert.article-text', { title: article.title }),
        article: { id: article.id, title: article.title },
        didNot,
      }
    })
    // It sinks: still there for whoever means it.
    .toSorted((a, b) => Number(a.didNot) - Number(b.didNot))
    .slice(0, FEW)
    .map(({ didNot: _, ...insertion }) => insertion)
  const phrases = PHRASES.map((name): Insertion => {
    const text = t(`phrase.${name}`, { name: first })
    return { id: `phrase-${name}`, kind: 'phrase', label: text, text }
  }).filter(({ label }) => fits(label))
  const slots: readonly Insertion[] = [
    {
      id: 'slot-days',
      kind: 'slot' as const,
      label: t('insert.days'),
      detail: t('insert.days-hint'),
      text: t('insert.which-suits'),
      choices: nextWorkdays(3).map((day) => format.date(day)),
    },
    {
      id: 'slot-own',
      kind: 'slot' as const,
      label: t('insert.choices'),
      detail: t('insert.choices-hint'),
      text: t('insert.which-suits'),
      choices: ['', ''],
    },
  ].filter(({ label }) => fits(label))
  return [...articles, ...phrases, ...slots].filter(({ kind }) => only === undefined || kind === only)
}

type Say = ReturnType<typeof useTranslation<'desk'>>['t']
const ENOUGH = 30

function helpedWords({ helped, answered }: ArticleShown, t: Say): string | undefined {
  return answered < ENOUGH ? undefined : t('insert.helped', { helped, answered })
}

function nextWorkdays(count: number, from = new Date()): readonly Date[] {
  const days: Date[] = []
  for (let ahead = 1; days.length < count; ahead++) {
    const day = new Date(from.getFullYear(), from.getMonth(), from.getDate() + ahead, 12)
    if (day.getDay() !== 0 && day.getDay() !== 6) days.push(day)
  }
  return days
}
