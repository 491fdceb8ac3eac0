import { Button, TextInput } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JourneyFact } from '../shared/journey-facts'
import { isOver } from '../api/contact'
import { Known } from '../shared/known'
import { Shape } from '../shared/parts'
import type { ConversationViewProps } from './conversation-view'
import { Panel } from './frame'
import styles from './conversation.module.css'

/** What whoever answers was shown, and a way to put something right. */
export function ConversationKnown({
  contact,
  facts,
  who,
  connectedAt,
  correcting = false,
  correctFailed,
  onCorrect,
  readOnly = false,
  plain = false,
}: ConversationViewProps & { readonly who: string | undefined; readonly plain?: boolean }) {
  const { t } = useTranslation('conversation')
  const title = who === undefined ? t('known.title-nobody') : t('known.title', { name: who })
  const body = (
    <>
      {facts === undefined ? (
        <div className={styles.knownShapes} aria-busy="true">
          {[160, 220, 180].map((width) => (
            <Shape key={width} width={width} height={40} />
          ))}
        </div>
      ) : facts.length === 0 ? (
        <p className={styles.quiet}>{t('known.nothing')}</p>
      ) : (
        <Known facts={facts} />
      )}
      {facts !== undefined &&
        facts.length > 0 &&
        !readOnly &&
        !isOver(contact.state) &&
        onCorrect !== undefined && (
          <Correct facts={facts} busy={correcting} failed={correctFailed} onCorrect={onCorrect} />
        )}
    </>
  )
  if (plain) return body
  return (
    <Panel label={title}>
      <div className={styles.known}>
        <div>
          <h2>{title}</h2>
          <p className={styles.quiet}>
            {who === undefined || connectedAt === undefined
              ? t('known.before-nobody')
              : t('known.before', { name: who })}
          </p>
        </div>
        {body}
      </div>
    </Panel>
  )
}

function Correct({
  facts,
  busy,
  failed,
  onCorrect,
}: {
  readonly facts: readonly JourneyFact[]
  readonly busy: boolean
  readonly failed: unknown
  readonly onCorrect: NonNullable<ConversationViewProps['onCorrect']>
}) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState('')
  const [value, setValue] = useState('')
  const [missing, setMissing] = useState(false)
  const select = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const first = useRef<HTMLSelectElement>(null)
  const right = useRef<HTMLInputElement>(null)
  const wasOpen = useRef(false)
  useEffect(() => {
    if (open) first.current?.focus()
    else if (wasOpen.current) opener.current?.focus()
    wasOpen.current = open
  }, [open])
  const fact = facts.find(({ id }) => id === chosen) ?? facts[0]
  if (!open) {
    return (
      <p className={styles.correct}>
        <button
          ref={opener}
          type="button"
          onClick={() => {
            setOpen(true)
          }}
        >
          {t('known.correct')}
        </button>
      </p>
    )
  }
  return (
    <form
      className={styles.correctForm}
      onSubmit={(event) => {
        event.preventDefault()
        if (fact === undefined) return
        if (value.trim() === '') {
          setMissing(true)
          right.current?.focus()
          return
        }
        onCorrect({ name: fact.name, label: fact.label, value: value.trim() }, () => {
          setOpen(false)
          setValue('')
        })
      }}
    >
      <label htmlFor={select}>{t('known.what')}</label>
      <select
        ref={first}
        id={select}
        value={fact?.id}
        onChange={({ currentTarget }) => {
          setChosen(currentTarget.value)
        }}
      >
        {facts.map((each) => (
          <option key={each.id} value={each.id}>
            {each.label}: {each.value}
          </option>
        ))}
      </select>
      <TextInput
        ref={right}
        label={t('known.right')}
        value={value}
        maxLength={2000}
        error={missing ? t('known.right-missing') : undefined}
        onChange={({ currentTarget }) => {
          setMissing(false)
          setValue(currentTarget.value)
        }}
      />
      {failed !== undefined && failed !== null && (
        <p className={styles.wrong} role="alert">
          {t('known.not-saved')}
        </p>
      )}
      <div className={styles.buttons}>
        <Button
          variant="subtle"
          onClick={() => {
            setOpen(false)
          }}
        >
          {shared('cancel')}
        </Button>
        <Button variant="default" type="submit" aria-disabled={busy}>
          {shared('save')}
        </Button>
      </div>
    </form>
  )
}
