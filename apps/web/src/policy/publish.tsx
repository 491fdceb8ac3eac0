import { Button, Textarea } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NoAnswer, Problem } from '../api/problem'
import styles from './policy.module.css'

const LONGEST_REASON = 500

/** Publishing is asked for once more: what changes, in words, and why. */
export function Publish({
  version,
  live,
  changes,
  why: givenWhy,
  onPublish,
  onClose,
}: {
  /** The number that the new version gets. */
  readonly version: number
  readonly live: number
  readonly changes: readonly string[]
  readonly why: string
  /** Rejects when it was refused. */
  readonly onPublish: (why: string) => Promise<void>
  readonly onClose: () => void
}) {
  const { t } = useTranslation('policy')
  const dialog = useRef<HTMLDialogElement>(null)
  const [why, setWhy] = useState(givenWhy)
  const [tried, setTried] = useState(false)
  const [state, setState] = useState<'idle' | 'sending' | { readonly failed: unknown }>('idle')
  useEffect(() => {
    const opened = dialog.current
    opened?.showModal()
    return () => {
      opened?.close()
    }
  }, [])
  const missing = tried && why.trim() === ''
  const publish = async (): Promise<void> => {
    setTried(true)
    if (why.trim() === '') return
    setState('sending')
    try {
      await onPublish(why.trim())
    } catch (failed) {
      setState({ failed })
    }
  }
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="publish-title"
      onCancel={(event) => {
        event.preventDefault()
        if (state !== 'sending') onClose()
      }}
    >
      <h2 id="publish-title">{t('publish.title', { version })}</h2>
      <p className={styles.quiet}>{t('publish.hint')}</p>
      <h3>
        {live === 0 ? t('publish.first') : t('publish.changes', { count: changes.length, version: live })}
      </h3>
      {live > 0 && (
        <ul className={styles.changes}>
          {changes.map((change) => (
            <li key={change}>{change.charAt(0).toLocaleUpperCase() + change.slice(1)}</li>
          ))}
        </ul>
      )}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void publish()
        }}
      >
        <Textarea
          label={t('publish.why')}
          description={t('publish.why-hint')}
          required
          withAsterisk={false}
          autosize={false}
          rows={3}
          maxLength={LONGEST_REASON}
          value={why}
          error={missing ? t('publish.why-missing') : undefined}
          data-autofocus
          onChange={({ currentTarget }) => {
            setWhy(currentTarget.value)
          }}
        />
        {typeof state === 'object' && (
          <p className={styles.wrong} role="alert">
            {failureOf(state.failed, t)}
          </p>
        )}
        <div className={styles.dialogActions}>
          <Button variant="default" onClick={onClose} disabled={state === 'sending'}>
            {t('publish.leave')}
          </Button>
          <Button type="submit" disabled={state === 'sending'}>
            {t(state === 'sending' ? 'publish.sending' : 'publish.do', { version })}
          </Button>
        </div>
      </form>
    </dialog>
  )
}

function failureOf(error: unknown, t: ReturnType<typeof useTranslation<'policy'>>['t']): string {
  if (error instanceof NoAnswer) return t('publish.no-answer')
  if (error instanceof Problem && (error.status === 412 || error.status === 409))
    return t('publish.overtaken')
  if (error instanceof Problem) return t('publish.refused', { says: error.message, code: error.code })
  return t('publish.failed')
}
