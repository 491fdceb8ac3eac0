import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconArrowLeft } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useApi, useSession } from '../api/context'
import { useNames } from '../api/names'
import { PartFailed, Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { DESK, deskArticleQuery, figuresQuery, versionsQuery } from './api'
import type { DeskArticle, Task } from './api'
import { WhyAsked } from './asked'
import { contentOf, missing, same } from './draft'
import type { Draft } from './draft'
import { useDraft } from './draft-kept'
import { Editor } from './editor'
import { Fault } from './fault'
import styles from './knowledge.module.css'
import { Overtaken } from './overtaken'
import { Owner, Retire } from './owner'
import { Publish } from './publish'
import { VersionsTable } from './versions'

/** One article: its versions and what became of their readers, the next version being written, and why people still asked. */
export function ArticleDesk({
  articleId,
  task,
  back,
}: {
  readonly articleId: string
  /** The open task about it. */
  readonly task: Task | undefined
  readonly back: string
}) {
  const { t } = useTranslation('knowledge')
  const article = useQuery(deskArticleQuery(useApi(), articleId))
  const version = article.data?.answer.version
  return (
    <div className={styles.open}>
      <div className={styles.document}>
        <Link to={back} className={styles.back ?? ''}>
          <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
          {t('back')}
        </Link>
        {article.data === undefined ? (
          article.isError ? (
            <PartFailed
              error={article.error}
              title={t('article.failed')}
              onRetry={() => void article.refetch()}
            />
          ) : (
            <div aria-busy="true" className={styles.field}>
              <Shape width="60%" height={26} />
              <Shape width="100%" height={140} />
              <Shape width="100%" height={320} />
            </div>
          )
        ) : (
          <Whole article={article.data.answer} tag={article.data.tag} task={task} />
        )}
      </div>
      <aside className={styles.side}>
        <WhyAsked articleId={articleId} version={task?.version ?? version} />
      </aside>
    </div>
  )
}

function Whole({
  article,
  tag,
  task,
}: {
  readonly article: DeskArticle
  readonly tag: string | undefined
  readonly task: Task | undefined
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const api = useApi()
  const queries = useQueryClient()
  const { id, version, state } = article
  const versions = useQuery(versionsQuery(api, id))
  const figures = useQuery(figuresQuery(api, id))
  const live = contentOf(article)
  const { draft, kept, change, keep } = useDraft(id, live, version)
  const [publishing, setPublishing] = useState(false)
  const [faulting, setFaulting] = useState(false)
  const [said, setSaid] = useState<string>()
  const [thrown, setThrown] = useState<Draft>()
  const content = draft?.content ?? live
  const changed = draft !== undefined && !same(content, live)
  const overtaken = draft !== undefined && draft.base < version
  const again = (): void => {
    void queries.invalidateQueries({ queryKey: DESK })
  }
  return (
    <>
      <div className={styles.head}>
        <div className={styles.name}>
          <h2>
            {article.title} {state === 'retired' && <Tag density="desk">{t('article.retired')}</Tag>}
          </h2>
          <About article={article} />
        </div>
        {state === 'live' && (
          <div className={styles.buttons}>
            {task?.state === 'open' && (
              <Button
                variant="default"
                aria-expanded={faulting}
                onClick={() => {
                  setFaulting(!faulting)
                }}
              >
                {t('article.fault')}
              </Button>
            )}
            <Button
              disabled={!changed || overtaken || missing(content).length > 0}
              onClick={() => {
                setPublishing(true)
              }}
            >
              {t('article.publish', { version: version + 1 })}
            </Button>
          </div>
        )}
      </div>
      {said !== undefined && <p className={styles.said}>{said}</p>}
      {faulting && task?.state === 'open' && (
        <Fault
          task={task}
          onClosed={(note) => {
            setFaulting(false)
            setSaid(t('fault.done', { note }))
            again()
          }}
          onCancel={() => {
            setFaulting(false)
          }}
        />
      )}
      <VersionsTable
        articleId={id}
        live={state === 'live' ? version : undefined}
        versions={versions.data?.items ?? []}
        figures={figures.data?.items}
        asWas={figures.data?.asWas}
        error={versions.error ?? figures.error}
        onRetry={() => {
          void versions.refetch()
          void figures.refetch()
        }}
      />
      {state === 'live' && (
        <>
          {overtaken && (
            <Overtaken
              version={version}
              by={versions.data?.items.find((each) => each.version === version)}
              onCompare={() => {
                keep({ ...draft, base: version })
              }}
            />
          )}
          {thrown !== undefined && draft === undefined && (
            <p className={styles.said}>
              {t('editor.thrown', { version })}{' '}
              <Button
                variant="subtle"
                onClick={() => {
                  keep(thrown)
                  setThrown(undefined)
                }}
              >
                {t('editor.undo')}
              </Button>
            </p>
          )}
          <Editor
            key={thrown === undefined ? 'kept' : 'thrown'}
            content={content}
            live={live}
            version={version}
            savedAt={changed ? draft.savedAt : undefined}
            kept={kept}
            onChange={(next) => {
              setSaid(undefined)
              change(next)
            }}
            onThrowAway={() => {
              setThrown(draft)
              keep(undefined)
            }}
          />
          <Owner
            article={article}
            onChanged={(name) => {
              setSaid(t('owner.done', { name }))
              again()
            }}
          />
          <Retire articleId={id} onRetired={again} />
        </>
      )}
      {publishing && (
        <Publish
          articleId={id}
          live={live}
          content={content}
          version={version + 1}
          tag={tag}
          onPublished={() => {
            setPublishing(false)
            keep(undefined)
            setThrown(undefined)
            setSaid(t('publish.done', { version: version + 1, time: format.time(Date.now()) }))
            again()
          }}
          onOvertaken={() => {
            setPublishing(false)
            again()
          }}
          onCancel={() => {
            setPublishing(false)
          }}
        />
      )}
    </>
  )
}

/** `Guide for Bris 45, yours`. */
function About({ article: { kind, fits, ownerId, state, why } }: { readonly article: DeskArticle }) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const session = useSession()
  const name = useNames([ownerId])
  const products = [...new Set(fits.flatMap((fit) => fit.products))]
  const what =
    products.length === 0
      ? t(`kind.${kind}`)
      : t('article.for', { kind: t(`kind.${kind}`), products: format.list(products) })
  const mine = session.status === 'in' && session.person.id === ownerId
  const owner = name(ownerId)
  const whose =
    ownerId === undefined
      ? t('article.nobody')
      : mine
        ? t('article.yours')
        : owner === undefined
          ? undefined
          : t('article.owned', { name: owner })
  return (
    <p>
      {what}
      {whose !== undefined && `, ${whose}`}
      {state === 'retired' && `. ${t('article.retired-why', { why: why ?? '' })}`}
    </p>
  )
}
