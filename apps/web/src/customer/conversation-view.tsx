import { Button } from '@mantine/core'
import {
  IconCheck,
  IconChevronDown,
  IconChevronLeft,
  IconDeviceMobile,
  IconDots,
  IconWifiOff,
} from '@tabler/icons-react'
import { useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Case } from '../api/case'
import { isOver } from '../api/contact'
import type { Contact, Message, Work } from '../api/contact'
import type { Connection } from '../api/live'
import { firstName } from '../api/names'
import { useNow } from '../shared/clock'
import { ChannelIcon } from '../shared/icons'
import type { JourneyFact } from '../shared/journey-facts'
import { channelWord, inSentence } from '../shared/journey-line'
import { NARROW, useMedia } from '../shared/media'
import type { Unsent } from '../shared/outbox'
import { usePast } from '../shared/past'
import { Avatar, PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { ConversationKnown } from './conversation-known'
import { Again, Ended, EndedSide } from './conversation-ended'
import { WaitingStatus } from './conversation-waiting'
import { CustomerPage } from './frame'
import { Thread } from './thread'
import { threadItems } from './thread-items'
import type { Gap } from './thread-items'
import styles from './conversation.module.css'

export interface Code {
  readonly code: string
  readonly expiresAt: string
}

export interface ConversationViewProps {
  readonly contact: Contact
  readonly title: ReactNode
  /** Undefined while they load. */
  readonly messages: readonly Message[] | undefined
  readonly failed?: unknown
  readonly onRetryMessages?: () => void
  readonly unsent?: readonly Unsent[]
  readonly gaps?: readonly Gap[]
  readonly name: (id: string | undefined) => string | undefined
  readonly facts: readonly JourneyFact[] | undefined
  readonly connectedAt: string | undefined
  readonly endedAt: string | undefined
  readonly connection?: Connection
  readonly onReconnect?: () => void
  readonly typing?: string | undefined
  readonly devices?: number
  readonly work: Work | undefined
  readonly phone: string | undefined
  readonly kase: Case | undefined
  readonly code?: Code | undefined
  readonly onCode?: () => void
  readonly moving?: string | undefined
  readonly moveFailed?: unknown
  readonly ending?: boolean
  readonly endFailed?: unknown
  readonly correcting?: boolean
  readonly correctFailed?: unknown
  readonly onMove?: (to: string) => void
  readonly onEnd?: (how: 'end' | 'leave') => void
  readonly onCorrect?: (
    fact: { readonly name: string; readonly label: string; readonly value: string },
    done: () => void,
  ) => void
  readonly onPick?: (message: Message, choice: string) => void
  readonly onRetry?: (key: string) => void
  readonly onRemove?: (key: string) => void
  /** Another time to be called at. */
  readonly onRebook?: () => void
  /** Last digits of the number we call. */
  readonly number?: string | undefined
  readonly onAgain?: () => void
  readonly againBusy?: boolean
  readonly againFailed?: unknown
  readonly composer?: ReactNode
  /** How it was for her; of a past moment, as she had said by then. */
  readonly feedback?: ReactNode
  /** As it was: nothing can be pressed. */
  readonly readOnly?: boolean
}

/** One conversation as it stands: who, what was said, what is known, and how it can go on. */
export function ConversationView(props: ConversationViewProps) {
  const { contact, messages, unsent = [], gaps = [], name, failed, onRetryMessages, readOnly = false } = props
  const { t } = useTranslation('conversation')
  const past = usePast()
  const [opened] = useState(() => Date.now())
  const narrow = useMedia(NARROW)
  const over = isOver(contact.state)
  const full = name(contact.agentId)
  const who = full === undefined ? undefined : firstName(full)
  const items = threadItems(messages ?? [], { gaps, leg: contact.legs.at(-1), today: past?.now ?? opened })
  const known = <ConversationKnown {...props} who={who} />
  const talk = (
    <section className={styles.talk} data-over={over} aria-label={t('chat.label')}>
      <Head {...props} over={over} />
      {narrow && !over && <Strip {...props} who={who} />}
      <div role="status">
        {!over && props.connection?.status === 'lost' && (
          <Lost {...props} since={props.connection.since} retryAt={props.connection.retryAt} />
        )}
      </div>
      {props.devices !== undefined && props.devices > 1 && !over && (
        <p className={styles.elsewhere}>
          <IconDeviceMobile size={20} stroke={1.75} aria-hidden="true" />
          <span>
            <strong>{t('chat.elsewhere')}</strong> {t('chat.elsewhere-text')}
          </span>
        </p>
      )}
      {!over && <WaitingStatus {...props} who={who} />}
      {failed !== undefined && failed !== null ? (
        <div className={styles.shapes}>
          <PartFailed
            error={failed}
            title={t('chat.failed')}
            {...(onRetryMessages && { onRetry: onRetryMessages })}
          />
        </div>
      ) : messages === undefined ? (
        <div className={styles.shapes} aria-busy="true">
          <Shape width="60%" height={64} />
          <Shape width="45%" height={44} />
        </div>
      ) : (
        <Thread
          contactId={contact.id}
          label={who === undefined ? t('chat.label') : t('chat.label-with', { name: who })}
          items={items}
          messages={messages}
          unsent={unsent}
          name={name}
          agentId={contact.agentId}
          typing={props.typing}
          scrolls={!over}
          readOnly={readOnly}
          {...(!over && !readOnly && { onPick: props.onPick })}
          {...(props.onRetry && { onRetry: props.onRetry })}
          {...(props.onRemove && { onRemove: props.onRemove })}
          before={
            messages.length + unsent.length === 0 && over ? (
              <p className={styles.nothing}>{t('chat.nothing-said')}</p>
            ) : null
          }
        />
      )}
      {over ? <Ended {...props} who={who} /> : props.composer}
    </section>
  )
  if (over) {
    return (
      <CustomerPage
        wide
        side={
          <>
            <EndedSide {...props} narrow={narrow} />
            {known}
          </>
        }
        bar={narrow && !readOnly && <Again {...props} />}
      >
        {talk}
      </CustomerPage>
    )
  }
  return (
    <div className={styles.page}>
      {talk}
      {!narrow && (
        <div className={styles.side}>
          {known}
          <p className={styles.keep}>{t('chat.keep')}</p>
        </div>
      )}
    </div>
  )
}

function Head(props: ConversationViewProps & { readonly over: boolean }) {
  const { contact, title, name, connectedAt, endedAt, over, onMove, onEnd, readOnly = false } = props
  const { moving, moveFailed, ending = false, endFailed } = props
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const narrow = useMedia(NARROW)
  const dialog = useRef<HTMLDialogElement>(null)
  const ask = useId()
  const full = name(contact.agentId)
  const answered = connectedAt !== undefined
  const ways = over || readOnly ? [] : contact.ways.filter((way) => way !== contact.channel)
  const [first, ...others] = ways
  const begun = contact.requestedAt
  const about = contact.item?.title
  const waited =
    answered && begun !== undefined && !over
      ? t('chat.answered-after', { time: format.duration(Date.parse(connectedAt) - Date.parse(begun)) })
      : over && (endedAt ?? begun) !== undefined
        ? format.moment(endedAt ?? begun ?? '')
        : undefined
  const endIt = (): void => {
    if (answered) dialog.current?.showModal()
    else onEnd?.('leave')
  }
  const wayWords = (way: string): string => t('chat.continue', { channel: goingBy(way) })
  const endWords = t(answered ? (contact.channel === 'chat' ? 'chat.end' : 'chat.end-other') : 'chat.leave')
  return (
    <div className={styles.head}>
      <Link to={backTo(contact)} className={styles.back ?? ''} aria-label={shared('back')}>
        <IconChevronLeft size={22} stroke={1.75} aria-hidden="true" />
      </Link>
      {full === undefined ? (
        <span className={styles.channel}>
          <ChannelIcon channel={contact.channel} />
        </span>
      ) : (
        <Avatar name={full} of="staff" />
      )}
      <div className={styles.who}>
        {title}
        <p>{[about, narrow ? undefined : waited].filter((each) => each !== undefined).join(', ')}</p>
      </div>
      {!over && !readOnly && (
        <div className={styles.ways}>
          {first !== undefined &&
            (narrow ? (
              <button
                type="button"
                className={styles.round}
                aria-label={wayWords(first)}
                title={wayWords(first)}
                onClick={() => onMove?.(first)}
              >
                <ChannelIcon channel={first} />
              </button>
            ) : (
              <Button
                variant="default"
                aria-disabled={moving !== undefined}
                leftSection={<ChannelIcon channel={first} size={18} />}
                onClick={() => onMove?.(first)}
              >
                {moving === first ? t('chat.moving') : wayWords(first)}
              </Button>
            ))}
          {!narrow && others.length === 0 ? (
            <Button variant="default" aria-disabled={ending} onClick={endIt}>
              {endWords}
            </Button>
          ) : (
            <More label={t('chat.more')}>
              {others.map((way) => (
                <button key={way} type="button" onClick={() => onMove?.(way)}>
                  <ChannelIcon channel={way} /> {wayWords(way)}
                </button>
              ))}
              <button type="button" onClick={endIt}>
                {endWords}
              </button>
            </More>
          )}
        </div>
      )}
      {moveFailed !== undefined && moveFailed !== null && (
        <p className={styles.wrong} role="alert">
          {t('chat.move-failed')}
        </p>
      )}
      {endFailed !== undefined && endFailed !== null && (
        <p className={styles.wrong} role="alert">
          {t('chat.end-failed')}
        </p>
      )}
      <dialog ref={dialog} className={styles.dialog} aria-labelledby={ask}>
        <h2 id={ask}>{t('chat.end-ask')}</h2>
        <p>{t('chat.end-text')}</p>
        <div className={styles.buttons}>
          <Button
            variant="default"
            onClick={() => {
              dialog.current?.close()
            }}
          >
            {t('chat.end-not')}
          </Button>
          <Button
            onClick={() => {
              dialog.current?.close()
              onEnd?.('end')
            }}
          >
            {endWords}
          </Button>
        </div>
      </dialog>
    </div>
  )

  function goingBy(way: string): string {
    return way === 'callback' || way === 'phone' || way === 'chat' || way === 'message'
      ? t(`chat.by-channel.${way}`)
      : inSentence(channelWord(way, shared))
  }
}

function backTo({ item }: Contact): string {
  return item === undefined ? '/' : `/things/${item.id}`
}

/** A few more things to press, below a button. */
function More({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  return (
    <div
      className={styles.more}
      role="presentation"
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !open) return
        setOpen(false)
        button.current?.focus()
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false)
      }}
    >
      <button
        ref={button}
        type="button"
        className={styles.round}
        aria-expanded={open}
        aria-controls={id}
        aria-label={label}
        title={label}
        onClick={() => {
          setOpen(!open)
        }}
      >
        <IconDots size={20} stroke={1.75} aria-hidden="true" />
      </button>
      <div
        id={id}
        hidden={!open}
        className={styles.sheet}
        role="presentation"
        onClickCapture={() => {
          // Before what was pressed folds away, so that a dialog gives focus back to something that is there.
          button.current?.focus()
        }}
        onClick={() => {
          setOpen(false)
        }}
      >
        {children}
      </div>
    </div>
  )
}

/** On a phone what is known is a strip that opens. */
function Strip(props: ConversationViewProps & { readonly who: string | undefined }) {
  const { facts = [], who } = props
  const { t } = useTranslation('conversation')
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div className={styles.strip}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => {
          setOpen(!open)
        }}
      >
        <IconCheck size={18} stroke={1.75} aria-hidden="true" />
        <span>
          {who === undefined
            ? t('known.strip-nobody', { count: facts.length })
            : t('known.strip', { name: who, count: facts.length })}
        </span>
        <IconChevronDown size={20} stroke={1.75} aria-hidden="true" />
      </button>
      <div id={id} hidden={!open} className={styles.stripBody}>
        <ConversationKnown {...props} plain />
      </div>
    </div>
  )
}

function Lost({
  contact,
  since,
  retryAt,
  onReconnect,
  onMove,
}: ConversationViewProps & { readonly since: number; readonly retryAt: number }) {
  const { t } = useTranslation('conversation')
  const now = useNow()
  const phone = contact.ways.find((way) => way === 'phone')
  // A blink is not worth a word.
  if (now - since < 1_000) return null
  return (
    <div className={styles.lost}>
      <p>
        <IconWifiOff size={20} stroke={1.75} aria-hidden="true" />
        {t('chat.offline')}
      </p>
      <p className={styles.trying}>
        <span aria-hidden="true">
          {t('chat.trying', { count: Math.max(1, Math.ceil((retryAt - now) / 1_000)) })}
        </span>
        <button type="button" onClick={onReconnect}>
          {t('chat.try-now')}
        </button>
        {phone !== undefined && (
          <button type="button" onClick={() => onMove?.(phone)}>
            {t('chat.continue', { channel: t('chat.by-channel.phone') })}
          </button>
        )}
      </p>
    </div>
  )
}
