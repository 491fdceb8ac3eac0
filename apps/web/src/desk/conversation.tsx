import { Button } from '@mantine/core'
import { IconArrowLeft, IconArrowsLeftRight, IconInfoCircle, IconPhone } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useApi, useSession } from '../api/context'
import { contactKey, isOver, useContact, useMessages } from '../api/contact'
import type { ContactLine } from '../api/contact'
import { mineKey, notesKey, useCustomer, useNotes } from '../api/desk'
import { contextKey, useContext } from '../api/journey'
import type { EarlierContact } from '../api/journey'
import { firstName, useNames } from '../api/names'
import { useAnnounce } from '../shared/announce'
import { reasonWords } from '../shared/journey-facts'
import type { JourneyFact } from '../shared/journey-facts'
import { channelWord, inSentence, peopleOf } from '../shared/journey-line'
import { useOutbox } from '../shared/outbox'
import { PageTitle, PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { CallBar } from './call-bar'
import { Composer } from './composer'
import { AddFact, ContextView, guardedFacts, knownOnDesk } from './context-column'
import styles from './desk.module.css'
import { useKeys } from './keys'
import { KeyHint } from './keys-shown'
import { entriesOf, stillUnsent } from './thread-entries'
import { ThreadView } from './thread'
import type { EarlierLine } from './thread'
import { Transfer } from './transfer'
import { WrapUp } from './wrap-up'

type Sheet = 'wrap-up' | 'transfer' | 'call'
const TYPING_PAUSE = 3_000

/** One conversation and all that is known beside it. */
export function Conversation({
  contactId,
  line,
  titleBadge,
  isTyping,
  isContextOpen,
  onToggleContext,
  onWritten,
}: {
  readonly contactId: string
  readonly line: ContactLine | undefined
  readonly titleBadge: string
  readonly isTyping: boolean
  /** Whether the context stands beside it; on narrow screens it is called up. */
  readonly isContextOpen: boolean
  readonly onToggleContext: (() => void) | undefined
  readonly onWritten: () => void
}) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const api = useApi()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const session = useSession()
  const [, navigate] = useLocation()
  const me = session.status === 'in' ? session.person : undefined
  const contact = useContact(contactId)
  const messages = useMessages(contactId)
  const notes = useNotes(contactId)
  const journeyId = contact.data?.journeyId ?? line?.journeyId
  const context = useContext(journeyId)
  const { outbox, unsent } = useOutbox(contactId)
  const [sheet, setSheet] = useState<Sheet>()
  const [typedAt, setTypedAt] = useState(0)

  const { data } = contact
  const known = context.data
  const here = known?.contacts.find(({ id }) => id === contactId)
  const person = data?.person ?? known?.person
  const customer = useCustomer(known?.person, known?.guest ?? true)
  const name = person?.name ?? line?.name ?? shared('guest')
  const items = messages.data?.items ?? []
  const nameOf = useNames([
    ...(known === undefined ? [] : peopleOf(known)),
    ...items.map(({ author }) => (author.is === 'agent' ? author.id : undefined)),
    ...(notes.data?.items ?? []).map(({ agentId }) => agentId),
  ])
  const entries = useMemo(
    () => entriesOf(messages.data?.items ?? [], notes.data?.items ?? [], here),
    [messages.data, notes.data, here],
  )
  const earlier = earlierOf(
    (data as { readonly earlier?: readonly ContactLine[] } | undefined)?.earlier ?? [],
    known?.earlier.contacts,
  )

  // What was sent stands in the thread by now.
  const arrived = items.map(({ id }) => id).join()
  useEffect(() => {
    outbox.arrived(new Set(arrived.split(',')))
  }, [outbox, arrived])

  const lastHers = items.findLast(({ author }) => author.is === 'customer')
  const saySeen = useEffectEvent((messageId: string) => {
    if (document.visibilityState !== 'visible' || data?.agentId !== me?.id) return
    api
      .put(`/contact/contacts/${contactId}/seen`, { messageId }, { key: `seen-${contactId}-${messageId}` })
      .then(() => queries.invalidateQueries({ queryKey: mineKey }))
      // The next look says it again.
      .catch(() => undefined)
  })
  const seenId =
    lastHers !== undefined && lastHers.state !== 'seen' && data !== undefined ? lastHers.id : undefined
  useEffect(() => {
    if (seenId === undefined) return undefined
    const look = (): void => {
      saySeen(seenId)
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
    }
  }, [seenId])

  const move = useMutation({
    mutationFn: (channel: string) => api.post(`/contact/contacts/${contactId}/move`, { channel }),
    onSuccess: async () => {
      setSheet(undefined)
      await Promise.all([
        queries.invalidateQueries({ queryKey: contactKey(contactId) }),
        queries.invalidateQueries({ queryKey: mineKey }),
      ])
    },
  })

  const over = data !== undefined && isOver(data.state)
  const isMine = data !== undefined && data.agentId === me?.id
  const canWrap = isMine && data.state !== 'ended' && data.state !== 'left'
  const canWrite = isMine && !over
  const way = data?.ways.find((each) => each === 'phone') ?? data?.ways.find((each) => each === 'callback')
  const canCall = canWrite && way !== undefined && data.channel !== way
  const openSheet = (next: Sheet | undefined): void => {
    setSheet(next)
  }
  useKeys({
    ...(canWrap && {
      'wrap-up': () => {
        openSheet('wrap-up')
      },
    }),
    ...(canWrite && {
      'pass-on': () => {
        openSheet('transfer')
      },
    }),
    ...(canCall && {
      call: () => {
        openSheet('call')
      },
    }),
    ...(onToggleContext && { context: onToggleContext }),
    ...(sheet !== undefined && {
      escape: () => {
        openSheet(undefined)
      },
    }),
  })

  const title = `${titleBadge}${name}`
  if (contact.error !== null && data === undefined) {
    return (
      <div className={styles.conversation}>
        <div className={styles.bar}>
          <Back />
          <PageTitle window={title}>{t('title')}</PageTitle>
        </div>
        <PartFailed error={contact.error} onRetry={() => void contact.refetch()} />
      </div>
    )
  }

  const facts = known === undefined ? [] : knownOnDesk(known, contactId, customer.data, t, shared, format)
  const guarded = known === undefined ? [] : guardedFacts(known, facts, t, shared, format)
  const failed = new Set(
    (known?.readings ?? []).filter(({ helped }) => helped === false).map(({ articleId }) => articleId),
  )
  const item = data?.item ?? line?.item
  const reason = data?.reason ?? line?.reason
  const need =
    item === undefined && reason === undefined
      ? undefined
      : {
          ...(item && { thing: item.kind }),
          ...(reason && { reason: reason.code }),
          ...(reason?.detail !== undefined && { detail: reason.detail }),
          ...(journeyId !== undefined && { journeyId }),
        }
  const subject = [item?.title, reason && inSentence(reason.detailLabel ?? reasonWords(reason))]
    .filter((each) => each !== undefined)
    .join(', ')
  const askAnyway = (fact: JourneyFact): void => {
    // Only what the journey itself holds counts as asked again; the server knows which that is.
    const asked = known?.facts.find((each) => fact.id === `fact:${each.name}`)?.name ?? fact.name
    void api.post(`/journey/journeys/${journeyId ?? ''}/questions`, { name: asked }).catch(() => undefined)
  }
  return (
    <>
      <div className={styles.conversation}>
        <div className={styles.bar}>
          <Back />
          <span className={styles.title}>
            <PageTitle window={title}>{name}</PageTitle>
            <span className={styles.subject}>{subject}</span>
          </span>
          <span className={styles.barActions}>
            {onToggleContext !== undefined && (
              <Button
                variant="default"
                aria-expanded={isContextOpen}
                onClick={onToggleContext}
                leftSection={<IconInfoCircle size={16} stroke={1.75} aria-hidden="true" />}
                rightSection={<KeyHint of="context" />}
              >
                {t('bar.context')}
              </Button>
            )}
            {canWrite && (
              <Button
                variant="default"
                leftSection={<IconArrowsLeftRight size={16} stroke={1.75} aria-hidden="true" />}
                rightSection={<KeyHint of="pass-on" />}
                onClick={() => {
                  openSheet('transfer')
                }}
              >
                {t('bar.pass-on')}
              </Button>
            )}
            {canCall && (
              <Button
                variant="default"
                leftSection={<IconPhone size={16} stroke={1.75} aria-hidden="true" />}
                rightSection={<KeyHint of="call" />}
                onClick={() => {
                  openSheet('call')
                }}
              >
                {t('bar.call')}
              </Button>
            )}
            {canWrap && (
              <Button
                rightSection={<KeyHint of="wrap-up" />}
                onClick={() => {
                  openSheet('wrap-up')
                }}
              >
                {t('bar.wrap-up')}
              </Button>
            )}
          </span>
        </div>
        {data !== undefined &&
          (data.channel === 'phone' || data.channel === 'callback') &&
          isMine &&
          !over && <CallBar contact={data} name={firstName(name)} since={line?.connectedAt} />}
        {messages.error !== null && messages.data === undefined ? (
          <PartFailed
            error={messages.error}
            title={t('thread.failed')}
            onRetry={() => void messages.refetch()}
          />
        ) : messages.data === undefined ? (
          <div className={styles.threadShapes} aria-hidden="true">
            {(['62%', '80%', '48%'] as const).map((width) => (
              <Shape key={width} width={width} height={18} />
            ))}
          </div>
        ) : (
          <ThreadView
            entries={entries}
            earlier={earlier}
            me={me?.id}
            customer={firstName(name)}
            nameOf={nameOf}
            unsent={stillUnsent(unsent, items, me?.id)}
            isTyping={isTyping}
            onRetry={(key) => {
              outbox.retry(key)
            }}
            onRemove={(key) => {
              outbox.remove(key)
            }}
          />
        )}
        {data !== undefined && sheet === 'transfer' && (
          <Transfer
            contact={data}
            onClose={() => {
              openSheet(undefined)
            }}
          />
        )}
        {sheet === 'call' && way !== undefined && (
          <div className={styles.ask} role="group" aria-label={t('bar.call')}>
            <p>{t(way === 'phone' ? 'call.ask-phone' : 'call.ask-callback', { name: firstName(name) })}</p>
            {move.isError && (
              <p className={styles.failed} role="alert">
                {t('call.move-failed')}
              </p>
            )}
            <Button
              disabled={move.isPending}
              onClick={() => {
                move.mutate(way)
              }}
            >
              {t('call.move', { channel: inSentence(channelWord(way, shared)) })}
            </Button>
            <Button
              variant="subtle"
              onClick={() => {
                openSheet(undefined)
              }}
            >
              {shared('cancel')}
            </Button>
          </div>
        )}
        {data !== undefined && sheet === 'wrap-up' ? (
          <WrapUp
            contact={data}
            context={known}
            onClose={() => {
              openSheet(undefined)
            }}
            onSaved={() => {
              openSheet(undefined)
              announce(t('bar.saved'))
              void queries.invalidateQueries({ queryKey: mineKey })
              void queries.invalidateQueries({ queryKey: contextKey(journeyId ?? '') })
              navigate('/desk')
            }}
          />
        ) : canWrite ? (
          <Composer
            key={contactId}
            contactId={contactId}
            customer={name}
            facts={guarded}
            need={need}
            failed={failed}
            onSend={(sent) => {
              outbox.add({ ...sent }, new Date().toISOString())
            }}
            onNote={async (text) => {
              await api.post(`/contact/contacts/${contactId}/notes`, { text })
              await queries.invalidateQueries({ queryKey: notesKey(contactId) })
            }}
            onTyping={() => {
              const now = Date.now()
              if (now - typedAt < TYPING_PAUSE) return
              setTypedAt(now)
              void api.post(`/contact/contacts/${contactId}/typing`).catch(() => undefined)
            }}
            onAskAnyway={askAnyway}
            onWritten={onWritten}
          />
        ) : (
          data !== undefined && (
            <Over
              contact={data}
              canWrap={canWrap}
              onWrapUp={() => {
                openSheet('wrap-up')
              }}
            />
          )
        )}
      </div>
      {isContextOpen && (
        <aside className={styles.context} aria-label={t('context.label')}>
          {context.error !== null && known === undefined ? (
            <PartFailed
              error={context.error}
              onRetry={() => void context.refetch()}
              title={t('context.failed')}
            />
          ) : known === undefined ? (
            <div className={styles.threadShapes} aria-hidden="true">
              {(['70%', '55%', '80%', '60%'] as const).map((width) => (
                <Shape key={width} width={width} height={16} />
              ))}
            </div>
          ) : (
            <ContextView
              context={known}
              contactId={contactId}
              known={facts}
              me={me?.id}
              nameOf={nameOf}
              replay={me?.roles.some((role) => role === 'supervisor' || role === 'analyst') ?? false}
            >
              {canWrite && <AddFact journeyId={known.id} />}
            </ContextView>
          )}
        </aside>
      )}
    </>
  )
}

function Back() {
  const { t } = useTranslation('desk')
  return (
    <Link to="/desk" className={styles.back ?? ''} aria-label={t('bar.back')}>
      <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
    </Link>
  )
}

function Over({
  contact,
  canWrap,
  onWrapUp,
}: {
  readonly contact: { readonly state: string; readonly summary?: { readonly words: string } }
  readonly canWrap: boolean
  readonly onWrapUp: () => void
}) {
  const { t } = useTranslation('desk')
  return (
    <div className={styles.over}>
      {contact.summary !== undefined && <p>{contact.summary.words}</p>}
      <p>
        {contact.state === 'wrapping'
          ? t('over.wrapping')
          : contact.state === 'waiting' || contact.state === 'dropped'
            ? t('over.elsewhere')
            : t('over.ended')}
      </p>
      {canWrap && (
        <Button onClick={onWrapUp} rightSection={<KeyHint of="wrap-up" />}>
          {t('bar.wrap-up')}
        </Button>
      )}
    </div>
  )
}

/** Oldest first, with how she felt about each. */
export function earlierOf(
  lines: readonly ContactLine[],
  told: readonly EarlierContact[] = [],
): readonly EarlierLine[] {
  return lines
    .map((line): EarlierLine => {
      const feeling = told.find(({ id }) => id === line.id)?.feeling
      const { id, channel, requestedAt, subject, reason } = line
      return {
        id,
        channel,
        requestedAt,
        ...(subject !== undefined && { subject }),
        ...(reason && { reason }),
        ...(feeling !== undefined && { feeling }),
      }
    })
    .toReversed()
}
