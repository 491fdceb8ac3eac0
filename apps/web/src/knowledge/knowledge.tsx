import { useQuery } from '@tanstack/react-query'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useApi } from '../api/context'
import { TopBar } from '../desk/frame'
import { useKeys } from '../desk/keys'
import { KeyHint } from '../desk/keys-shown'
import { PartFailed } from '../shared/parts'
import { taskQuery, tasksQuery } from './api'
import type { Task } from './api'
import { ArticleDesk } from './article'
import { GapDesk } from './gap'
import { ArticleColumn, TaskColumn } from './lists'
import { NewArticle } from './new-article'
import styles from './knowledge.module.css'

const HOME = '/desk/knowledge'
const FIND = 'knowledge-find'

type Tab = 'tasks' | 'articles' | 'gaps'

interface Place {
  readonly tab: Tab
  /** What is open: a task's or an article's id, or `new`. */
  readonly open: string | undefined
}

/** The knowledge desk: what failed its readers, what is missing, and each article with what became of each version (C17, C73). */
export default function Knowledge() {
  const { t } = useTranslation('knowledge')
  const [location, go] = useLocation()
  const { tab, open } = placeIn(location)
  useKeys({
    search: () => {
      const field = document.getElementById(FIND)
      if (field !== null) field.focus()
      else go(`${HOME}/articles?find`)
    },
  })
  return (
    <div className={styles.desk}>
      <TopBar
        title={t('title')}
        actions={
          <>
            <Link to={`${HOME}/articles?find`} className={styles.button ?? ''}>
              <IconSearch size={18} stroke={1.75} aria-hidden="true" />
              {t('find')} <KeyHint of="search" />
            </Link>
            <Link to={`${HOME}/articles/new`} className={styles.button ?? ''}>
              <IconPlus size={18} stroke={1.75} aria-hidden="true" />
              {t('new')}
            </Link>
          </>
        }
      >
        <nav className={styles.tabs} aria-label={t('tab.label')}>
          {(['tasks', 'articles', 'gaps'] as const).map((each) => (
            <Link
              key={each}
              to={each === 'tasks' ? HOME : `${HOME}/${each}`}
              className={styles.tab ?? ''}
              {...(each === tab && { 'aria-current': 'page' as const })}
            >
              {t(`tab.${each}`)}
            </Link>
          ))}
        </nav>
      </TopBar>
      {tab === 'articles' ? <Articles open={open} /> : <Tasks key={tab} tab={tab} open={open} />}
    </div>
  )
}

function Tasks({ tab, open }: { readonly tab: 'tasks' | 'gaps'; readonly open: string | undefined }) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  const tasks = useQuery(tasksQuery(api))
  const shown = tasks.data?.items.filter(({ kind }) => tab === 'tasks' || kind === 'gap')
  // With room for both the first one is open already; a narrow page shows the list until somebody picks.
  const [first, setFirst] = useState<string>()
  if (first === undefined && shown?.[0] !== undefined) setFirst(shown[0].id)
  const id = open ?? first
  // Asked for by itself: done and gone from the list, it stays in view until somebody goes on.
  const listed = shown?.find((each) => each.id === id)
  const task = useQuery({ ...taskQuery(api, id), ...(listed !== undefined && { placeholderData: listed }) })
  const picked: Task | undefined = task.data
  return (
    <div className={styles.columns} data-open={open !== undefined}>
      <TaskColumn
        tab={tab}
        tasks={shown}
        error={tasks.error}
        onRetry={() => void tasks.refetch()}
        more={typeof tasks.data?.next === 'string'}
        picked={picked?.id}
      />
      {picked === undefined ? (
        task.isError ? (
          <PartFailed error={task.error} onRetry={() => void task.refetch()} />
        ) : (
          <p className={styles.start}>{shown?.length === 0 ? '' : t('start.tasks')}</p>
        )
      ) : picked.kind === 'gap' ? (
        <GapDesk key={picked.id} task={picked} back={`${HOME}/${tab === 'gaps' ? 'gaps' : ''}`} />
      ) : (
        picked.articleId !== undefined && (
          <ArticleDesk key={picked.id} articleId={picked.articleId} task={picked} back={HOME} />
        )
      )}
    </div>
  )
}

function Articles({ open }: { readonly open: string | undefined }) {
  const { t } = useTranslation('knowledge')
  const tasks = useQuery(tasksQuery(useApi()))
  const back = `${HOME}/articles`
  return (
    <div className={styles.columns} data-open={open !== undefined}>
      <ArticleColumn findId={FIND} picked={open} />
      {open === undefined ? (
        <p className={styles.start}>{t('start.articles')}</p>
      ) : open === 'new' ? (
        <NewArticle back={back} />
      ) : (
        <ArticleDesk
          key={open}
          articleId={open}
          task={tasks.data?.items.find(({ articleId }) => articleId === open)}
          back={back}
        />
      )}
    </div>
  )
}

function placeIn(location: string): Place {
  const [first, second] = location.slice(HOME.length).split('/').filter(Boolean)
  if (first === 'articles') return { tab: 'articles', open: second }
  if (first === 'gaps') return { tab: 'gaps', open: second }
  return { tab: 'tasks', open: first === 'tasks' ? second : undefined }
}
