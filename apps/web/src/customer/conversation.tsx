import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useAbout } from '../api/about'
import { useCase } from '../api/case'
import { useApi } from '../api/context'
import { contactKey, isOver, messagesKey, newsOf, takeNews, useContact, useMessages } from '../api/contact'
import type { Contact, Started, Work } from '../api/contact'
import { contextKey, useContext, useEvents } from '../api/journey'
import { useLive } from '../api/live'
import { useNames } from '../api/names'
import { randomKey } from '../api/random'
import { factsOf } from '../shared/journey-facts'
import { channelWord } from '../shared/journey-line'
import { useVisible } from '../shared/media'
import { notShown, useDraft, useOutbox } from '../shared/outbox'
import { PageTitle } from '../shared/parts'
import { useFormat } from '../words/format'
import { Composer } from './composer'
import { ConversationView } from './conversation-view'
import { ConversationShape } from './conversation-shape'
import { Lost } from './lost'
import { useContactUs } from './my-stuff-begin'
import { unseen } from './thread-items'
import type { Gap } from './thread-items'

/** Shorter than this nobody noticed, in milliseconds. */
const NOTICED = 3_000
const TYPING = 6_000
const POLL = 10_000

/** A conversation over every channel it went: as it goes on, and for ever after. */
export default function Conversation({ contactId }: { readonly contactId: string }) {
  const contact = useContact(contactId)
  if (contact.data !== undefined) return <Talk key={contactId} contact={contact.data} />
  if (contact.isPending) return <ConversationShape />
  return <Lost error={contact.error} onRetry={() => void contact.refetch()} />
}

function Talk({ contact: told }: { readonly contact: Contact }) {
  const { id, journeyId, state, channel } = told
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const api = useApi()
  const queries = useQueryClient()
  const format = useFormat()
  const about = useAbout()
  const visible = useVisible()
  const [, go] = useLocation()
  const messages = useMessages(id)
  const context = useContext(journeyId)
  const events = useEvents(journeyId)
  const thread = messages.data?.items ?? []
  const known = context.data?.contacts.find((each) => each.id === id)
  const spoke = thread.findLast(({ author }) => author.is === 'agent')?.author
  // When it is over it is with nobody; who answered stays its face.
  const agentId =
    told.agentId ??
    (isOver(state) ? (known?.assigned?.agentId ?? (spoke?.is === 'agent' ? spoke.id : undefined)) : undefined)
  const contact: Contact = { ...told, ...(agentId !== undefined && { agentId }) }
  const name = useNames([
    agentId,
    ...thread.map(({ author }) => (author.is === 'agent' ? author.id : undefined)),
  ])
  const { outbox, unsent } = useOutbox(id)
  const [draft, setDraft] = useDraft(id)
  const [gaps, setGaps] = useState<readonly Gap[]>([])
  const [typingAt, setTypingAt] = useState<number>()
  const [devices, setDevices] = useState(1)
  const over = isOver(state)
  const waits = state === 'waiting' || state === 'ringing'
  // Until the summary stands there, there is something to hear.
  const heard = state !== 'left' && contact.summary === undefined
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: contactKey(id) })
    void queries.invalidateQueries({ queryKey: messagesKey(id) })
    void queries.invalidateQueries({ queryKey: ['work', id] })
  }
  const live = useLive(
    heard ? `/contact/contacts/${id}/live` : undefined,
    (event) => {
      const news = newsOf(event)
      if (news?.contactId !== id) return
      if (event.name === 'devices') setDevices(news.count ?? 1)
      else if (event.name === 'typing') {
        if (news.by === 'agent') setTypingAt(Date.now())
      } else {
        if (event.name === 'MessagePosted' && news.author !== 'customer') setTypingAt(undefined)
        if (event.name.startsWith('Contact'))
          void queries.invalidateQueries({ queryKey: contextKey(journeyId) })
        takeNews(queries, event, new Date().toISOString())
      }
    },
    (away) => {
      const at = new Date().toISOString()
      if (away >= NOTICED) setGaps((before) => [...before, { at, away }])
      void outbox.flush()
    },
  )
  const connected = live.connection.status === 'live'
  useEffect(() => {
    if (!connected) return
    // What came between the first look and the stream, or while the stream was away.
    void queries.invalidateQueries({ queryKey: contactKey(id) })
    void queries.invalidateQueries({ queryKey: messagesKey(id) })
    void queries.invalidateQueries({ queryKey: contextKey(journeyId) })
  }, [connected, id, journeyId, queries])
  const arrived = thread.map((message) => message.id).join()
  useEffect(() => {
    outbox.arrived(new Set(arrived.split(',')))
  }, [outbox, arrived])
  const onItsWay = unsent.some(({ sentAs }) => sentAs !== undefined)
  useEffect(() => {
    if (onItsWay && !connected) void queries.invalidateQueries({ queryKey: messagesKey(id) })
  }, [onItsWay, connected, id, queries])
  useEffect(() => {
    if (typingAt === undefined) return undefined
    const timer = setTimeout(() => {
      setTypingAt(undefined)
    }, TYPING)
    return () => {
      clearTimeout(timer)
    }
  }, [typingAt])
  const last = unseen(thread)
  useEffect(() => {
    if (!visible || last === undefined) return
    // Asked again with the next message, should it be lost.
    void api.put(`/contact/contacts/${id}/seen`, { messageId: last }).catch(() => undefined)
  }, [api, id, last, visible])
  const work = useQuery({
    queryKey: ['work', id],
    queryFn: ({ signal }) => api.get<Work>(`/routing/work/${id}`, { signal }),
    enabled: waits,
    refetchInterval: POLL,
  })
  const me = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.get<{ readonly phone?: string }>('/identity/me', { signal }),
    enabled: channel === 'callback' && !over,
    staleTime: 300_000,
  })
  const move = useMutation({
    mutationFn: ({ to, key }: { readonly to: string; readonly key: string }) =>
      api.post<Started>(`/contact/contacts/${id}/move`, { channel: to }, { key }),
    onSettled: refresh,
  })
  const end = useMutation({
    mutationFn: ({ how, key }: { readonly how: 'end' | 'leave'; readonly key: string }) =>
      api.post<Started>(`/contact/contacts/${id}/${how}`, how === 'leave' ? { why: 'gave-up' } : {}, { key }),
    onSettled: refresh,
  })
  const correct = useMutation({
    mutationFn: ({ key, ...fact }: Correction) =>
      api.post(`/journey/journeys/${journeyId}/facts`, fact, { key }),
    onSuccess: () => queries.invalidateQueries({ queryKey: contextKey(journeyId) }),
  })
  const [code, setCode] = useState<{ readonly code: string; readonly expiresAt: string }>()
  const ask = useMutation({
    mutationFn: ({ key }: { readonly key: string }) =>
      api.post<{ readonly code: string; readonly expiresAt: string }>(
        `/contact/contacts/${id}/continuations`,
        { form: 'spoken' },
        { key },
      ),
    onSuccess: setCode,
  })
  const { mutate: goOn } = move
  const leg = contact.legs.at(-1)?.leg ?? 1
  useEffect(() => {
    // Her page is back before it was over: she takes up her place without pressing anything. One key, so one time.
    if (state === 'dropped' && channel === 'chat' && connected && visible) {
      goOn({ to: 'chat', key: `back-${id}-${String(leg)}` })
    }
  }, [state, channel, connected, visible, id, leg, goOn])
  const caseId =
    contact.summary?.caseId ??
    contact.caseId ??
    context.data?.cases.find(({ contacts }) => contacts.includes(id))?.id
  const caseToCome = contact.summary !== undefined && context.data !== undefined && caseId === undefined
  useEffect(() => {
    if (!caseToCome) return undefined
    // The case is opened upon the summary, a moment later.
    const timer = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: contextKey(journeyId) })
    }, 1_000)
    return () => {
      clearTimeout(timer)
    }
  }, [caseToCome, journeyId, queries])
  const wasOpen = useRef(!over)
  useEffect(() => {
    // What had focus went with the composer.
    if (over && wasOpen.current && document.activeElement === document.body)
      document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
    wasOpen.current = !over
  }, [over])
  const kase = useCase(over ? caseId : undefined)
  const again = useContactUs()
  const facts =
    context.data &&
    factsOf(context.data, {
      viewer: 'customer',
      t: shared,
      format,
      contactId: id,
      events: events.data?.items ?? [],
    })
  const agent = name(agentId)
  const say = (body: { readonly text: string; readonly answers?: string }): void => {
    outbox.add(body, new Date().toISOString(), randomKey(), thread.at(-1)?.position ?? 0)
  }
  const title = agent ?? channelWord(channel, shared)
  return (
    <ConversationView
      contact={contact}
      title={
        <PageTitle
          window={`${t('chat.window', { channel: channelWord(channel, shared) })}, ${about?.name ?? ''}`}
        >
          {title}
        </PageTitle>
      }
      messages={messages.data?.items}
      failed={messages.data === undefined ? messages.error : undefined}
      onRetryMessages={() => void messages.refetch()}
      unsent={notShown(
        unsent,
        thread.filter(({ author }) => author.is === 'customer'),
      )}
      gaps={gaps}
      name={name}
      facts={facts}
      connectedAt={known?.connectedAt}
      endedAt={known?.endedAt}
      connection={live.connection}
      onReconnect={live.retry}
      typing={typingAt === undefined || !connected ? undefined : agent}
      devices={devices}
      work={work.data}
      phone={about?.phone ?? undefined}
      kase={kase.data}
      code={code}
      onCode={() => {
        ask.mutate({ key: randomKey() })
      }}
      moving={move.isPending && state !== 'dropped' ? move.variables.to : undefined}
      moveFailed={move.isError && state !== 'dropped' ? move.error : undefined}
      ending={end.isPending}
      endFailed={end.isError ? end.error : undefined}
      correcting={correct.isPending}
      correctFailed={correct.isError ? correct.error : undefined}
      onMove={(to) => {
        move.mutate({ to, key: randomKey() })
      }}
      onEnd={(how) => {
        end.mutate({ how, key: randomKey() })
      }}
      onCorrect={(fact, done) => {
        correct.mutate({ ...fact, key: randomKey() }, { onSuccess: done })
      }}
      onPick={(message, choice) => {
        say({ text: choice, answers: message.id })
      }}
      onRetry={(key) => {
        outbox.retry(key)
      }}
      onRemove={(key) => {
        outbox.remove(key)
      }}
      onAgain={() => {
        if (caseId !== undefined) again.contactAboutCase(caseId)
        else {
          const { item, reason } = contact
          again.contact({
            ...(item !== undefined && { itemId: item.id }),
            ...(item !== undefined && reason !== undefined && { reason: reason.code }),
            ...(item !== undefined && reason?.detail !== undefined && { detail: reason.detail }),
          })
        }
      }}
      againBusy={again.busy}
      againFailed={again.failed}
      composer={
        over ? undefined : (
          <Composer
            label={
              agent === undefined
                ? t('chat.write')
                : t('chat.write-to', { name: agent.split(' ')[0] ?? agent })
            }
            text={draft}
            onText={setDraft}
            onSend={(text) => {
              say({ text })
            }}
            onTyping={() => {
              if (state === 'connected') {
                void api.post(`/contact/contacts/${id}/typing`).catch(() => undefined)
              }
            }}
          />
        )
      }
      number={me.data?.phone?.slice(-3)}
      onRebook={() => {
        end.mutate(
          { how: 'leave', key: randomKey() },
          {
            onSuccess: () => {
              go(`/journeys/${journeyId}/contact`)
            },
          },
        )
      }}
    />
  )
}

export interface Correction {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly key: string
}
