import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useState } from 'react'
import { focusHere } from '../shared/focus'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'wouter'
import { useApi } from '../api/context'
import { PartFailed, Pills, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { articlesQuery, duplicatesQuery, reasonLabel, reasonsQuery } from './api'
import type { ArticleLine, Duplicate, Task } from './api'
import styles from './lists.module.css'

/** What is left to do: what and why, and since when. */
export function TaskColumn({
  tab,
  tasks,
  error,
  onRetry,
  more,
  picked,
}: {
  readonly tab: 'tasks' | 'gaps'
  /** Undefined while they load. */
  readonly tasks: readonly Task[] | undefined
  readonly error: unknown
  readonly onRetry: () => void
  readonly more: boolean
  readonly picked: string | undefined
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const kinds = useQuery(reasonsQuery(useApi())).data ?? []
  return (
    <section className={styles.column} aria-label={t(`tab.${tab}`)} aria-busy={tasks === undefined && !error}>
      {tasks === undefined ? (
        error === null || error === undefined ? (
          <Rows />
        ) : (
          <PartFailed error={error} title={t('tasks.failed')} onRetry={onRetry} />
        )
      ) : tasks.length === 0 ? (
        <Nothing
          title={t(tab === 'gaps' ? 'tasks.no-gaps' : 'tasks.empty')}
          why={t(tab === 'gaps' ? 'tasks.no-gaps-why' : 'tasks.empty-why')}
        />
      ) : (
        <ul>
          {tasks.map((task) => (
            <Row
              key={task.id}
              to={`/desk/knowledge/${tab}/${task.id}`}
              here={task.id === picked}
              title={
                task.kind === 'gap'
                  ? t('tasks.no-article', { reason: reasonLabel(kinds, task.reason ?? '') })
                  : (task.title ?? '')
              }
              aside={t('tasks.since', { day: format.brief(task.openedAt) })}
              line={
                task.why === 'did-not-help' || task.why === 'gap'
                  ? t(`tasks.why.${task.why}`, { count: task.contacts })
                  : t(`tasks.why.${task.why}`)
              }
            />
          ))}
        </ul>
      )}
      {more && <p className={styles.more}>{t('tasks.more')}</p>}
    </section>
  )
}

type Show = 'live' | 'retired' | 'duplicates'

/** All articles, found by their words; and those that are there twice (C73). */
export function ArticleColumn({
  findId,
  picked,
}: {
  readonly findId: string
  readonly picked: string | undefined
}) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  const [asked] = useSearchParams()
  const [show, setShow] = useState<Show>('live')
  const [words, setWords] = useState('')
  const looked = useDeferredValue(words.trim())
  const state = show === 'retired' ? 'retired' : 'live'
  const articles = useQuery({ ...articlesQuery(api, state, looked), enabled: show !== 'duplicates' })
  const duplicates = useQuery({ ...duplicatesQuery(api), enabled: show === 'duplicates' })
  const { data, error, refetch } = show === 'duplicates' ? duplicates : articles
  return (
    <section className={styles.column} aria-label={t('articles.label')}>
      <div className={styles.find}>
        {show !== 'duplicates' && (
          <TextInput
            id={findId}
            type="search"
            aria-label={t('articles.find')}
            placeholder={t('articles.find')}
            leftSection={<IconSearch size={18} stroke={1.75} aria-hidden="true" />}
            value={words}
            onChange={({ currentTarget: { value } }) => {
              setWords(value)
            }}
            ref={asked.has('find') ? focusHere : null}
          />
        )}
        <Pills
          legend={t('articles.show')}
          hideLegend
          density="desk"
          chosen="soft"
          value={show}
          choices={(['live', 'retired', 'duplicates'] as const).map((value) => ({
            value,
            label: t(`articles.${value}`),
          }))}
          onChoose={(value) => {
            setShow(value as Show)
          }}
        />
      </div>
      {data === undefined ? (
        error === null ? (
          <Rows />
        ) : (
          <PartFailed error={error} title={t('articles.failed')} onRetry={() => void refetch()} />
        )
      ) : show === 'duplicates' ? (
        <Duplicates pairs={duplicates.data?.items ?? []} picked={picked} />
      ) : (
        <Found
          articles={articles.data?.items ?? []}
          words={looked}
          more={typeof articles.data?.next === 'string'}
          picked={picked}
        />
      )}
    </section>
  )
}

function Found({
  articles,
  words,
  more,
  picked,
}: {
  readonly articles: readonly ArticleLine[]
  readonly words: string
  readonly more: boolean
  readonly picked: string | undefined
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  if (articles.length === 0) {
    return words === '' ? (
      <Nothing title={t('articles.empty')} why="" />
    ) : (
      <Nothing title={t('articles.none')} why={t('articles.none-why')} />
    )
  }
  return (
    <>
      <ul>
        {articles.map((article) => (
          <Row
            key={article.id}
            to={`/desk/knowledge/articles/${article.id}`}
            here={article.id === picked}
            title={article.title}
            aside={format.brief(article.changedAt)}
            line={t('articles.line', {
              kind: t(`kind.${article.kind}`),
              version: article.version,
              language: article.language,
            })}
          />
        ))}
      </ul>
      {more && <p className={styles.more}>{t('articles.more')}</p>}
    </>
  )
}

function Duplicates({
  pairs,
  picked,
}: {
  readonly pairs: readonly Duplicate[]
  readonly picked: string | undefined
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  if (pairs.length === 0) {
    return <Nothing title={t('articles.no-duplicates')} why={t('articles.no-duplicates-why')} />
  }
  return (
    <ul>
      {pairs.map(({ a, b, likeness }) => (
        <li key={`${a.id} ${b.id}`} className={styles.pair}>
          <span className={styles.aside}>
            {t('articles.likeness', { share: format.number(likeness * 100) })}
          </span>
          {[a, b].map(({ id, title }) => (
            <Link
              key={id}
              to={`/desk/knowledge/articles/${id}`}
              {...(id === picked && { 'aria-current': 'true' as const })}
            >
              {title}
            </Link>
          ))}
        </li>
      ))}
    </ul>
  )
}

function Row({
  to,
  here,
  title,
  aside,
  line,
}: {
  readonly to: string
  readonly here: boolean
  readonly title: string
  readonly aside: string
  readonly line: string
}) {
  return (
    <li>
      <Link to={to} className={styles.row ?? ''} {...(here && { 'aria-current': 'true' as const })}>
        <span className={styles.title}>{title}</span>
        <span className={styles.aside}>{aside}</span>
        <span className={styles.line}>{line}</span>
      </Link>
    </li>
  )
}

function Nothing({ title, why }: { readonly title: string; readonly why: string }) {
  return (
    <div className={styles.nothing}>
      <h2>{title}</h2>
      {why !== '' && <p>{why}</p>}
    </div>
  )
}

/** As high as what is on its way. */
function Rows() {
  return (
    <ul aria-hidden="true">
      {(['70%', '55%', '80%', '60%'] as const).map((width) => (
        <li key={width} className={styles.shape}>
          <Shape width={width} height={18} />
          <Shape width="50%" height={16} />
        </li>
      ))}
    </ul>
  )
}
