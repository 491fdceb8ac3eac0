import { Button, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { randomKey } from '../api/random'
import { dayBefore } from './address'
import { cellText } from './figure'
import { codeOf, readable } from './names'
import { Refusal } from './refusal'
import styles from './insight.module.css'

const DAYS_TO_ACT = 14

/** Raises a figure to a department, with a day to act by. Both at once; asked again after a failure, neither twice. */
export function RaiseFinding({
  metric,
  cell,
  says,
  department,
  departments,
  onDone,
}: {
  readonly metric: string
  readonly cell: Readonly<Record<string, string>>
  readonly says: string
  readonly department: string | undefined
  readonly departments: readonly string[]
  readonly onDone: (id: string | undefined) => void
}) {
  const { t } = useTranslation(['insight', 'shared'])
  const api = useApi()
  const queries = useQueryClient()
  const list = useId()
  const [text, setText] = useState(says)
  const [to, setTo] = useState(department === undefined ? '' : readable(department))
  const [today] = useState(() => dayBefore(Date.now(), 0))
  const [by, setBy] = useState(() => dayBefore(Date.now(), -DAYS_TO_ACT))
  const keys = useRef({ raise: randomKey(), assign: randomKey() })
  const raise = useMutation({
    mutationFn: async () => {
      const { id } = await api.post<{ readonly id: string }>(
        '/insight/findings',
        { metric, ...(cellText(cell) !== undefined && { cell: cellText(cell) }), says: text.trim() },
        { key: keys.current.raise },
      )
      if (codeOf(to) !== '') {
        const body = { department: codeOf(to), actBy: endOf(by) }
        await api.put(`/insight/findings/${id}/department`, body, { key: keys.current.assign })
      }
      return id
    },
    onError: () => {
      keys.current = { ...keys.current, assign: randomKey() }
    },
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: ['insight'] })
      onDone(id)
    },
  })
  return (
    <form
      className={styles.form}
      aria-label={t('raise.open')}
      onSubmit={(event) => {
        event.preventDefault()
        raise.mutate()
      }}
    >
      <Textarea
        label={t('raise.what')}
        value={text}
        maxLength={1_000}
        required
        data-autofocus
        onChange={({ currentTarget }) => {
          setText(currentTarget.value)
        }}
      />
      <div className={styles.pair}>
        <TextInput
          label={t('raise.department')}
          value={to}
          list={list}
          maxLength={80}
          description={departments.length === 0 ? t('raise.department-hint') : undefined}
          onChange={({ currentTarget }) => {
            setTo(currentTarget.value)
          }}
        />
        <datalist id={list}>
          {departments.map((code) => (
            <option key={code} value={readable(code)} />
          ))}
        </datalist>
        <TextInput
          type="date"
          label={t('raise.by')}
          value={by}
          min={today}
          required={codeOf(to) !== ''}
          onChange={({ currentTarget }) => {
            setBy(currentTarget.value)
          }}
        />
      </div>
      <Refusal error={raise.error} />
      <div className={styles.buttons}>
        <Button type="submit" disabled={raise.isPending || text.trim() === ''}>
          {raise.isPending
            ? t('raise.raising')
            : codeOf(to) === ''
              ? t('raise.open')
              : t('raise.to', { department: to.trim() })}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            onDone(undefined)
          }}
        >
          {t('shared:cancel')}
        </Button>
      </div>
    </form>
  )
}

/** The last minute of a day in the reader's zone. */
export function endOf(day: string): string {
  return new Date(`${day}T23:59:00`).toISOString()
}
