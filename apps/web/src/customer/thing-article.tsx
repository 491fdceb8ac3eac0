import { Button } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconThumbDown, IconThumbUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { articleQuery } from '../api/knowledge'
import type { Article, ArticleShown, Reading } from '../api/knowledge'
import { firstName, useNames } from '../api/names'
import { NoAnswer } from '../api/problem'
import { ArticleIcon } from '../shared/icons'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { useReading } from './reading'
import type { ReadingOf } from './reading'
import styles from './thing-article.module.css'

const SafeMarkdown = lazy(() => import('../shared/markdown'))

/** Fewer answers than this say nothing. */
const ENOUGH = 30
const WORDS_A_MINUTE = 200

/** How many of a hundred it helped; undefined while too few have answered. */
export function helpedOfHundred({
  helped,
  answered,
}: Pick<ArticleShown, 'helped' | 'answered'>): number | undefined {
  return answered < ENOUGH ? undefined : Math.round((100 * helped) / answered)
}

export function minutesToRead(body: string): number {
  return Math.max(1, Math.round(body.split(/\s+/).length / WORDS_A_MINUTE))
}

/** An article in one line that opens in place; the best one is open from the start. */
export function ArticleRow({
  article,
  excerpt,
  journey,
  before,
  best = false,
  readOnly = false,
}: {
  readonly article: ArticleShown
  /** Where the words looked for stand in it. */
  readonly excerpt?: string
  readonly journey: () => Promise<string>
  readonly before?: Reading | undefined
  readonly best?: boolean
  readonly readOnly?: boolean
}) {
  const id = useId()
  const [open, setOpen] = useState<'press' | 'shown' | undefined>(best ? 'shown' : undefined)
  const Chevron = open === undefined ? IconChevronDown : IconChevronUp
  return (
    <article className={styles.article} data-open={open !== undefined} data-article={article.id}>
      <div className={styles.head}>
        <span className={styles.icon}>
          <ArticleIcon kind={article.kind} />
        </span>
        <div className={styles.texts}>
          <h3>
            <button
              type="button"
              className={styles.opener}
              aria-expanded={open !== undefined}
              aria-controls={id}
              onClick={() => {
                setOpen(open === undefined ? 'press' : undefined)
              }}
            >
              {article.title}
            </button>
          </h3>
          <ArticleLine article={article} open={open !== undefined} excerpt={excerpt} />
        </div>
        <Helped article={article} />
        <Chevron className={styles.chevron} size={20} stroke={1.75} aria-hidden="true" />
      </div>
      <div id={id} hidden={open === undefined}>
        {open !== undefined && (
          <OpenArticle
            article={article}
            readOnly={readOnly}
            reading={{
              articleId: article.id,
              version: article.version,
              journey,
              pressed: open === 'press',
              before,
            }}
          />
        )}
      </div>
    </article>
  )
}

function ArticleLine({
  article,
  open,
  excerpt,
}: {
  readonly article: ArticleShown
  readonly open: boolean
  readonly excerpt: string | undefined
}) {
  const { t } = useTranslation('customer')
  const api = useApi()
  const f = useFormat()
  const { data } = useQuery({ ...articleQuery(api, article.id), enabled: open })
  const owner = useNames([open ? data?.ownerId : undefined])(data?.ownerId)
  const kind = t(`article.${article.kind}`)
  const said = article.saidDidNotHelp ? ` ${t('article.said-no')}` : ''
  if (!open || data === undefined) {
    return (
      <p className={styles.line}>
        {kind}. {excerpt ?? article.summary}
        {said}
      </p>
    )
  }
  const length = t('article.minutes', { count: minutesToRead(data.body) })
  return (
    <p className={styles.line}>
      {kind}, {length}. {checked(data)}
      {said}
    </p>
  )

  function checked({ publishedAt }: Article): string {
    if (publishedAt === undefined) return ''
    const day = f.longDay(publishedAt)
    return owner === undefined
      ? t('article.checked', { day })
      : t('article.checked-by', { name: firstName(owner), day })
  }
}

function Helped({ article }: { readonly article: ArticleShown }) {
  const { t } = useTranslation('customer')
  const count = helpedOfHundred(article)
  if (count === undefined) return null
  return (
    <span className={styles.helped}>
      <svg viewBox="0 0 64 6" width="64" height="6" aria-hidden="true">
        <rect width="64" height="6" rx="3" className={styles.track} />
        <rect width={(64 * count) / 100} height="6" rx="3" className={styles.share} />
      </svg>
      {t('article.helped', { count })}
    </span>
  )
}

function OpenArticle({
  article,
  reading,
  readOnly,
}: {
  readonly article: ArticleShown
  readonly reading: ReadingOf
  readonly readOnly: boolean
}) {
  const api = useApi()
  const { t } = useTranslation('customer')
  const { data, error, refetch } = useQuery(articleQuery(api, article.id))
  const place = useRef<HTMLDivElement>(null)
  if (error !== null && data === undefined) {
    return <PartFailed error={error} title={t('article.failed')} onRetry={() => void refetch()} />
  }
  return (
    <div ref={place} className={styles.body}>
      {data === undefined ? (
        <Lines />
      ) : (
        <Suspense fallback={<Lines />}>
          <SafeMarkdown text={data.body} />
        </Suspense>
      )}
      {!readOnly && data !== undefined && <DidThisHelp reading={reading} place={place} />}
    </div>
  )
}

function Lines() {
  return (
    <div className={styles.lines}>
      <Shape width="80%" height={14} />
      <Shape width="92%" height={14} />
      <Shape width="64%" height={14} />
    </div>
  )
}

/** One press, and another one changes it. */
function DidThisHelp({
  reading,
  place,
}: {
  readonly reading: ReadingOf
  readonly place: React.RefObject<HTMLDivElement | null>
}) {
  const { t } = useTranslation(['customer', 'shared'])
  const { helped, failed, rate } = useReading(reading, place)
  const id = useId()
  return (
    <div className={styles.rating} role="group" aria-labelledby={id}>
      <span id={id} className={styles.question}>
        {t('article.question')}
      </span>
      {([true, false] as const).map((yes) => {
        const Thumb = yes ? IconThumbUp : IconThumbDown
        return (
          <Button
            key={String(yes)}
            variant="default"
            aria-pressed={helped === yes}
            className={styles.answer ?? ''}
            leftSection={<Thumb size={20} stroke={1.75} aria-hidden="true" />}
            onClick={() => {
              rate(yes)
            }}
          >
            {t(yes ? 'article.yes' : 'article.no')}
          </Button>
        )
      })}
      <span className={styles.passed} role="status">
        {failed === undefined
          ? t(
              helped === true
                ? 'article.noted-yes'
                : helped === false
                  ? 'article.noted-no'
                  : 'article.pass-on',
            )
          : failed instanceof NoAnswer
            ? t('article.not-saved-offline')
            : t('article.not-saved')}
      </span>
    </div>
  )
}
