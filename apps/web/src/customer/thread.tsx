import { Button } from '@mantine/core'
import { IconAlertCircle, IconArrowDown, IconCheck, IconClock, IconWifiOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../api/contact'
import { useApi } from '../api/context'
import type { Article } from '../api/knowledge'
import { firstName } from '../api/names'
import { ChannelIcon } from '../shared/icons'
import { channelWord, inSentence } from '../shared/journey-line'
import type { Unsent } from '../shared/outbox'
import { Avatar, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { fromOthers } from './thread-items'
import type { ThreadItem } from './thread-items'
import styles from './thread.module.css'

const SafeMarkdown = lazy(() => import('../shared/markdown'))

export interface ThreadProps {
  /** Keeps the reader's place from visit to visit. */
  readonly contactId: string
  readonly label: string
  readonly items: readonly ThreadItem[]
  readonly messages: readonly Message[]
  readonly unsent: readonly Unsent[]
  readonly name: (id: string | undefined) => string | undefined
  /** Who has the contact. */
  readonly agentId: string | undefined
  /** Who writes right now. */
  readonly typing?: string | undefined
  readonly before?: ReactNode
  readonly readOnly?: boolean
  /** It has its own scroll; one that is over stands in the page as it is. */
  readonly scrolls?: boolean
  readonly onPick?: ((message: Message, choice: string) => void) | undefined
  readonly onRetry?: (key: string) => void
  readonly onRemove?: (key: string) => void
}

/** Closer to the end than this is at the end, in px. */
const END = 48

/** Everything said, oldest first: hers right, ours left with the name once for each turn. */
export function Thread(props: ThreadProps) {
  const { contactId, label, items, messages, unsent, typing, before, scrolls = true } = props
  const { t } = useTranslation('conversation')
  const scroller = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const others = fromOthers(messages)
  /** How many of ours there were when she left the end. */
  const [left, setLeft] = useState<number>()
  const slot = `throughline.place.${contactId}`
  const count = messages.length + unsent.length
  const loaded = count > 0
  useEffect(() => {
    const log = scroller.current
    const place = Number(sessionStorage.getItem(slot) ?? Number.NaN)
    if (log === null || !loaded || !Number.isFinite(place)) return
    atEnd.current = false
    log.scrollTop = place
  }, [slot, loaded])
  useLayoutEffect(() => {
    const log = scroller.current
    if (log !== null && atEnd.current) log.scrollTop = log.scrollHeight
  }, [count, typing, items])
  useEffect(() => {
    const log = scroller.current
    if (log === null) return undefined
    // A keyboard that opens, or a band above, makes it smaller: who was at the end stays there.
    const resized = new ResizeObserver(() => {
      if (atEnd.current) log.scrollTop = log.scrollHeight
    })
    resized.observe(log)
    return () => {
      resized.disconnect()
    }
  }, [])
  const toEnd = (): void => {
    const log = scroller.current
    if (log === null) return
    atEnd.current = true
    setLeft(undefined)
    sessionStorage.removeItem(slot)
    log.scrollTop = log.scrollHeight
    log.focus({ preventScroll: true })
  }
  const news = left === undefined ? 0 : others - left
  return (
    <div className={styles.frame} data-scrolls={scrolls}>
      <div
        ref={scroller}
        className={styles.log}
        role="log"
        aria-label={label}
        aria-live="polite"
        tabIndex={scrolls ? 0 : -1}
        onScroll={({ currentTarget: log }) => {
          if (!scrolls) return
          const end = log.scrollHeight - log.scrollTop - log.clientHeight < END
          if (end !== atEnd.current) setLeft(end ? undefined : others)
          atEnd.current = end
          if (end) sessionStorage.removeItem(slot)
          else sessionStorage.setItem(slot, String(log.scrollTop))
        }}
      >
        {before}
        {items.map((item) => (
          <Item key={item.id} item={item} page={props} />
        ))}
        {unsent.map((each) => (
          <Waiting key={each.key} unsent={each} page={props} />
        ))}
        {typing !== undefined && (
          <div className={styles.turn} aria-live="off">
            <Avatar name={typing} of="staff" />
            <span
              className={styles.typing}
              role="img"
              aria-label={t('chat.typing', { name: firstName(typing) })}
            >
              <i />
              <i />
              <i />
            </span>
          </div>
        )}
      </div>
      {left !== undefined && (
        <button type="button" className={styles.news} onClick={toEnd}>
          <IconArrowDown size={18} stroke={1.75} aria-hidden="true" />
          {news > 0 ? t('chat.new', { count: news }) : t('chat.to-end')}
        </button>
      )}
    </div>
  )
}

function Item({ item, page }: { readonly item: ThreadItem; readonly page: ThreadProps }) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  switch (item.kind) {
    case 'day':
      return <Moment>{format.day(item.at)}</Moment>
    case 'gap':
      return (
        <Moment icon={<IconWifiOff size={18} stroke={1.75} aria-hidden="true" />}>
          {t('chat.was-offline', { time: longTime(item.away) })}
        </Moment>
      )
    case 'moved':
      return (
        <Moment icon={<ChannelIcon channel={item.channel} size={18} />}>
          {t('chat.moved', { channel: goingBy(item.channel) })}
        </Moment>
      )
    case 'system':
      return (
        <Moment>
          {item.message.said} <span className={styles.small}>{format.time(item.message.at)}</span>
        </Moment>
      )
    case 'turn':
      return item.mine ? <Mine turn={item} page={page} /> : <Theirs turn={item} page={page} />
  }

  function goingBy(channel: string): string {
    return channel === 'phone' || channel === 'callback' || channel === 'chat' || channel === 'message'
      ? t(`chat.by-channel.${channel}`)
      : inSentence(channelWord(channel, shared))
  }

  function longTime(away: number): string {
    const seconds = Math.round(away / 1_000)
    return seconds < 60
      ? t('chat.seconds', { count: seconds })
      : t('chat.minutes', { count: Math.round(seconds / 60) })
  }
}

type Turn = Extract<ThreadItem, { readonly kind: 'turn' }>

function Moment({ icon, children }: { readonly icon?: ReactNode; readonly children: ReactNode }) {
  return (
    <p className={styles.moment}>
      {icon}
      <span>{children}</span>
    </p>
  )
}

function Mine({ turn, page }: { readonly turn: Turn; readonly page: ThreadProps }) {
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const last = turn.messages.at(-1)
  const agent = page.name(page.agentId)
  return (
    // Her own words are not read back to her.
    <div className={styles.turn} data-mine="true" aria-live="off">
      <div className={styles.words}>
        {turn.messages.map(({ id, said }) => (
          <p key={id} className={styles.bubble}>
            <span className="visually-hidden">{t('chat.you-said')} </span>
            {said}
          </p>
        ))}
        {last !== undefined && (
          <p className={styles.under}>{last.state === 'failed' ? t('chat.not-arrived') : stateWords(last)}</p>
        )}
      </div>
    </div>
  )

  function stateWords({ state, at }: Message): string {
    const time = format.time(at)
    if (state === 'seen') {
      return agent === undefined
        ? t('chat.seen', { time })
        : t('chat.seen-by', { time, name: firstName(agent) })
    }
    return state === 'spoken' ? time : t('chat.delivered', { time })
  }
}

function Theirs({ turn, page }: { readonly turn: Turn; readonly page: ThreadProps }) {
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const full = page.name(turn.agentId)
  const name = full === undefined ? t('chat.us') : firstName(full)
  const last = turn.messages.at(-1)
  return (
    <div className={styles.turn} data-theirs="true">
      <div className={styles.theirs}>
        {turn.messages.map((message) => (
          <div key={message.id} className={styles.said}>
            {full !== undefined && message === last && (
              <span className={styles.face}>
                <Avatar name={full} of="staff" />
              </span>
            )}
            <p className={styles.bubble}>
              <span className="visually-hidden">{t('chat.says', { name })} </span>
              {message.said}
            </p>
            {message.articleId !== undefined && <Guide id={message.articleId} />}
            {message.choices !== undefined && <Choices message={message} page={page} />}
          </div>
        ))}
        {last !== undefined && (
          <p className={styles.under}>{t('chat.by', { name, time: format.time(last.at) })}</p>
        )}
      </div>
    </div>
  )
}

function Choices({ message, page }: { readonly message: Message; readonly page: ThreadProps }) {
  const { t } = useTranslation('conversation')
  const { onPick, unsent, readOnly = false } = page
  const waiting = unsent.findLast(({ body }) => body.answers === message.id)?.body.text
  const picked = waiting ?? message.picked
  return (
    <div className={styles.choices} role="group" aria-label={t('chat.choices')}>
      {(message.choices ?? []).map((choice) => (
        <button
          key={choice}
          type="button"
          aria-pressed={choice === picked}
          disabled={readOnly || onPick === undefined}
          onClick={() => {
            if (choice !== picked) onPick?.(message, choice)
          }}
        >
          {choice === picked && <IconCheck size={18} stroke={1.75} aria-hidden="true" />}
          {choice}
        </button>
      ))}
    </div>
  )
}

/** A guide we sent along, opened in its place. */
function Guide({ id }: { readonly id: string }) {
  const { t } = useTranslation('conversation')
  const api = useApi()
  const [open, setOpen] = useState(false)
  const panel = useId()
  const article = useQuery({
    queryKey: ['article', id],
    queryFn: ({ signal }) => api.get<Article>(`/knowledge/articles/${id}`, { signal }),
    staleTime: 300_000,
  })
  const title = article.data?.title
  if (article.isError) return null
  return (
    <div className={styles.guide}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => {
          setOpen(!open)
        }}
      >
        {title ?? <Shape width={160} height={20} />}
        <span>{t(open ? 'chat.guide-close' : 'chat.guide-open')}</span>
      </button>
      <div id={panel} hidden={!open}>
        {open && article.data !== undefined && (
          <Suspense fallback={<Shape width="80%" height={60} />}>
            <SafeMarkdown text={article.data.body} />
          </Suspense>
        )}
      </div>
    </div>
  )
}

/** Written, and not known to have arrived. */
function Waiting({ unsent, page }: { readonly unsent: Unsent; readonly page: ThreadProps }) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const { key, at, body, refused, sentAs } = unsent
  const time = format.time(at)
  return (
    <div className={styles.turn} data-mine="true" aria-live="off">
      <div className={styles.words}>
        <p
          className={styles.bubble}
          data-state={refused !== undefined ? 'refused' : sentAs === undefined ? 'waiting' : 'sent'}
        >
          <span className="visually-hidden">{t('chat.you-said')} </span>
          {body.text}
        </p>
        {refused === undefined ? (
          <p className={styles.under}>
            {sentAs === undefined ? (
              <>
                <IconClock size={16} stroke={1.75} aria-hidden="true" /> {t('chat.waiting-to-send', { time })}
              </>
            ) : (
              t('chat.delivered', { time })
            )}
          </p>
        ) : (
          <>
            <p className={styles.refused} role="alert">
              <IconAlertCircle size={18} stroke={1.75} aria-hidden="true" />
              {t(refused === 'contact.over' ? 'chat.refused-over' : 'chat.refused', { code: refused })}
            </p>
            <div className={styles.again}>
              <Button variant="subtle" onClick={() => page.onRemove?.(key)}>
                {t('chat.remove')}
              </Button>
              {refused !== 'contact.over' && (
                <Button variant="default" onClick={() => page.onRetry?.(key)}>
                  {shared('try-again')}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </div>
  )
}
