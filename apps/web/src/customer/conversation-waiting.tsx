import { Button } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../shared/clock'
import { inSentence } from '../shared/journey-line'
import { useFormat } from '../words/format'
import type { ConversationViewProps } from './conversation-view'
import { waitWords } from './offer'
import { momentIn, windowIn } from './say'
import styles from './conversation.module.css'

type Props = ConversationViewProps & { readonly who: string | undefined }

/** How long her number is known to be hers, in milliseconds. */
const KNOWN = 30 * 60_000

/** What happens next, in one sentence, until somebody is there. */
export function WaitingStatus(props: Props) {
  const { contact } = props
  switch (contact.state) {
    case 'dropped':
      return <Dropped {...props} />
    case 'connected':
      return contact.channel === 'phone' || contact.channel === 'callback' ? <OnTheLine {...props} /> : null
    case 'waiting':
    case 'ringing':
      switch (contact.channel) {
        case 'phone':
          return <Phone {...props} />
        case 'callback':
          return <Callback {...props} />
        case 'chat':
          return <InLine {...props} />
        default:
          return <Promised {...props} />
      }
    case 'ended':
    case 'left':
    case 'wrapping':
      return null
  }
}

function Band({ title, children }: { readonly title: ReactNode; readonly children?: ReactNode }) {
  return (
    <div className={styles.band}>
      <p className={styles.bandTitle} role="status">
        {title}
      </p>
      {children}
    </div>
  )
}

/** Her place, and what was said against what has passed. */
function InLine({ contact, work }: Props) {
  const { t } = useTranslation('conversation')
  const ahead = work?.ahead ?? undefined
  const title =
    ahead === undefined
      ? t('waiting.in-line')
      : ahead === 0
        ? t('waiting.next')
        : t('waiting.ahead', { count: ahead })
  return (
    <Band title={title}>
      <Passed since={contact.enteredAt ?? contact.requestedAt} quoted={work?.quoted} />
      <p>{t('waiting.write-already')}</p>
    </Band>
  )
}

function Passed({
  since,
  quoted,
}: {
  readonly since: string | undefined
  readonly quoted: NonNullable<ConversationViewProps['work']>['quoted'] | undefined
}) {
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const now = useNow()
  if (since === undefined) return null
  const passed = Math.max(0, now - Date.parse(since))
  if (quoted === null || quoted === undefined) {
    return <p>{t('waiting.passed', { time: format.duration(passed) })}</p>
  }
  const most = (quoted.shown.to ?? quoted.shown.from) * 1_000
  const longer = passed > most
  return (
    <>
      <p>
        {t(longer ? 'waiting.longer' : 'waiting.said', {
          said: inSentence(waitWords(quoted, format, (key, values) => t(key, values))),
          passed: format.duration(passed),
        })}
      </p>
      <span className={styles.track} data-longer={longer} aria-hidden="true">
        <span style={{ inlineSize: `${String(Math.min(100, (100 * passed) / Math.max(most, 1)))}%` }} />
      </span>
    </>
  )
}

function Dropped({ contact, onMove, moving }: Props) {
  const { t } = useTranslation('conversation')
  return (
    <Band title={t('waiting.dropped')}>
      <p>{t('waiting.dropped-text')}</p>
      {contact.channel !== 'chat' && (
        <div className={styles.buttons}>
          <Button
            variant="default"
            aria-disabled={moving !== undefined}
            onClick={() => onMove?.(contact.channel)}
          >
            {t('waiting.go-on')}
          </Button>
        </div>
      )}
    </Band>
  )
}

/** The number, until when it knows her, and a code as the last resort only. */
function Phone(props: Props) {
  const { contact, phone, who, code, onCode, readOnly = false } = props
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const since = contact.enteredAt ?? contact.requestedAt
  const rings = contact.legs.at(-1)?.call === 'ringing'
  const until = since === undefined ? undefined : format.time(Date.parse(since) + KNOWN)
  return (
    <Band
      title={
        rings
          ? who === undefined
            ? t('call.ready-nobody')
            : t('call.ready', { name: who })
          : phone === undefined
            ? t('call.put-through')
            : t('call.ring', { phone })
      }
    >
      {phone !== undefined && (
        <>
          <p>{until === undefined ? t('call.we-know') : t('call.before', { at: until })}</p>
          <p>
            <Button
              component="a"
              href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`}
              leftSection={<IconPhone size={20} stroke={1.75} aria-hidden="true" />}
            >
              {t('call.now', { phone })}
            </Button>
          </p>
        </>
      )}
      <p>{t('call.next')}</p>
      {code === undefined ? (
        !readOnly && (
          <p className={styles.correct}>
            <button type="button" onClick={onCode}>
              {t('call.other-phone')}
            </button>
          </p>
        )
      ) : (
        <p>
          {t('call.code')} <strong className={styles.code}>{code.code}</strong>{' '}
          {t('call.code-until', { at: format.time(code.expiresAt) })}
        </p>
      )}
    </Band>
  )
}

function Callback({ contact, work, number, onRebook, ending, readOnly = false }: Props) {
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const from = contact.callFrom ?? work?.callFrom
  const until = contact.callUntil ?? work?.callUntil
  const by = contact.dueBy ?? work?.dueBy
  return (
    <Band
      title={
        from !== undefined && until !== undefined
          ? t('callback.at', { at: windowIn(format, from, until) })
          : by !== undefined
            ? t('callback.by', { at: momentIn(format, by) })
            : t('callback.soon')
      }
    >
      <p>{number === undefined ? t('callback.keep-near') : t('callback.number', { number })}</p>
      <p>{t('callback.missed')}</p>
      {!readOnly && contact.state === 'waiting' && (
        <div className={styles.buttons}>
          <Button variant="default" aria-disabled={ending} onClick={onRebook}>
            {t('callback.move')}
          </Button>
        </div>
      )}
    </Band>
  )
}

function OnTheLine({ contact, who }: Props) {
  const { t } = useTranslation('conversation')
  const held = contact.legs.at(-1)?.call === 'held'
  return (
    <Band
      title={
        who === undefined ? t('call.talking-nobody') : t(held ? 'call.held' : 'call.talking', { name: who })
      }
    >
      <p>{t('call.write-too')}</p>
    </Band>
  )
}

function Promised({ contact }: Props) {
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const now = useNow()
  const { dueBy } = contact
  const late = dueBy !== undefined && Date.parse(dueBy) < now
  return (
    <Band
      title={
        dueBy === undefined
          ? t('message.soon')
          : t(late ? 'message.late' : 'message.by', { at: momentIn(format, dueBy) })
      }
    >
      <p>{t('message.here')}</p>
    </Band>
  )
}
