import { Button } from '@mantine/core'
import { IconWifiOff } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useParams } from 'wouter'
import { useSession } from '../api/context'
import { newsOf, takeNews } from '../api/contact'
import { mineKey, notesKey, useMe, useMine, useMyFollowUps } from '../api/desk'
import { contextKey } from '../api/journey'
import { useLive } from '../api/live'
import type { LiveEvent } from '../api/live'
import { firstName, useNames } from '../api/names'
import { useAnnounce } from '../shared/announce'
import { Kbd, PageTitle } from '../shared/parts'
import { useFormat } from '../words/format'
import { aboutOf } from './about'
import { Conversation } from './conversation'
import { DeskList, useOrder } from './desk-list'
import styles from './desk.module.css'
import { useKeys } from './keys'
import { KeyHint, withCommand } from './keys-shown'
import { OfferGone, OfferSheet } from './offer'
import { Presence, stateOf, usePresence } from './presence'
import { Separator, useContextWidth } from './separator'
import { useOffers } from './use-offers'

const TYPING = 5_000

/** The agent's desk: the list, one conversation, and what is known. */
export default function Desk() {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const session = useSession()
  const [, navigate] = useLocation()
  const { contactId } = useParams<{ contactId?: string }>()
  const self = session.status === 'in' ? session.person.id : ''
  const me = useMe()
  const mine = useMine()
  const followUps = useMyFollowUps()
  const presence = usePresence()
  const isWide = useMedia('(min-width: 1200px)')
  const [drawer, setDrawer] = useState(false)
  const [width, setWidth] = useContextWidth()
  const [typing, setTyping] = useState<readonly string[]>([])

  const offers = useOffers(me.data, (offer) => {
    navigate(`/desk/contacts/${offer.contactId}`)
  })
  const resumed = (): void => {
    void queries.invalidateQueries()
    announce(t('live.back'))
  }
  const own = useLive('/routing/agents/me/live', offers.heard, resumed)
  const heard = (event: LiveEvent): void => {
    const news = newsOf(event)
    if (news === undefined) return
    const { contactId: of } = news
    takeNews(queries, event, new Date().toISOString())
    if (event.name === 'typing') {
      if (news.by !== 'customer') return
      setTyping((before) => [...before, of])
      setTimeout(() => {
        setTyping((before) => before.toSpliced(before.indexOf(of), 1))
      }, TYPING)
      return
    }
    if (event.name === 'MessagePosted') setTyping((before) => before.filter((each) => each !== of))
    if (event.name === 'ContactNoteAdded') void queries.invalidateQueries({ queryKey: notesKey(of) })
    void queries.invalidateQueries({ queryKey: mineKey })
    const journeyId = mine.data?.items.find(({ id }) => id === of)?.journeyId
    if (journeyId !== undefined && event.name !== 'MessagePosted' && event.name !== 'MessagesSeen') {
      void queries.invalidateQueries({ queryKey: contextKey(journeyId) })
    }
  }
  const words = useLive('/contact/live', heard, resumed)

  const open = (mine.data?.items ?? []).filter(({ state }) => state !== 'ended' && state !== 'left')
  const { lines, hold } = useOrder(open)
  const promised = followUps.data?.items ?? []
  const nameOf = useNames([...promised.map(({ customerId }) => customerId), offers.gone?.by])
  const lost = [own.connection, words.connection].find(({ status }) => status === 'lost')
  const isLive = own.connection.status === 'live' && words.connection.status === 'live'
  // Without live updates nobody knows whether an offer still stands; what was taken stays in view.
  const standing = offers.shown.filter(({ state: { is } }) => lost === undefined || is === 'yours')
  const first = standing[0]
  const isOffered = first !== undefined && first.state.is !== 'yours'

  const step = (by: number): void => {
    const at = lines.findIndex(({ id }) => id === contactId)
    const next = lines[at === -1 ? 0 : (at + by + lines.length) % lines.length]
    if (next !== undefined) navigate(`/desk/contacts/${next.id}`)
  }
  const nextFollowUp = promised[0]
  const toFollowUp = (): void => {
    if (nextFollowUp !== undefined) navigate(workOf(nextFollowUp))
  }
  useKeys({
    next: () => {
      step(1)
    },
    previous: () => {
      step(-1)
    },
    place: (place) => {
      const line = lines[place - 1]
      if (line !== undefined) navigate(`/desk/contacts/${line.id}`)
    },
    ...(nextFollowUp !== undefined && { 'follow-up': toFollowUp }),
    ...(isOffered && {
      answer: () => {
        offers.answer(first.offer)
      },
      decline: () => {
        offers.decline(first.offer)
      },
    }),
    ...(first?.state.is === 'yours' && { escape: offers.read }),
    ...(offers.gone !== undefined && { escape: offers.forget }),
    ...(drawer && {
      escape: () => {
        setDrawer(false)
      },
    }),
  })

  const badge = isOffered ? `(${String(standing.length)}) ` : ''
  const state = stateOf(me.data?.presence)
  return (
    <div className={styles.frame} data-open={contactId === undefined ? 'list' : 'conversation'}>
      {lost?.status === 'lost' && (
        <div className={styles.lost} role="alert">
          <IconWifiOff size={18} stroke={1.75} aria-hidden="true" />
          <p>{t('live.lost', { at: format.exactTime(lost.since) })}</p>
          <button
            type="button"
            onClick={() => {
              own.retry()
              words.retry()
            }}
          >
            {t('live.retry')}
          </button>
        </div>
      )}
      <div className={styles.desk} style={{ '--context': `${String(width)}px` } as React.CSSProperties}>
        <nav className={styles.list} aria-label={t('list.label')}>
          <Presence me={me.data} isLive={isLive} />
          <DeskList
            lines={lines}
            hold={hold}
            failed={
              mine.error !== null && mine.data === undefined
                ? { error: mine.error, retry: () => void mine.refetch() }
                : undefined
            }
            loading={mine.isPending}
            offers={standing
              .filter(({ state: { is } }) => is !== 'yours')
              .map(({ offer, context }) => ({
                offer,
                about: context === undefined ? '' : aboutOf(context, shared('guest')),
              }))}
            followUps={promised}
            selected={contactId}
            nameOf={nameOf}
          />
          <p className={styles.keys}>
            <KeyHint of="help" /> {t('list.keys')} <Kbd>{withCommand('K')}</Kbd> {t('list.anything')}
          </p>
        </nav>
        <div className={styles.stage}>
          {contactId === undefined ? (
            <div className={styles.empty}>
              <PageTitle window={`${badge}${t('title')}`}>
                {isOffered
                  ? t('empty.offered')
                  : lines.length > 0
                    ? t('empty.choose')
                    : state === 'ready'
                      ? t('empty.nobody')
                      : t(state === 'paused' ? 'empty.paused' : 'empty.off')}
              </PageTitle>
              <p>
                {isOffered
                  ? t('empty.offered-text')
                  : lines.length > 0
                    ? t('empty.choose-text')
                    : state === 'ready'
                      ? t('empty.ready')
                      : t('empty.not-ready')}{' '}
                {nextFollowUp !== undefined &&
                  (Date.parse(nextFollowUp.dueBy) < me.dataUpdatedAt
                    ? t('empty.late', { at: format.momentIn(nextFollowUp.dueBy) })
                    : t('empty.next', { at: format.momentIn(nextFollowUp.dueBy) }))}
              </p>
              <p className={styles.emptyActions}>
                {state !== 'ready' && (
                  <Button
                    onClick={() => {
                      presence.mutate('ready')
                    }}
                  >
                    {t('empty.be-ready')}
                  </Button>
                )}
                {nextFollowUp !== undefined && (
                  <Button variant="default" onClick={toFollowUp} rightSection={<KeyHint of="follow-up" />}>
                    {t('empty.open', { name: nameOf(nextFollowUp.customerId) ?? t('list.follow-up') })}
                  </Button>
                )}
              </p>
            </div>
          ) : (
            <Conversation
              key={contactId}
              contactId={contactId}
              line={mine.data?.items.find(({ id }) => id === contactId)}
              titleBadge={badge}
              isTyping={typing.includes(contactId)}
              isContextOpen={isWide || drawer}
              onToggleContext={
                isWide
                  ? undefined
                  : () => {
                      setDrawer(!drawer)
                    }
              }
              onWritten={() => {
                if (first?.state.is === 'yours') offers.read()
              }}
            />
          )}
          {isWide && contactId !== undefined && <Separator width={width} onResize={setWidth} />}
          {first !== undefined ? (
            <OfferSheet
              key={first.offer.id}
              offer={first.offer}
              context={first.context}
              error={first.error}
              me={self}
              state={first.state}
              onAnswer={() => {
                offers.answer(first.offer)
              }}
              onDecline={() => {
                offers.decline(first.offer)
              }}
              onRead={offers.read}
            />
          ) : (
            offers.gone !== undefined && (
              <Gone
                gone={offers.gone}
                who={nameOf(offers.gone.by)}
                isReady={state === 'ready'}
                onReady={() => {
                  presence.mutate('ready')
                  offers.forget()
                }}
                onClose={offers.forget}
              />
            )
          )}
        </div>
      </div>
    </div>
  )
}

function Gone({
  gone,
  who,
  isReady,
  onReady,
  onClose,
}: {
  readonly gone: NonNullable<ReturnType<typeof useOffers>['gone']>
  readonly who: string | undefined
  readonly isReady: boolean
  readonly onReady: () => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const queries = useQueryClient()
  const { t: shared } = useTranslation('shared')
  const known = queries.getQueryData<{ readonly person: { readonly name?: string } }>(
    contextKey(gone.offer.journeyId),
  )
  const name = known?.person.name === undefined ? shared('guest') : firstName(known.person.name)
  const title =
    gone.how === 'expired'
      ? t('gone.expired', { name })
      : gone.how === 'failed'
        ? t('gone.failed', { name })
        : who === undefined
          ? t('gone.taken-back', { name })
          : t('gone.overtaken', { who: firstName(who), name })
  return (
    <OfferGone
      title={title}
      text={
        gone.how === 'expired'
          ? t(isReady ? 'gone.expired-ready' : 'gone.expired-paused')
          : gone.how === 'failed'
            ? t('gone.failed-text')
            : t('gone.stay-ready')
      }
    >
      {!isReady && gone.how === 'expired' && <Button onClick={onReady}>{t('empty.be-ready')}</Button>}
      <Button variant="default" onClick={onClose} rightSection={<Kbd>Esc</Kbd>}>
        {t('gone.back')}
      </Button>
    </OfferGone>
  )
}

function workOf({ caseId }: { readonly caseId?: string }): string {
  return caseId === undefined ? '/desk/work' : `/desk/work/cases/${caseId}`
}

/** Whether a media query holds. */
function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query)
      list.addEventListener('change', changed)
      return () => {
        list.removeEventListener('change', changed)
      }
    },
    () => matchMedia(query).matches,
  )
}
