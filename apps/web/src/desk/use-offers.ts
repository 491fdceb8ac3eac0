import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Api } from '../api/client'
import { useApi } from '../api/context'
import { answerOffer, declineOffer, meKey, mineKey, pathOf } from '../api/desk'
import type { AgentOffer, AgentSelf } from '../api/desk'
import { contextKey } from '../api/journey'
import type { JourneyContext } from '../api/journey'
import type { LiveEvent } from '../api/live'
import { isPassing } from '../api/client'
import { Problem } from '../api/problem'
import { useAnnounce } from '../shared/announce'
import { channelNoun } from '../shared/journey-line'
import { aboutOf } from './about'
import type { OfferState } from './offer'
import { playOffer, isSoundOn } from './sound'

export interface ShownOffer {
  readonly offer: AgentOffer
  readonly context: JourneyContext | undefined
  readonly error: unknown
  readonly state: OfferState
}

/** How an offer ended without us. */
export interface GoneOffer {
  readonly offer: AgentOffer
  readonly how: 'overtaken' | 'expired' | 'failed'
  /** Who took it. */
  readonly by?: string
}

function contextQuery(api: Api, { journeyId, context }: AgentOffer) {
  return {
    queryKey: contextKey(journeyId),
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      api.get<JourneyContext>(pathOf(context.href), { signal }),
    staleTime: 30_000,
  }
}

/** Who is there and waits comes before letters; then who was promised an answer soonest. */
function sooner(one: AgentOffer, other: AgentOffer): number {
  return Number(isLive(other)) - Number(isLive(one)) || one.dueBy.localeCompare(other.dueBy)
}

function isLive({ channel }: AgentOffer): boolean {
  return channel === 'chat' || channel === 'phone'
}

/**
 * Offers as they come and go. The context is asked for by the address in the offer, in the same moment the offer is heard
 * of; an offer is shown together with it, and without it only when it does not come.
 */
export function useOffers(me: AgentSelf | undefined, onAnswered: (offer: AgentOffer) => void) {
  const api = useApi()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const [taken, setTaken] = useState<AgentOffer>()
  const [gone, setGone] = useState<GoneOffer>()
  const told = useRef(new Set<string>())
  const open = (me?.offers ?? []).toSorted(sooner)
  const others = open.filter(({ id }) => id !== taken?.id)
  // What is known of the one that was taken stands beside its conversation too: the next person does not wait for that.
  const all = taken === undefined || others.length > 0 ? others : [taken]
  const contexts = useQueries({ queries: all.map((offer) => contextQuery(api, offer)) })

  const drop = (offerId: string): void => {
    queries.setQueryData<AgentSelf>(
      meKey,
      (self) => self && { ...self, offers: self.offers.filter(({ id }) => id !== offerId) },
    )
  }
  const whoTook = async (offer: AgentOffer): Promise<void> => {
    try {
      const { agentId } = await api.get<{ readonly agentId?: string | null }>(
        `/routing/work/${offer.contactId}`,
      )
      setGone({
        offer,
        how: 'overtaken',
        ...(typeof agentId === 'string' && agentId !== me?.agentId && { by: agentId }),
      })
    } catch {
      setGone({ offer, how: 'overtaken' })
    }
  }

  const say = useEffectEvent((offer: AgentOffer, context: JourneyContext | undefined) => {
    if (told.current.has(offer.id)) return
    told.current.add(offer.id)
    const offered = t('offer.offered', { channel: channelNoun(offer.channel, shared) })
    announce(
      context === undefined ? offered : `${offered}: ${aboutOf(context, shared('guest'))}`,
      'assertive',
    )
    if (isSoundOn()) playOffer()
  })
  const settled = contexts.map(({ status }) => status).join()
  const ids = all.map(({ id }) => id).join()
  useEffect(() => {
    for (const [index, offer] of all.entries()) {
      const context = contexts[index]
      if (context !== undefined && context.status !== 'pending' && offer.id !== taken?.id)
        say(offer, context.data)
    }
    // What is looked at changes with these two; the arrays are new each time.
  }, [ids, settled])

  const answer = useMutation({
    mutationFn: (offer: AgentOffer) => answerOffer(api, offer),
    retry: (count, error) => isPassing(error) && count < 2,
    onSuccess: async (_, offer) => {
      setTaken(offer)
      drop(offer.id)
      onAnswered(offer)
      await Promise.all([
        queries.invalidateQueries({ queryKey: mineKey }),
        queries.invalidateQueries({ queryKey: contextKey(offer.journeyId) }),
        queries.invalidateQueries({ queryKey: meKey }),
      ])
    },
    onError: (error, offer) => {
      drop(offer.id)
      if (error instanceof Problem && error.status < 500) void whoTook(offer)
      else setGone({ offer, how: 'failed' })
      void queries.invalidateQueries({ queryKey: meKey })
    },
  })
  const decline = useMutation({
    mutationFn: (offer: AgentOffer) => declineOffer(api, offer),
    onSettled: (_, __, offer) => {
      drop(offer.id)
      void queries.invalidateQueries({ queryKey: meKey })
    },
  })

  const heard = (event: LiveEvent): void => {
    const data = event.data as Partial<AgentOffer> & { readonly offerId?: string }
    const known = open.find(({ id }) => id === data.offerId)
    switch (event.name) {
      case 'ContactOffered': {
        const offer = offerIn(data)
        if (offer === undefined) break
        void queries.query(contextQuery(api, offer)).catch(() => undefined)
        queries.setQueryData<AgentSelf>(
          meKey,
          (self) => self && { ...self, offers: [...self.offers.filter(({ id }) => id !== offer.id), offer] },
        )
        setGone(undefined)
        break
      }
      case 'OfferWithdrawn':
        if (known !== undefined && answer.variables?.id !== known.id) void whoTook(known)
        break
      case 'OfferExpired':
        if (known !== undefined) setGone({ offer: known, how: 'expired' })
        break
      default:
        break
    }
    void queries.invalidateQueries({ queryKey: meKey })
    if (event.name === 'ContactAssigned' || event.name === 'WorkFinished') {
      void queries.invalidateQueries({ queryKey: mineKey })
    }
  }

  const shown = all.flatMap((offer, index): readonly ShownOffer[] => {
    const context = contexts[index]
    if (context === undefined || (context.data === undefined && context.error === null && !isLate(offer)))
      return []
    const state: OfferState =
      offer.id === taken?.id
        ? { is: 'yours' }
        : { is: answer.isPending && answer.variables.id === offer.id ? 'answering' : 'open' }
    return [{ offer, context: context.data, error: context.error ?? undefined, state }]
  })
  return {
    shown,
    gone,
    heard,
    answer: (offer: AgentOffer) => {
      if (!answer.isPending) answer.mutate(offer)
    },
    decline: (offer: AgentOffer) => {
      decline.mutate(offer)
    },
    read: () => {
      setTaken(undefined)
    },
    forget: () => {
      setGone(undefined)
    },
  }
}

/** Half of its time is gone: better without its context than not at all. */
function isLate({ expiresAt }: AgentOffer): boolean {
  return Date.parse(expiresAt) - Date.now() < 15_000
}

function offerIn(data: Partial<AgentOffer> & { readonly offerId?: string }): AgentOffer | undefined {
  const { offerId, contactId, journeyId, channel, dueBy, expiresAt, context } = data
  if (
    offerId === undefined ||
    contactId === undefined ||
    journeyId === undefined ||
    channel === undefined ||
    dueBy === undefined ||
    expiresAt === undefined ||
    context === undefined
  )
    return undefined
  return {
    id: offerId,
    contactId,
    journeyId,
    channel,
    dueBy,
    expiresAt,
    context,
    ...(data.level && { level: data.level }),
  }
}
