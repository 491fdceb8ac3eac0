import { Button } from '@mantine/core'
import {
  IconAlertCircle,
  IconCheck,
  IconChevronDown,
  IconChevronUp,
  IconClock,
  IconRoute,
  IconWifiOff,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { messagesKey } from '../api/contact'
import type { ContactLine, Message, Messages } from '../api/contact'
import type { Unsent } from '../shared/outbox'
import { ChannelIcon } from '../shared/icons'
import { channelNoun, feelingWord, inSentence } from '../shared/journey-line'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { entriesOf } from './thread-entries'
import type { Entry, Happened } from './thread-entries'
import styles from './thread.module.css'

export interface EarlierLine extends Pick<
  ContactLine,
  'id' | 'channel' | 'requestedAt' | 'subject' | 'reason'
> {
  readonly feeling?: string
}

export interface ThreadProps {
  readonly entries: readonly Entry[]
  readonly earlier: readonly EarlierLine[]
  /** The member of staff who looks; their own words are marked with "You". */
  readonly me: string | undefined
  readonly customer: string
  readonly nameOf: (id: string | undefined) => string | undefined
  readonly unsent?: readonly Unsent[]
  readonly isTyping?: boolean
  /** A past moment: nothing can be pressed. */
  readonly readOnly?: boolean
  readonly onRetry?: (key: string) => void
  readonly onRemove?: (key: string) => void
}

/** Earlier contacts that have a line of their own at once. */
const FEW = 3

/** One thread over every channel; earlier contacts folded above, one line each. */
export function ThreadView({
  entries,
  earlier,
  me,
  customer,
  nameOf,
  unsent = [],
  isTyping = false,
  readOnly = false,
  onRetry,
  onRemove,
}: ThreadProps) {
  const { t } = useTranslation('desk')
  const pane = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const count = entries.length + unsent.length
  const [seen, setSeen] = useState(count)
  const [isBehind, setBehind] = useState(false)
  useLayoutEffect(() => {
    const element = pane.current
    if (element === null || !atEnd.current) return
    element.scrollTop = element.scrollHeight
  }, [count, isTyping])
  const fresh = isBehind ? count - seen : 0
  const [isWhole, setWhole] = useState(readOnly)
  const folded = isWhole ? 0 : Math.max(0, earlier.length - FEW)
  const lastOwn = entries.findLast(
    (entry) =>
      entry.is === 'message' && entry.message.author.is === 'agent' && entry.message.author.id === me,
  )
  const who = (message: Message): string => {
    if (message.author.is === 'customer') return customer
    if (message.author.is === 'automatic') return t('thread.automatic')
    return message.author.id === me ? t('thread.you') : (nameOf(message.author.id) ?? t('thread.team'))
  }
  return (
    <div className={styles.wrap}>
      <div
        ref={pane}
        className={styles.pane}
        role="log"
        aria-label={t('thread.label', { name: customer })}
        // A scroll place that only a mouse could reach would be lost to the keyboard.

        tabIndex={0}
        onScroll={({ currentTarget }) => {
          const end = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 24
          atEnd.current = end
          if (end) setBehind(false)
          else if (!isBehind) {
            setSeen(count)
            setBehind(true)
          }
        }}
      >
        <div className={styles.space} />
        {earlier.length > 0 && (
          <ul className={styles.earlier} aria-label={t('thread.earlier')}>
            {folded > 0 && (
              <li>
                <button
                  type="button"
                  className={styles.unfold}
                  onClick={() => {
                    setWhole(true)
                  }}
                >
                  {t('thread.more-earlier', { count: folded })}
                </button>
              </li>
            )}
            {earlier.slice(folded).map((line) => (
              <Earlier
                key={line.id}
                line={line}
                customer={customer}
                nameOf={nameOf}
                me={me}
                readOnly={readOnly}
              />
            ))}
          </ul>
        )}
        {entries.map((entry) => {
          if (entry.is === 'moment')
            return <Moment key={entry.id} at={entry.at} happened={entry.happened} customer={customer} />
          if (entry.is === 'note') {
            return (
              <div key={entry.id} className={styles.note}>
                <p className={styles.noteHead}>
                  {t('note.only-team')}
                  <Time at={entry.at} />
                </p>
                <p className={styles.words}>{entry.note.text}</p>
                {entry.note.agentId !== me && (
                  <p className={styles.noteBy}>{nameOf(entry.note.agentId) ?? t('thread.team')}</p>
                )}
              </div>
            )
          }
          const { message } = entry
          const own = message.author.is === 'agent' && message.author.id === me
          return (
            <div key={entry.id} className={styles.message} data-own={own} data-turn={entry.turn}>
              <Time at={message.at} />
              <div>
                <p className={entry.turn ? styles.name : 'visually-hidden'}>{who(message)}</p>
                <p className={styles.words}>{message.said}</p>
                {message.choices !== undefined && (
                  <ul className={styles.choices} aria-label={t('thread.choices')}>
                    {message.choices.map((choice) => (
                      <li key={choice} data-picked={choice === message.picked}>
                        {choice === message.picked && <IconCheck size={14} stroke={2} aria-hidden="true" />}
                        {choice}
                        {choice === message.picked && (
                          <span className="visually-hidden">, {t('thread.picked')}</span>
                        )}
                      </li>
                    ))}
                  </ul>
                )}
                {entry === lastOwn && unsent.length === 0 && <State message={message} />}
              </div>
            </div>
          )
        })}
        {unsent.map((each) => (
          <div key={each.key} className={styles.message} data-own="true" data-turn="false">
            <Time at={each.at} />
            <div className={styles.unsent} data-failed={each.refused !== undefined}>
              <p className="visually-hidden">{t('thread.you')}</p>
              <p className={styles.words}>{each.body.text}</p>
              <p className={styles.state} data-failed={each.refused !== undefined}>
                {each.refused === undefined ? (
                  <>
                    <IconClock size={14} stroke={1.75} aria-hidden="true" />
                    {each.sentAs === undefined ? t('thread.waiting-to-send') : t('thread.on-its-way')}
                  </>
                ) : (
                  <>
                    <IconAlertCircle size={14} stroke={1.75} aria-hidden="true" />
                    {t('thread.not-sent', { code: each.refused })}
                  </>
                )}
              </p>
              {each.refused !== undefined && (
                <p className={styles.actions}>
                  <Button variant="subtle" onClick={() => onRemove?.(each.key)}>
                    {t('thread.remove')}
                  </Button>
                  <Button variant="default" onClick={() => onRetry?.(each.key)}>
                    {t('thread.send-again')}
                  </Button>
                </p>
              )}
            </div>
          </div>
        ))}
        {isTyping && <p className={styles.typing}>{t('thread.typing', { name: customer })}</p>}
      </div>
      {fresh > 0 && (
        <Button
          className={styles.fresh ?? ''}
          variant="default"
          onClick={() => {
            const element = pane.current
            if (element !== null) element.scrollTop = element.scrollHeight
          }}
        >
          {t('thread.new', { count: fresh })}
        </Button>
      )}
    </div>
  )
}

function Time({ at }: { readonly at: string }) {
  const format = useFormat()
  return (
    <time className={styles.time} dateTime={at} title={format.moment(at)}>
      {format.brief(at)}
    </time>
  )
}

function State({ message }: { readonly message: Message }) {
  const { t } = useTranslation('desk')
  switch (message.state) {
    case 'seen':
      return <p className={styles.state}>{t('thread.seen')}</p>
    case 'delivered':
      return <p className={styles.state}>{t('thread.delivered')}</p>
    case 'waiting':
    case 'accepted':
      return <p className={styles.state}>{t('thread.sent')}</p>
    case 'failed':
      return (
        <p className={styles.state} data-failed="true">
          {t('thread.not-delivered')}
        </p>
      )
    case 'spoken':
      return null
  }
}

function Moment({
  at,
  happened,
  customer,
}: {
  readonly at: string
  readonly happened: Happened
  readonly customer: string
}) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const { kind, channel, waited = 0, promised, away, why } = happened
  const word = channel === undefined ? '' : inSentence(channelNoun(channel, shared))
  const text = (): string => {
    switch (kind) {
      case 'asked':
        return t('moment.asked', { channel: word })
      case 'waited':
        return promised === undefined
          ? t('moment.waited', { channel: word, waited: format.duration(waited) })
          : t('moment.waited-of', {
              channel: word,
              waited: format.duration(waited),
              promised: format.duration(promised),
            })
      case 'dropped':
        return t('moment.dropped', { name: customer })
      case 'resumed':
        return away === undefined
          ? t('moment.resumed', { name: customer, channel: word })
          : t('moment.offline', { name: customer, time: format.duration(away) })
      case 'moved':
        return word === '' ? t('moment.moved-on') : t('moment.moved', { channel: word })
      case 'transferred':
        return why === undefined ? t('moment.passed-on') : t('moment.passed-on-why', { why })
      case 'ended':
        return t('moment.ended')
      case 'left':
        return t('moment.left', { name: customer })
    }
  }
  const Icon = kind === 'dropped' || (kind === 'resumed' && away !== undefined) ? IconWifiOff : IconRoute
  return (
    <p className={styles.moment}>
      <Time at={at} />
      <Icon size={16} stroke={1.75} aria-hidden="true" />
      <span>{text()}</span>
    </p>
  )
}

function Earlier({
  line,
  customer,
  nameOf,
  me,
  readOnly,
}: {
  readonly line: EarlierLine
  readonly customer: string
  readonly nameOf: (id: string | undefined) => string | undefined
  readonly me: string | undefined
  readonly readOnly: boolean
}) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const Chevron = open ? IconChevronUp : IconChevronDown
  const text = [
    line.subject ?? line.reason?.label ?? t('thread.no-subject'),
    line.feeling === undefined
      ? ''
      : shared('moment.felt', { feeling: inSentence(feelingWord(line.feeling, shared)) }),
  ]
    .filter((each) => each !== '')
    .map((each) => (/[.!?…]$/.test(each) ? each : `${each}.`))
    .join(' ')
  const inside = (
    <>
      <span className={styles.time}>{format.brief(line.requestedAt)}</span>
      <ChannelIcon channel={line.channel} size={16} />
      <span>
        <strong>{channelNoun(line.channel, shared)}</strong> {text}
      </span>
    </>
  )
  if (readOnly) return <li className={styles.fold}>{inside}</li>
  return (
    <li>
      <button
        type="button"
        className={styles.fold}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open)
        }}
      >
        {inside}
        <Chevron size={16} stroke={1.75} aria-hidden="true" />
      </button>
      {open && <EarlierThread contactId={line.id} customer={customer} nameOf={nameOf} me={me} />}
    </li>
  )
}

function EarlierThread({
  contactId,
  customer,
  nameOf,
  me,
}: {
  readonly contactId: string
  readonly customer: string
  readonly nameOf: (id: string | undefined) => string | undefined
  readonly me: string | undefined
}) {
  const { t } = useTranslation('desk')
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: messagesKey(contactId),
    queryFn: ({ signal }) => api.get<Messages>(`/contact/contacts/${contactId}/messages`, { signal }),
    staleTime: 300_000,
  })
  const frame = (inside: ReactNode) => <div className={styles.opened}>{inside}</div>
  if (error !== null) return frame(<PartFailed error={error} onRetry={() => void refetch()} />)
  if (data === undefined) return frame(<Shape width="70%" height={16} />)
  if (data.items.length === 0) return frame(<p className={styles.state}>{t('thread.no-words')}</p>)
  return frame(
    entriesOf(data.items, [], undefined).map(
      (entry) =>
        entry.is === 'message' && (
          <div key={entry.id} className={styles.message} data-turn={entry.turn}>
            <Time at={entry.at} />
            <div>
              <p className={entry.turn ? styles.name : 'visually-hidden'}>
                {entry.message.author.is === 'customer'
                  ? customer
                  : entry.message.author.is === 'agent'
                    ? entry.message.author.id === me
                      ? t('thread.you')
                      : (nameOf(entry.message.author.id) ?? t('thread.team'))
                    : t('thread.automatic')}
              </p>
              <p className={styles.words}>{entry.message.said}</p>
            </div>
          </div>
        ),
    ),
  )
}
