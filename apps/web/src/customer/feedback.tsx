import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FollowUp } from '../api/case'
import { isPassing } from '../api/client'
import { useApi } from '../api/context'
import { feedbackKey, useFeedback } from '../api/feedback'
import type { Feedback as Given, FeedbackAbout, FeedbackVersion } from '../api/feedback'
import { contextKey } from '../api/journey'
import { useNames } from '../api/names'
import { useAnnounce } from '../shared/announce'
import { feelingWord, satisfiedWord } from '../shared/journey-line'
import { useFormat } from '../words/format'
import { beforeOf } from './feedback-before'
import { FeedbackView } from './feedback-view'
import type { Saving } from './feedback-view'
import { momentIn } from './say'

type Change = Partial<Pick<Given, 'outcome' | 'feeling' | 'comment' | 'followUp'>>

const COMMENT_REST = 1_000
const ASK_AGAIN = 1_500

/**
 * How it was for her, in two taps, at any time and again (C24–C28): for a contact or case by its id; for a delivery, visit,
 * product or thing not understood with the thing's id where there is one.
 */
export function Feedback({
  about,
  journeyId,
  title,
  readOnly = false,
}: {
  readonly about: FeedbackAbout
  readonly journeyId?: string | undefined
  readonly title?: string
  readonly readOnly?: boolean
}) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const api = useApi()
  const queries = useQueryClient()
  const format = useFormat()
  const announce = useAnnounce()
  const given = useFeedback(about)
  const key = feedbackKey(about)
  /** Chosen and not known to be kept yet. */
  const [chosen, setChosen] = useState<Change>({})
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined)
  const save = useMutation({
    // One after the other: the second tap revises what the first one made.
    scope: { id: key.join('.') },
    retry: (count, error) => isPassing(error) && count < 5,
    mutationFn: async (change: Change): Promise<Given> => {
      const before = queries.getQueryData<Given | null>(key)
      if (before !== null && before !== undefined) {
        return api.patch<Given>(`/feedback/feedback/${before.id}`, change)
      }
      return api.post<Given>('/feedback/feedback', {
        about: {
          kind: about.kind,
          ...(about.id !== undefined && { id: about.id }),
          ...(about.title !== undefined && { title: about.title }),
        },
        followUp: false,
        ...change,
      })
    },
    onSuccess: (answer, change) => {
      queries.setQueryData(key, { ...answer, about } satisfies Given)
      setChosen((rest) => without(rest, change))
      announce(t('feedback.saved-said'))
      if (journeyId !== undefined) void queries.invalidateQueries({ queryKey: contextKey(journeyId) })
      if (change.followUp !== undefined)
        void queries.invalidateQueries({ queryKey: ['follow-up', answer.id] })
    },
  })
  const now: Change = { ...(given.data ?? {}), ...chosen }
  const says = now.outcome !== undefined || now.feeling !== undefined || (now.comment ?? '') !== ''
  const id = given.data?.id
  const followUp = useQuery({
    queryKey: ['follow-up', id],
    queryFn: async ({ signal }): Promise<FollowUp | null> => {
      const path = `/case/follow-ups?feedbackId=${id ?? ''}`
      const { items } = await api.get<{ readonly items: readonly FollowUp[] }>(path, { signal })
      return items[0] ?? null
    },
    enabled: id !== undefined && given.data?.followUp === true,
    // Somebody is found for it within moments.
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.staffId === undefined && dataUpdateCount < 8 ? ASK_AGAIN : false,
  })
  const name = useNames([followUp.data?.staffId])(followUp.data?.staffId)
  const change = (what: Change, wait = 0): void => {
    clearTimeout(rest.current)
    const all = { ...chosen, ...what }
    setChosen(all)
    const say = all.outcome !== undefined || all.feeling !== undefined || (all.comment ?? '') !== ''
    // A wish alone says nothing yet: it goes with the first answer.
    if (id === undefined && !say) return
    if (wait === 0) save.mutate(all)
    else {
      rest.current = setTimeout(() => {
        save.mutate(all)
      }, wait)
    }
  }
  return (
    <FeedbackView
      title={title ?? t('feedback.title')}
      loading={given.isLoading}
      failed={given.isError ? given.error : undefined}
      onRetry={() => void given.refetch()}
      outcome={now.outcome}
      feeling={now.feeling}
      comment={now.comment ?? ''}
      followUp={now.followUp ?? false}
      followUpWords={followUpWords()}
      saving={saving()}
      saved={savedWords()}
      says={says}
      readOnly={readOnly}
      onOutcome={(outcome, wait) => {
        change({ outcome }, wait)
      }}
      onFeeling={(feeling, wait) => {
        change({ feeling }, wait)
      }}
      onComment={(comment, left) => {
        if (comment === (given.data?.comment ?? '') && chosen.comment === undefined) return
        change({ comment }, left ? 0 : COMMENT_REST)
      }}
      onFollowUp={(wished) => {
        change({ followUp: wished })
      }}
      onSaveAgain={() => {
        save.mutate(chosen)
      }}
    />
  )

  function saving(): Saving {
    if (save.isPending) return save.isPaused || save.failureCount > 1 ? 'waiting' : 'saving'
    if (save.isError) return 'failed'
    return 'kept'
  }

  function savedWords(): string | undefined {
    if (given.data === null || given.data === undefined) return undefined
    const { changedAt, versions = [] } = given.data
    const sameDay = (one: string, other: string): boolean => format.date(one) === format.date(other)
    const at =
      format.day(changedAt) === shared('time.today') ? format.time(changedAt) : momentIn(format, changedAt)
    const before = beforeOf(versions)
    if (before === undefined) return t('feedback.saved', { at })
    const words = wordsOf(before).join(', ')
    return sameDay(before.at, changedAt)
      ? t('feedback.saved-changed', { at, before: words })
      : t('feedback.saved-before', { at, before: words, day: momentIn(format, before.at) })
  }

  function wordsOf({ outcome, feeling }: FeedbackVersion): readonly string[] {
    return [
      ...(outcome === undefined ? [] : [satisfiedWord(outcome, shared)]),
      ...(feeling === undefined ? [] : [feelingWord(feeling, shared)]),
    ]
  }

  function followUpWords(): string {
    if (now.followUp !== true) return t('feedback.off')
    if (id === undefined) return t('feedback.with-first')
    const planned = followUp.data
    if (planned === null || planned === undefined) return t('feedback.on-soon')
    const by = momentIn(format, planned.dueBy)
    return name === undefined ? t('feedback.on-somebody', { by }) : t('feedback.on', { name, by })
  }
}

/** What is kept now needs no more minding, unless it was changed again meanwhile. */
function without(chosen: Change, kept: Change): Change {
  return Object.fromEntries(
    Object.entries(chosen).filter(([field, value]) => kept[field as keyof Change] !== value),
  )
}
