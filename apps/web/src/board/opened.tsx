import { Button } from '@mantine/core'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { useOpened } from './api'
import type { Opened } from './api'
import { channelKey } from './channel-key'
import styles from './board.module.css'

/** The journeys behind a number, each with its replay. */
export function OpenedJourneys({
  opened,
  now,
  onClose,
}: {
  readonly opened: Opened
  readonly now: number
  readonly onClose: () => void
}) {
  const { t } = useTranslation(['board', 'shared'])
  const format = useFormat()
  const found = useOpened(opened)
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef<Element>(null)
  const section = useRef<HTMLElement>(null)
  const close = useEffectEvent(onClose)
  useEffect(() => {
    const own = section.current
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close()
    }
    own?.addEventListener('keydown', onKey)
    return () => {
      own?.removeEventListener('keydown', onKey)
    }
  }, [])
  useEffect(() => {
    before.current = document.activeElement
    heading.current?.focus()
    return () => {
      // Back to the number, if it is still there.
      if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus()
    }
  }, [])
  const channels = (opened.of === 'waiting' ? opened.channels : [opened.channel]).map((each) =>
    t(`queue.${channelKey(each)}`),
  )
  const title =
    opened.of === 'waiting'
      ? t('opened.waiting', { channels: format.list(channels) })
      : t('opened.asked', {
          channels: format.list(channels),
          from: format.time(opened.from),
          until: format.time(opened.until),
        })
  const { waiting = [], asked = [] } = found.data ?? {}
  return (
    <section className={styles.opened} aria-labelledby="opened" ref={section}>
      <div className={styles.openedHead}>
        <h2 id="opened" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button variant="default" onClick={onClose}>
          {t('close', { ns: 'shared' })}
        </Button>
      </div>
      {found.isPending && (
        <div className={styles.pad}>
          <Shape width="100%" height={72} />
        </div>
      )}
      {found.isError && found.data === undefined && (
        <PartFailed error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data !== undefined && waiting.length + asked.length === 0 && (
        <p className={styles.nothing}>{t('opened.none')}</p>
      )}
      <ul className={styles.troubles}>
        {waiting.map(({ id, journeyId, name, item, reason, enteredAt, requestedAt, channel, agentId }) => {
          const who = name ?? t('guest', { ns: 'shared' })
          return (
            <li key={id}>
              <strong>{who}</strong>
              <span>{[item?.title, reason?.detailLabel ?? reason?.label].filter(Boolean).join(', ')}</span>
              <span>
                {t('opened.waits', { wait: format.duration(now - Date.parse(enteredAt ?? requestedAt)) })}
              </span>
              <span className={styles.quiet}>
                {agentId === undefined ? t(`queue.${channelKey(channel)}`) : t('opened.offered')}
              </span>
              <Link to={`/desk/replay/${journeyId}`} aria-label={t('replay-of', { who })}>
                {t('replay')}
              </Link>
            </li>
          )
        })}
        {asked.map(({ unit, journey, cohortAt, value }) => (
          <li key={unit}>
            <strong>{format.time(cohortAt)}</strong>
            <span>
              {value === null
                ? t('opened.unanswered')
                : t('opened.answered', { wait: format.duration(value * 1_000) })}
            </span>
            <span />
            <span />
            <Link to={`/desk/replay/${journey}`} aria-label={t('replay-of', { who: format.time(cohortAt) })}>
              {t('replay')}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
