import { Button } from '@mantine/core'
import {
  IconLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
} from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'wouter'
import { useAbout } from '../api/about'
import { isPassing } from '../api/client'
import { useApi } from '../api/context'
import { firstName, useNames } from '../api/names'
import { Problem } from '../api/problem'
import { TopBar } from '../desk/frame'
import { useAnnounce } from '../shared/announce'
import { Kbd, PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { AtMoment } from './at-moment'
import { momentsQuery, seenQuery } from './data'
import type { Seen } from './data'
import { moveOf } from './keys'
import { agentOf, whenOf } from './known-then'
import { momentLabel, momentValue } from './moment-words'
import type { Speech } from './moment-words'
import { Panes } from './panes'
import { kindOf, stageStep, stopAt, stopsOf, textOf } from './stops'
import type { Stage, Stop } from './stops'
import { usePlay } from './use-play'
import { Weave } from './weave'
import styles from './replay.module.css'

/** Milliseconds of rest after which the screens are said to have changed, and the address is written. */
const REST = 400

/** One customer's line with all its moments, and what both sides had before them at each (C48, C49, C61). */
export function ReplayJourney({ journeyId }: { readonly journeyId: string }) {
  const { t } = useTranslation('replay')
  const api = useApi()
  const { data, error, refetch } = useQuery(momentsQuery(api, journeyId))
  const stops = useMemo(() => (data === undefined ? undefined : stopsOf(data)), [data])
  const another = <Another />
  if (stops === undefined) {
    return (
      <>
        <TopBar title={t('title')} actions={another} />
        {error === null ? (
          <div className={styles.loading} aria-busy="true">
            <Shape width="100%" height={190} />
            <Shape width="100%" height={420} />
          </div>
        ) : (
          <div className={styles.state}>
            <PartFailed error={error} title={t('state.failed')} onRetry={() => void refetch()} />
          </div>
        )}
      </>
    )
  }
  if (stops.length === 0) {
    return (
      <>
        <TopBar title={t('title')} actions={another} />
        <div className={styles.state}>
          <h2>{t('state.empty')}</h2>
          <p>{t('state.empty-text')}</p>
        </div>
      </>
    )
  }
  return <Moments key={journeyId} journeyId={journeyId} stops={stops} />
}

function Another() {
  const { t } = useTranslation('replay')
  const [, navigate] = useLocation()
  return (
    <Button
      variant="default"
      onClick={() => {
        navigate('/desk/replay')
      }}
    >
      {t('head.another')}
    </Button>
  )
}

function Moments({ journeyId, stops }: { readonly journeyId: string; readonly stops: readonly Stop[] }) {
  const { t } = useTranslation('replay')
  const { t: shared } = useTranslation('shared')
  const api = useApi()
  const queries = useQueryClient()
  const format = useFormat()
  const announce = useAnnounce()
  const about = useAbout()
  const [address, setAddress] = useSearchParams()
  const asked = positionIn(address)
  const firstOwn = Math.max(
    0,
    stops.findIndex((stop) => stop.journeyId === journeyId),
  )
  const [index, setIndex] = useState(() => (asked === undefined ? firstOwn : stopAt(stops, asked)))
  const people = useMemo(() => peopleOf(stops), [stops])
  const nameOf = useNames(people)
  const told = people.map((id) => nameOf(id) ?? '').join('\n')
  const speech = useMemo((): Speech => {
    const names = new Map(told.split('\n').map((name, place) => [people[place], name]))
    const staff = (id: string | undefined): string | undefined => {
      const name = names.get(id) ?? ''
      return name === '' ? undefined : firstName(name)
    }
    return { t, shared, format, staff }
  }, [t, shared, format, people, told])

  // Before the first moment nobody had begun; the line then shows the first.
  const isBefore = index === -1
  const at = Math.max(0, index)
  const stop = stops[at]
  const wanted = useQuery({
    ...seenQuery(api, stop ?? missing()),
    enabled: !isBefore,
    // A moment that is over does not come by itself; one that fails in passing may.
    retry: (count, problem) => isPassing(problem) && count < 3,
  })
  // The screens that are there stay until the next ones are.
  const [last, setLast] = useState<Seen>()
  if (wanted.data !== undefined && wanted.data !== last) setLast(wanted.data)
  const seen = wanted.data ?? last

  const go = useCallback(
    (to: number): void => {
      setIndex(Math.min(Math.max(to, 0), stops.length - 1))
    },
    [stops.length],
  )
  const { playing, play, pause } = usePlay(at, stops.length, go)
  const move = (what: NonNullable<ReturnType<typeof moveOf>>): void => {
    if (what !== 'play') pause()
    switch (what) {
      case 'next':
        go(at + 1)
        return
      case 'previous':
        go(at - 1)
        return
      case 'next-stage':
        go(stageStep(stops, at, 1))
        return
      case 'previous-stage':
        go(stageStep(stops, at, -1))
        return
      case 'first':
        go(0)
        return
      case 'last':
        go(stops.length - 1)
        return
      case 'play':
        if (playing) pause()
        else play()
    }
  }
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event
    const what = moveOf(event, (selector) => target instanceof Element && target.closest(selector) !== null)
    if (what === undefined) return
    event.preventDefault()
    move(what)
  })
  useEffect(() => {
    const heard = (event: KeyboardEvent): void => {
      pressed(event)
    }
    document.addEventListener('keydown', heard)
    return () => {
      document.removeEventListener('keydown', heard)
    }
  }, [])

  // Where one goes next is there before one goes.
  useEffect(() => {
    const near = [at + 1, at - 1, stageStep(stops, at, 1), stageStep(stops, at, -1)]
    for (const place of new Set(near)) {
      const next = stops[place]
      if (next !== undefined && place !== at) void queries.query(seenQuery(api, next)).catch(() => undefined)
    }
  }, [api, queries, stops, at])

  const first = stops.find((each) => kindOf(each.moment) === 'JourneyStarted')
  const fullName = seen?.team.person.name ?? textOf(first?.moment.data, 'person', 'name')
  const customer = fullName === undefined ? undefined : firstName(fullName)
  const thing = useMemo(
    () =>
      stops
        .filter((each) => each.journeyId === journeyId && kindOf(each.moment) === 'ItemChosen')
        .map(({ moment }) => textOf(moment.data, 'item', 'title'))
        .at(-1),
    [stops, journeyId],
  )
  const agentName = seen === undefined ? undefined : speech.staff(agentOf(seen.team))
  const names = {
    customer: customer === undefined ? t('pane.customer-somebody') : t('pane.customer', { name: customer }),
    agent: agentName === undefined ? t('pane.agent-nobody') : t('pane.agent', { name: agentName }),
  }
  const value = stop === undefined ? t('slider.empty') : momentValue(stop, speech)

  const rested = useEffectEvent((by: 'opening' | 'moving') => {
    if (isBefore || stop === undefined) return
    const before = positionIn(address)
    if (before === undefined || stopAt(stops, before) !== at) {
      setAddress(
        (old) => {
          const next = new URLSearchParams(old)
          next.set('position', String(stop.position))
          return next
        },
        { replace: true },
      )
    }
    if (by === 'moving' && !playing) {
      announce(t('pane.shows', { page: names.customer, screen: names.agent, moment: value }))
    }
  })
  const opened = useRef(at)
  useEffect(() => {
    const rest = setTimeout(() => {
      rested(opened.current === at ? 'opening' : 'moving')
      opened.current = -1
    }, REST)
    return () => {
      clearTimeout(rest)
    }
  }, [at, isBefore])

  const label = useCallback(({ moment }: Stop): string => momentLabel(moment, speech), [speech])
  const stageLabel = useCallback((stage: Stage): string => t(`stage.${stage}`), [t])
  const notYet = isBefore || (wanted.error instanceof Problem && wanted.error.code === 'journey.not-yet')
  const failed: ReactNode = notYet ? (
    <div className={styles.state}>
      <h3>{t('state.not-yet')}</h3>
      <p>{t('state.not-yet-text', { at: whenOf(stops[0]?.at ?? '', speech) })}</p>
      <Button
        variant="default"
        onClick={() => {
          go(0)
        }}
      >
        {t('state.to-first')}
      </Button>
    </div>
  ) : wanted.error !== null && wanted.data === undefined ? (
    <div className={styles.state}>
      <PartFailed
        error={wanted.error}
        title={t('state.moment-failed')}
        text={t('state.moment-failed-text')}
        onRetry={() => void wanted.refetch()}
      />
    </div>
  ) : undefined
  const controls = (
    <div className={styles.controls} role="group" aria-label={t('go.controls')}>
      <Go
        label={t('go.previous-stage')}
        icon={<IconPlayerTrackPrev />}
        onGo={() => {
          move('previous-stage')
        }}
      />
      <Go
        label={t('go.previous')}
        icon={<IconPlayerSkipBack />}
        onGo={() => {
          move('previous')
        }}
      />
      <Button
        className={styles.play ?? ''}
        aria-pressed={playing}
        leftSection={
          playing ? (
            <IconPlayerPause size={18} stroke={1.75} aria-hidden="true" />
          ) : (
            <IconPlayerPlay size={18} stroke={1.75} aria-hidden="true" />
          )
        }
        onClick={() => {
          move('play')
        }}
      >
        {playing ? t('go.pause') : at + 1 >= stops.length ? t('go.again') : t('go.play')}
      </Button>
      <Go
        label={t('go.next')}
        icon={<IconPlayerSkipForward />}
        onGo={() => {
          move('next')
        }}
      />
      <Go
        label={t('go.next-stage')}
        icon={<IconPlayerTrackNext />}
        onGo={() => {
          move('next-stage')
        }}
      />
    </div>
  )
  const from = stops[0]?.at ?? ''
  const until = stops.at(-1)?.at ?? ''
  const spanWords = (): string => {
    const [begin, end] = [format.longDay(from), format.longDay(until)]
    const count = stops.length
    return begin === end
      ? t('head.moments-on', { count, day: begin })
      : t('head.moments', { count, from: begin, until: end })
  }
  return (
    <div className={styles.page}>
      <TopBar
        title={t('title')}
        actions={
          <>
            <span className={styles.keys} aria-label={t('head.keys')} role="group">
              <Kbd>←</Kbd> <Kbd>→</Kbd> {t('head.moment')} <Kbd>⇧</Kbd> <Kbd>→</Kbd> {t('head.stage')}{' '}
              <Kbd>{t('head.space')}</Kbd> {t('head.play')}
            </span>
            <CopyMoment position={stop?.position} />
            <Another />
          </>
        }
      >
        <span className={styles.who}>
          {thing === undefined
            ? (fullName ?? shared('guest'))
            : t('head.of', { name: fullName ?? shared('guest'), thing })}
        </span>
        <span className={styles.span}>{spanWords()}</span>
      </TopBar>
      <section aria-label={t('weave.label')}>
        <Weave
          stops={stops}
          index={at}
          onIndex={(to) => {
            pause()
            go(to)
          }}
          label={label}
          stageLabel={stageLabel}
          value={value}
          lanes={{
            customer: customer ?? t('lane.customer'),
            articles: t('lane.articles'),
            us: about?.name ?? '',
          }}
        />
      </section>
      <Panes seen={seen} names={names} nameOf={nameOf} failed={failed} controls={controls}>
        {failed === undefined && seen !== undefined && (
          <AtMoment
            stops={stops}
            seen={seen}
            customer={customer}
            speech={speech}
            onIndex={(to) => {
              pause()
              go(to)
            }}
          />
        )}
      </Panes>
    </div>
  )
}

function Go({
  label,
  icon,
  onGo,
}: {
  readonly label: string
  readonly icon: ReactNode
  readonly onGo: () => void
}) {
  return (
    <button type="button" className={styles.go} aria-label={label} title={label} onClick={onGo}>
      {icon}
    </button>
  )
}

function CopyMoment({ position }: { readonly position: number | undefined }) {
  const { t } = useTranslation('replay')
  const announce = useAnnounce()
  const [copied, setCopied] = useState<{ readonly position: number | undefined; readonly went: boolean }>()
  const copy = async (): Promise<void> => {
    const address = new URL(location.href)
    if (position !== undefined) address.searchParams.set('position', String(position))
    let went = true
    try {
      await navigator.clipboard.writeText(address.href)
    } catch {
      went = false
    }
    setCopied({ position, went })
    announce(t(went ? 'head.copied' : 'head.copy-failed'))
  }
  const said = copied?.position === position ? copied : undefined
  return (
    <Button
      variant="default"
      leftSection={<IconLink size={16} stroke={1.75} aria-hidden="true" />}
      onClick={() => {
        void copy()
      }}
    >
      {said === undefined ? t('head.copy') : t(said.went ? 'head.copied' : 'head.copy-failed')}
    </Button>
  )
}

/** Everybody of the team who is in it. */
function peopleOf(stops: readonly Stop[]): readonly string[] {
  const ids = stops.flatMap(({ moment, also }) => [moment, ...also].map(({ agentId }) => agentId))
  return [...new Set(ids)].filter((id) => id !== undefined)
}

function positionIn(address: URLSearchParams): number | undefined {
  const text = address.get('position')
  const position = Number(text)
  return text === null || text === '' || !Number.isSafeInteger(position) ? undefined : position
}

function missing(): never {
  throw new Error('a line without stops is not shown')
}
