import { Button } from '@mantine/core'
import { IconPhone, IconPhoneOff, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { contactKey } from '../api/contact'
import type { Contact } from '../api/contact'
import { contextKey } from '../api/journey'
import { mineKey } from '../api/desk'
import { useFormat } from '../words/format'
import { useNow } from './now'
import styles from './desk.module.css'

type CallCommand =
  | { readonly state: 'answered' | 'held' | 'retrieved' | 'unanswered' }
  | { readonly state: 'ended'; readonly cause: 'hung-up' }

/** Rings, talks, holds, ends: said to the server, which knows what may follow on what. */
export function CallBar({
  contact,
  name,
  since,
}: {
  readonly contact: Contact
  readonly name: string
  readonly since: string | undefined
}) {
  const { t } = useTranslation('desk')
  const format = useFormat()
  const now = useNow()
  const api = useApi()
  const queries = useQueryClient()
  const tell = useMutation({
    mutationFn: (command: CallCommand) => api.post(`/contact/contacts/${contact.id}/call`, command),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: contactKey(contact.id) }),
        queries.invalidateQueries({ queryKey: contextKey(contact.journeyId) }),
        queries.invalidateQueries({ queryKey: mineKey }),
      ]),
  })
  const call = contact.legs.at(-1)?.call ?? 'none'
  const busy = tell.isPending
  const button = (command: CallCommand, label: string, Icon: typeof IconPhone, main = false) => (
    <Button
      variant={main ? 'filled' : 'default'}
      disabled={busy}
      leftSection={<Icon size={16} stroke={1.75} aria-hidden="true" />}
      onClick={() => {
        tell.mutate(command)
      }}
    >
      {label}
    </Button>
  )
  const isTalking = call === 'answered' || call === 'held'
  if (!isTalking && call !== 'ringing' && call !== 'none') return null
  return (
    <div className={styles.call} role="group" aria-label={t('call.label')}>
      <IconPhone size={18} stroke={1.75} aria-hidden="true" />
      <span className={styles.callState}>
        {call === 'held'
          ? t('call.held', { name })
          : isTalking
            ? t('call.talking', { name })
            : contact.channel === 'callback'
              ? t('call.callback', { name })
              : t('call.ringing', { name })}
        {isTalking && since !== undefined && (
          <span className={styles.clock}>{format.clock(now - Date.parse(since))}</span>
        )}
      </span>
      {tell.isError && (
        <span className={styles.failed} role="alert">
          {t('call.failed')}
        </span>
      )}
      <span className={styles.callActions}>
        {isTalking ? (
          <>
            {call === 'held'
              ? button({ state: 'retrieved' }, t('call.retrieve'), IconPlayerPlay, true)
              : button({ state: 'held' }, t('call.hold'), IconPlayerPause)}
            {button({ state: 'ended', cause: 'hung-up' }, t('call.end'), IconPhoneOff)}
          </>
        ) : (
          <>
            {button({ state: 'unanswered' }, t('call.nobody'), IconPhoneOff)}
            {button({ state: 'answered' }, t('call.answered'), IconPhone, true)}
          </>
        )}
      </span>
    </div>
  )
}
