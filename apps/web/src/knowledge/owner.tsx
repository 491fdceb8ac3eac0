import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useSession } from '../api/context'
import { staffQuery } from './api'
import type { DeskArticle } from './api'
import styles from './knowledge.module.css'

/** Who answers for an article. Supervisors hand it to anybody who owns articles, others take it themselves. */
export function Owner({
  article: { id, ownerId },
  onChanged,
}: {
  readonly article: DeskArticle
  readonly onChanged: (name: string) => void
}) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  const session = useSession()
  const select = useId()
  const me = session.status === 'in' ? session.person : undefined
  const leads = me?.roles.some((role) => role === 'supervisor' || role === 'administrator') === true
  const staff = useQuery(staffQuery(api, leads))
  const owners = (staff.data?.items ?? []).filter(({ roles }) => roles.includes('knowledge-owner'))
  const [picked, setPicked] = useState(ownerId ?? '')
  const change = useMutation({
    mutationFn: (to: string) => api.put(`/knowledge/articles/${id}/owner`, { ownerId: to }),
    onSuccess: (_, to) => {
      const name = owners.find((each) => each.id === to)?.name ?? (to === me?.id ? me.name : undefined)
      onChanged(name ?? t('article.yours'))
    },
  })
  if (me === undefined || (!leads && me.id === ownerId)) return null
  return (
    <details className={styles.more}>
      <summary>{t('owner.title')}</summary>
      <div>
        {leads ? (
          <>
            <div className={styles.field}>
              <label htmlFor={select}>{t('owner.change')}</label>
              <select
                id={select}
                value={picked}
                onChange={({ currentTarget: { value } }) => {
                  setPicked(value)
                }}
              >
                {ownerId === undefined && <option value="">{t('article.nobody')}</option>}
                {owners.map(({ id: staffId, name }) => (
                  <option key={staffId} value={staffId}>
                    {name}
                  </option>
                ))}
              </select>
            </div>
            <div>
              <Button
                variant="default"
                disabled={picked === '' || picked === ownerId}
                onClick={() => {
                  change.mutate(picked)
                }}
              >
                {t(change.isPending ? 'owner.saving' : 'owner.save')}
              </Button>
            </div>
          </>
        ) : (
          <div>
            <Button
              variant="default"
              onClick={() => {
                change.mutate(me.id)
              }}
            >
              {t(change.isPending ? 'owner.saving' : 'owner.take')}
            </Button>
          </div>
        )}
        {change.isError && (
          <p className={styles.refused} role="alert">
            {t('try-again', { why: change.error.message })}
          </p>
        )}
      </div>
    </details>
  )
}

/** Takes an article away from its readers, for good. */
export function Retire({
  articleId,
  onRetired,
}: {
  readonly articleId: string
  readonly onRetired: () => void
}) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  const [why, setWhy] = useState('')
  const [tried, setTried] = useState(false)
  const retire = useMutation({
    mutationFn: () => api.post(`/knowledge/articles/${articleId}/retirement`, { why: why.trim() }),
    onSuccess: onRetired,
  })
  return (
    <details className={styles.more}>
      <summary>{t('retire.title')}</summary>
      <div>
        <p className={styles.hint}>{t('retire.text')}</p>
        <Textarea
          label={t('retire.why')}
          value={why}
          maxLength={500}
          error={tried && why.trim() === '' && t('retire.missing')}
          onChange={({ currentTarget: { value } }) => {
            setWhy(value)
          }}
        />
        {retire.isError && (
          <p className={styles.refused} role="alert">
            {t('try-again', { why: retire.error.message })}
          </p>
        )}
        <div>
          <Button
            variant="default"
            onClick={() => {
              setTried(true)
              if (why.trim() !== '' && !retire.isPending) retire.mutate()
            }}
          >
            {t(retire.isPending ? 'retire.doing' : 'retire.do')}
          </Button>
        </div>
      </div>
    </details>
  )
}
