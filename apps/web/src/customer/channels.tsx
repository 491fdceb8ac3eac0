import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useAbout } from '../api/about'
import { useApi, useSession } from '../api/context'
import type { Started } from '../api/contact'
import { useContext, useEvents } from '../api/journey'
import { Problem } from '../api/problem'
import { randomKey } from '../api/random'
import { askOffer } from '../api/routing'
import type { Offer, Slot } from '../api/routing'
import { useAnnounce } from '../shared/announce'
import { factsOf } from '../shared/journey-facts'
import { useDraft } from '../shared/outbox'
import { isNotThere, PageTitle } from '../shared/parts'
import { useFormat } from '../words/format'
import { ChannelsView } from './channels-view'
import { Lost } from './lost'
import { quickerNow } from './offer'
import { forgetPresses, pressesSoFar } from './presses'

interface Choice {
  readonly channel: string
  readonly slot?: Slot
  readonly key: string
  /** Since Need Help, this one included (C58). */
  readonly presses: number | undefined
}

interface Me {
  readonly phone?: string
}

const AGAIN = 30_000

/** How to reach us: what there is for this journey, in the policy's order, with what we pass on. */
export default function Channels({ journeyId }: { readonly journeyId: string }) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const api = useApi()
  const session = useSession()
  const format = useFormat()
  const about = useAbout()
  const announce = useAnnounce()
  const [, go] = useLocation()
  const context = useContext(journeyId)
  const events = useEvents(journeyId)
  const offer = useQuery({
    queryKey: ['offer', journeyId],
    queryFn: () => askOffer(api, journeyId),
    refetchInterval: AGAIN,
    staleTime: 0,
  })
  const guest = session.status === 'in' && session.person.kind === 'guest'
  const me = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.get<Me>('/identity/me', { signal }),
    enabled: !guest,
    staleTime: 300_000,
  })
  const [first, setFirst] = useState<Offer>()
  // What she saw first stays the order of the page, whatever is found out later.
  if (first === undefined && offer.data !== undefined) setFirst(offer.data)
  const [words, setWords] = useDraft(journeyId, '.words')
  const [phone, setPhone] = useState('')
  const start = useMutation({
    mutationFn: async ({ channel, slot, key, presses }: Choice) => {
      if (channel === 'callback' && phone.trim() !== '') {
        const fact = { name: 'phone', label: t('channels.phone'), value: phone.trim() }
        await api.post(`/journey/journeys/${journeyId}/facts`, fact, { key: `${key}f` })
      }
      return api.post<Started>(
        '/contact/contacts',
        {
          journeyId,
          channel,
          ...(offer.data !== undefined && { decisionId: offer.data.id }),
          ...(words.trim() !== '' && { words: words.trim() }),
          ...(presses !== undefined && { presses }),
          ...(slot !== undefined && { callFrom: slot.from, callUntil: slot.until }),
        },
        { key },
      )
    },
    onSuccess: ({ id }) => {
      setWords('')
      forgetPresses()
      go(`/contacts/${id}`, { replace: true })
    },
    onError: (error) => {
      const open = error instanceof Problem && error.code === 'contact.open-already'
      const contactId = open ? error.more.contactId : undefined
      if (typeof contactId === 'string') go(`/contacts/${contactId}`, { replace: true })
      // It shut between the look and the press: what there is now, in the same places.
      else if (error instanceof Problem && error.code === 'contact.channel-not-offered') void offer.refetch()
      else announce(t('channels.not-started'), 'assertive')
    },
  })
  const known = context.data
  const facts =
    known && factsOf(known, { viewer: 'customer', t: shared, format, events: events.data?.items ?? [] })
  const now = offer.data ?? first
  const quicker = first && now && quickerNow(first, now)
  // Somebody else's journey, or none: contact begins anew.
  if (now === undefined && isNotThere(offer.error)) {
    return <Lost error={offer.error} onRetry={() => void offer.refetch()} />
  }
  return (
    <>
      <ChannelsView
        title={
          <PageTitle window={`${t('channels.title')}, ${about?.name ?? ''}`}>{t('channels.title')}</PageTitle>
        }
        first={first}
        now={now}
        quicker={quicker?.channel}
        thing={known?.item}
        facts={facts}
        failed={first === undefined ? offer.error : undefined}
        onRetry={() => void offer.refetch()}
        words={words}
        onWords={setWords}
        number={me.data?.phone?.slice(-3)}
        phone={phone}
        onPhone={me.isPending && !guest ? undefined : setPhone}
        starting={start.isPending ? start.variables.channel : undefined}
        refused={
          start.isError
            ? {
                channel: start.variables.channel,
                error: start.error,
                again: () => {
                  start.mutate(start.variables)
                },
              }
            : undefined
        }
        onStart={(channel, slot) => {
          if (!start.isPending)
            start.mutate({ channel, key: randomKey(), presses: pressesSoFar(), ...(slot && { slot }) })
        }}
      />
      {/* A line that changes in place is said once as well. */}
      <p className="visually-hidden" role="status">
        {quicker &&
          t('channels.quicker', { channel: shared(`channel.${quicker.channel}` as 'channel.chat') })}
      </p>
    </>
  )
}
