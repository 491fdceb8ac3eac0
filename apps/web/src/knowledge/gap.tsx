import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconArrowLeft } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useApi } from '../api/context'
import { knowledgeSearch } from '../api/knowledge'
import { PartFailed, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { DESK, reasonLabel, reasonsQuery } from './api'
import type { Task } from './api'
import { Fault } from './fault'
import styles from './knowledge.module.css'

/** Something people asked about with nothing to read: what it is, what comes near, and the way to write it. */
export function GapDesk({ task, back }: { readonly task: Task; readonly back: string }) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const api = useApi()
  const queries = useQueryClient()
  const kinds = useQuery(reasonsQuery(api)).data ?? []
  const [faulting, setFaulting] = useState(false)
  const { thing, reason = '', details = [], contacts, openedAt, state } = task
  const label = reasonLabel(kinds, reason)
  const near = useQuery(knowledgeSearch(api, label))
  const write = new URLSearchParams({ ...(thing !== undefined && { thing }), reason })
  const behind = new URLSearchParams({
    metric: 'contacts-by-reason',
    cell: [...(thing === undefined ? [] : [`thingKind:${thing}`]), `reason:${reason}`].join(','),
  })
  return (
    <div className={styles.open}>
      <div className={styles.document}>
        <Link to={back} className={styles.back ?? ''}>
          <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
          {t('back')}
        </Link>
        <div className={styles.head}>
          <div className={styles.name}>
            <h2>
              {t('gap.title', { reason: label })}{' '}
              {state === 'closed' && <Tag density="desk">{t('gap.closed')}</Tag>}
            </h2>
            <p>
              {t('gap.about', {
                thing: thing === undefined ? t('fits.any') : t(`thing.${thing}`),
                day: format.brief(openedAt),
              })}
            </p>
          </div>
          {state === 'open' && (
            <div className={styles.buttons}>
              <Button
                variant="default"
                aria-expanded={faulting}
                onClick={() => {
                  setFaulting(!faulting)
                }}
              >
                {t('gap.fault')}
              </Button>
              <Link to={`/desk/knowledge/articles/new?${write.toString()}`} className={styles.main ?? ''}>
                {t('gap.write')}
              </Link>
            </div>
          )}
        </div>
        {faulting && state === 'open' && (
          <Fault
            task={task}
            onClosed={() => {
              void queries.invalidateQueries({ queryKey: DESK })
            }}
            onCancel={() => {
              setFaulting(false)
            }}
          />
        )}
        <div className={styles.form}>
          <h3>{t('gap.contacts', { count: contacts })}</h3>
          <p>
            <Link to={`/desk/insight/journeys?${behind.toString()}`}>{t('gap.all')}</Link>
          </p>
          {details.length > 0 && (
            <p>
              {t('gap.details')}{' '}
              {details.map((detail) => (
                <Tag key={detail} density="desk">
                  {reasonLabel(kinds, detail)}
                </Tag>
              ))}
            </p>
          )}
        </div>
        <div className={styles.form}>
          <h3>{t('gap.near')}</h3>
          {near.data !== undefined && near.data.items.length > 0 ? (
            <>
              <p>{t('gap.near-why')}</p>
              <ul className={styles.near}>
                {near.data.items.slice(0, 5).map(({ id, title }) => (
                  <li key={id}>
                    <Link to={`/desk/knowledge/articles/${id}`}>{title}</Link>
                  </li>
                ))}
              </ul>
            </>
          ) : near.error !== null ? (
            <PartFailed error={near.error} onRetry={() => void near.refetch()} />
          ) : (
            near.isSuccess && <p>{t('gap.no-near')}</p>
          )}
        </div>
      </div>
    </div>
  )
}
