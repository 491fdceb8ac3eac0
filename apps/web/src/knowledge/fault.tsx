import { Button, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useSession } from '../api/context'
import { askedQuery, causeOwnersQuery } from './api'
import type { Task } from './api'
import styles from './knowledge.module.css'

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Closes a task that no article can do anything about, and says who can. */
export function Fault({
  task,
  onClosed,
  onCancel,
}: {
  readonly task: Task
  readonly onClosed: (note: string) => void
  readonly onCancel: () => void
}) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  const session = useSession()
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  const [note, setNote] = useState('')
  const [cause, setCause] = useState('')
  const [department, setDepartment] = useState('')
  const [tried, setTried] = useState(false)
  const asked = useQuery({
    ...askedQuery(api, task.articleId ?? '', task.version),
    enabled: task.articleId !== undefined,
  })
  const owners = useQuery(causeOwnersQuery(api))
  const causes = (asked.data?.causes ?? []).filter(({ code }) => code !== 'none')
  const owner = owners.data?.items.find((each) => each.cause === cause)?.department ?? undefined
  const mayMove =
    session.status === 'in' &&
    session.person.roles.some((role) => role === 'supervisor' || role === 'administrator')
  const moves = cause !== '' && mayMove && department.trim() !== '' && department.trim() !== owner
  const noteMissing = note.trim() === ''
  const badDepartment = moves && !CODE.test(department.trim())
  const close = useMutation({
    mutationFn: async () => {
      if (moves) await api.put(`/insight/causes/${cause}/owner`, { department: department.trim() })
      await api.post(`/knowledge/tasks/${task.id}/closing`, { how: 'not-the-article', note: note.trim() })
    },
    onSuccess: () => {
      onClosed(note.trim())
    },
  })
  useEffect(() => {
    heading.current?.focus()
  }, [])
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (!noteMissing && !badDepartment && !close.isPending) close.mutate()
      }}
    >
      <h3 ref={heading} tabIndex={-1}>
        {t('fault.title')}
      </h3>
      <p>{t('fault.text')}</p>
      <Textarea
        label={t('fault.why')}
        value={note}
        maxLength={500}
        error={tried && noteMissing && t('fault.why-missing')}
        onChange={({ currentTarget: { value } }) => {
          setNote(value)
        }}
      />
      {causes.length > 0 && (
        <div className={styles.field}>
          <label htmlFor={id}>{t('fault.cause')}</label>
          <select
            id={id}
            value={cause}
            onChange={({ currentTarget: { value } }) => {
              setCause(value)
              setDepartment(owners.data?.items.find((each) => each.cause === value)?.department ?? '')
            }}
          >
            <option value="">{t('fault.no-cause')}</option>
            {causes.map(({ code, words }) => (
              <option key={code} value={code}>
                {words ?? code}
              </option>
            ))}
          </select>
        </div>
      )}
      {cause !== '' &&
        (mayMove ? (
          <TextInput
            label={t('fault.department')}
            description={t('fault.department-hint')}
            value={department}
            error={tried && badDepartment && t('fault.department-bad')}
            onChange={({ currentTarget: { value } }) => {
              setDepartment(value)
            }}
          />
        ) : (
          owner !== undefined && (
            <p className={styles.hint}>{t('fault.department-now', { department: owner })}</p>
          )
        ))}
      {close.isError && (
        <p className={styles.refused} role="alert">
          {t('try-again', { why: close.error.message })}
        </p>
      )}
      <div className={styles.buttons}>
        <Button type="submit" aria-disabled={close.isPending}>
          {t(close.isPending ? 'fault.doing' : 'fault.do')}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('fault.cancel')}
        </Button>
      </div>
    </form>
  )
}
