import { Button, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { Pills } from '../shared/parts'
import { dayBefore } from './address'
import type { Finding } from './api'
import { codeOf, readable } from './names'
import { endOf } from './raise'
import { Refusal } from './refusal'
import styles from './insight.module.css'

interface FormProps {
  readonly finding: Finding
  readonly onDone: () => void
}

/** To a department, with a day to act by. */
export function AssignForm({
  finding,
  departments,
  onDone,
}: FormProps & { readonly departments: readonly string[] }) {
  const { t } = useTranslation('insight')
  const api = useApi()
  const list = useId()
  const [to, setTo] = useState(finding.department === undefined ? '' : readable(finding.department))
  const [today] = useState(() => dayBefore(Date.now(), 0))
  const [by, setBy] = useState(() => dayBefore(Date.now(), -14))
  return (
    <Form
      label={t('findings.assign')}
      ready={codeOf(to) !== '' && by !== ''}
      send={() =>
        api.put(`/insight/findings/${finding.id}/department`, { department: codeOf(to), actBy: endOf(by) })
      }
      onDone={onDone}
    >
      <div className={styles.pair}>
        <TextInput
          label={t('raise.department')}
          value={to}
          list={list}
          maxLength={80}
          required
          data-autofocus
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
          required
          onChange={({ currentTarget }) => {
            setBy(currentTarget.value)
          }}
        />
      </div>
    </Form>
  )
}

/** What was done about it, with where it can be seen. */
export function ActForm({ finding, onDone }: FormProps) {
  const { t } = useTranslation(['insight', 'shared'])
  const api = useApi()
  const [what, setWhat] = useState('')
  const [link, setLink] = useState('')
  return (
    <Form
      label={t('findings.act')}
      ready={what.trim() !== ''}
      send={() =>
        api.post(`/insight/findings/${finding.id}/actions`, {
          what: what.trim(),
          ...(link.trim() !== '' && { link: link.trim() }),
        })
      }
      onDone={onDone}
    >
      <Textarea
        label={t('findings.what')}
        value={what}
        maxLength={1_000}
        required
        onChange={({ currentTarget }) => {
          setWhat(currentTarget.value)
        }}
      />
      <TextInput
        label={`${t('findings.link')} (${t('shared:optional')})`}
        value={link}
        maxLength={500}
        onChange={({ currentTarget }) => {
          setLink(currentTarget.value)
        }}
      />
    </Form>
  )
}

/** Whether it helped, and how one sees that. */
export function CloseForm({ finding, onDone }: FormProps) {
  const { t } = useTranslation('insight')
  const api = useApi()
  const [helped, setHelped] = useState<string | undefined>(undefined)
  const [why, setWhy] = useState('')
  return (
    <Form
      label={t('findings.close')}
      ready={helped !== undefined && why.trim() !== ''}
      send={() =>
        api.post(`/insight/findings/${finding.id}/closing`, { helped: helped === 'yes', why: why.trim() })
      }
      onDone={onDone}
    >
      <Pills
        legend={t('findings.did-it-help')}
        density="desk"
        value={helped}
        choices={[
          { value: 'yes', label: t('findings.helped') },
          { value: 'no', label: t('findings.did-not-help') },
        ]}
        onChoose={setHelped}
      />
      <Textarea
        label={t('findings.why')}
        value={why}
        maxLength={1_000}
        required
        onChange={({ currentTarget }) => {
          setWhy(currentTarget.value)
        }}
      />
    </Form>
  )
}

export function ReopenForm({ finding, onDone }: FormProps) {
  const { t } = useTranslation('insight')
  const api = useApi()
  const [why, setWhy] = useState('')
  return (
    <Form
      label={t('findings.reopen')}
      ready={why.trim() !== ''}
      send={() => api.post(`/insight/findings/${finding.id}/reopening`, { why: why.trim() })}
      onDone={onDone}
    >
      <Textarea
        label={t('findings.why-again')}
        value={why}
        maxLength={1_000}
        required
        onChange={({ currentTarget }) => {
          setWhy(currentTarget.value)
        }}
      />
    </Form>
  )
}

/** One step: its fields, its verb, and where it was refused, why. */
function Form({
  label,
  ready,
  send,
  onDone,
  children,
}: {
  readonly label: string
  readonly ready: boolean
  readonly send: () => Promise<unknown>
  readonly onDone: () => void
  readonly children: ReactNode
}) {
  const { t } = useTranslation(['insight', 'shared'])
  const queries = useQueryClient()
  const sending = useMutation({
    mutationFn: send,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['insight'] })
      onDone()
    },
  })
  return (
    <form
      className={styles.form}
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        sending.mutate()
      }}
    >
      {children}
      <Refusal error={sending.error} />
      <div className={styles.buttons}>
        <Button type="submit" disabled={!ready || sending.isPending}>
          {sending.isPending ? t('findings.saving') : label}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('shared:cancel')}
        </Button>
      </div>
    </form>
  )
}
