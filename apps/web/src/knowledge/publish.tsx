import { Button, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { NoAnswer, Problem } from '../api/problem'
import { randomKey } from '../api/random'
import type { Content } from './api'
import { contentOf } from './draft'
import { AllChanges } from './editor'
import styles from './publish.module.css'

const GONE_ON = 412

/** The last look before a version goes to its readers: what changes, and why. Modal, as nothing else here. */
export function Publish({
  articleId,
  live,
  content,
  version,
  tag,
  onPublished,
  onOvertaken,
  onCancel,
}: {
  readonly articleId: string
  readonly live: Content
  readonly content: Content
  /** The one that comes. */
  readonly version: number
  /** What was read last; the server refuses when something else stands there by now. */
  readonly tag: string | undefined
  readonly onPublished: () => void
  readonly onOvertaken: () => void
  readonly onCancel: () => void
}) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  const title = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const [why, setWhy] = useState('')
  const [asked, setAsked] = useState(false)
  const [key] = useState(randomKey)
  const publish = useMutation({
    mutationFn: () =>
      api.put(
        `/knowledge/articles/${articleId}`,
        { ...contentOf(content), why: why.trim() },
        { key, ...(tag !== undefined && { ifMatch: tag }) },
      ),
    onSuccess: onPublished,
    onError: (error) => {
      if (error instanceof Problem && error.status === GONE_ON) onOvertaken()
    },
  })
  useEffect(() => {
    const opened = dialog.current
    opened?.showModal()
    return () => {
      opened?.close()
    }
  }, [])
  const missing = asked && why.trim() === ''
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(true)
          if (why.trim() !== '' && !publish.isPending) publish.mutate()
        }}
      >
        <h2 id={title}>{t('publish.title', { version })}</h2>
        <p>{t('publish.text', { before: version - 1 })}</p>
        <div className={styles.changes}>
          <h3>{t('publish.changes')}</h3>
          <AllChanges before={live} after={content} version={version - 1} />
        </div>
        <Textarea
          label={t('publish.why')}
          value={why}
          maxLength={500}
          required
          withAsterisk={false}
          error={missing && t('publish.why-missing')}
          onChange={({ currentTarget: { value } }) => {
            setWhy(value)
          }}
        />
        {publish.isError && (
          <p className={styles.refused} role="alert">
            {publish.error instanceof NoAnswer
              ? t('publish.no-answer')
              : t('publish.refused', { why: publish.error.message })}
          </p>
        )}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onCancel}>
            {t('publish.cancel')}
          </Button>
          <Button type="submit" aria-disabled={publish.isPending}>
            {t(publish.isPending ? 'publish.doing' : 'publish.do')}
          </Button>
        </div>
      </form>
    </dialog>
  )
}
