import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { useApi, useSession } from '../api/context'
import { articleQuery, readingsQuery, suggestionsQuery } from '../api/knowledge'
import type { Reading } from '../api/knowledge'
import { itemQuery, myStuffQuery } from '../api/my-stuff'
import type { Item, ItemAbout } from '../api/my-stuff'
import { useNames } from '../api/names'
import { useAnnounce } from '../shared/announce'
import { journeyQuery, saveReason, useContactUs, usePersonId } from './my-stuff-begin'
import { countPresses } from './presses'
import { useNow, useStanding } from './talk'
import { bestFirst, chosenOf } from './thing-choice'
import { troubleOf } from './trouble'
import { HowWasIt } from './thing-feedback'
import { ThingView } from './thing-view'

const NONE: readonly Reading[] = []

/** One thing: why she needs help with it, what helped others, and the way to us beside it. */
export default function Thing({ itemId }: { readonly itemId: string }) {
  const api = useApi()
  const queries = useQueryClient()
  const session = useSession()
  const person = usePersonId()
  const { t } = useTranslation('customer')
  const announce = useAnnounce()
  const [address, setAddress] = useSearchParams()
  const item = useQuery({
    ...itemQuery(api, person, itemId),
    // Its name and reasons are known from where she came.
    placeholderData: () => fromList(queries.getQueryData(myStuffQuery(api, person).queryKey)?.items, itemId),
  })
  const known = item.data
  const begun = useQuery({ ...journeyQuery(api, person, itemId), enabled: known !== undefined })
  const journeyId = begun.data?.id
  const inAddress = {
    reason: address.get('reason') ?? undefined,
    detail: address.get('detail') ?? undefined,
  }
  // Coming back without an address of choices finds those of the journey that goes on.
  const before = begun.data?.reason
  const wanted =
    inAddress.reason === undefined && before !== undefined
      ? { reason: before.code, detail: before.detail }
      : inAddress
  const chosen = known === undefined ? undefined : chosenOf(known.reasons, wanted)
  const reason = chosen?.reason?.code
  const detail = chosen?.detail?.code

  const save = useMutation({
    // One after the other, in the order of her presses.
    scope: { id: `reason-${itemId}` },
    mutationFn: (choice: { readonly journeyId: string; readonly code: string; readonly detail?: string }) =>
      saveReason(api, choice.journeyId, choice.code, choice.detail),
    retry: 2,
    onSuccess: (_, { code, detail: second }) => {
      queries.setQueryData(journeyQuery(api, person, itemId).queryKey, (now) =>
        now === undefined
          ? undefined
          : { ...now, reason: { code, ...(second !== undefined && { detail: second }) } },
      )
    },
  })
  const { mutate } = save
  const saved = before?.code === reason && before?.detail === detail
  useEffect(() => {
    if (journeyId === undefined || reason === undefined || saved) return
    mutate({ journeyId, code: reason, ...(detail !== undefined && { detail }) })
  }, [journeyId, reason, detail, saved, mutate])

  const need = useMemo(
    () =>
      known === undefined || reason === undefined
        ? undefined
        : {
            thing: known.kind,
            reason,
            ...(detail !== undefined && { detail }),
            ...(known.product !== undefined && { product: known.product }),
          },
    [known, reason, detail],
  )
  const suggestions = useQuery(suggestionsQuery(api, need))
  const articles = useMemo(
    () => (suggestions.data === undefined ? undefined : bestFirst(suggestions.data)),
    [suggestions.data],
  )
  // With the best one's text at once, so that nothing moves when it comes.
  const best = useQuery(articleQuery(api, articles?.[0]?.id))
  const readings = useQuery(readingsQuery(api, journeyId))
  const staff = useMemo(
    () => [
      ...(known?.contacts.map(({ agentId }) => agentId) ?? []),
      ...(known?.cases.map(({ staffId }) => staffId) ?? []),
    ],
    [known],
  )
  const nameOf = useNames(staff)
  const { contact, busy, failed } = useContactUs()
  const standing = useStanding()
  const now = useNow()
  useEffect(() => {
    countPresses()
    // Wanted with the first article; on its way while the reason is chosen.
    void import('../shared/markdown')
  }, [])
  const [journey] = useState(() => async () => (await queries.query(journeyQuery(api, person, itemId))).id)
  const choose = (code: string, second: string | undefined, label: string): void => {
    const after = new URLSearchParams(address)
    after.set('reason', code)
    if (second === undefined) after.delete('detail')
    else after.set('detail', second)
    setAddress(after, { replace: true })
    announce(t('known.noted', { what: label }))
  }
  // Without its text the best one is still worth listing.
  const waits =
    articles !== undefined && articles.length > 0 && best.isPending && troubleOf(best) === undefined
  return (
    <ThingView
      item={known}
      error={troubleOf({ ...item, data: known })}
      onRetry={() => void item.refetch()}
      person={
        session.status === 'in' && session.person.kind === 'customer'
          ? (session.person.name ?? '')
          : undefined
      }
      chosen={chosen}
      onChoose={choose}
      articles={waits ? undefined : articles}
      articlesError={troubleOf(suggestions)}
      onRetryArticles={() => void suggestions.refetch()}
      readings={readings.data?.items ?? NONE}
      readingsKnown={journeyId === undefined || !readings.isPending}
      journey={journey}
      nameOf={nameOf}
      now={now}
      standing={standing}
      onContact={() => {
        contact({
          itemId,
          ...(reason !== undefined && { reason }),
          ...(detail !== undefined && { detail }),
        })
      }}
      busy={busy}
      failed={failed}
      feedback={known !== undefined && <HowWasIt key={`how-${itemId}`} item={known} journeyId={journeyId} />}
    />
  )
}

function fromList(
  groups: readonly { readonly items: readonly Item[] }[] | undefined,
  itemId: string,
): ItemAbout | undefined {
  const found = groups?.flatMap(({ items }) => items).find(({ id }) => id === itemId)
  return found === undefined ? undefined : { ...found, contacts: [], cases: [], sent: [] }
}
