import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'wouter'
import { useLive } from '../api/live'
import { useNames } from '../api/names'
import { useNow } from '../shared/clock'
import { TopBar } from '../desk/frame'
import { useAnnounce } from '../shared/announce'
import { Dot, PartFailed, Pills, Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { BOARD, useBoard } from './api'
import type { Opened } from './api'
import { BoardView } from './board-view'
import styles from './board.module.css'
import { channelKey } from './channel-key'
import { couldHelp, gridOf, peopleByState, queueRows, turned } from './figures'
import type { QueueRow } from './figures'
import { OpenedJourneys } from './opened'

const AT_MOST_EVERY = 5_000

/** What is going on now, and what is going wrong. */
export default function Board() {
  const { t } = useTranslation('board')
  const format = useFormat()
  const { live, pausedAt, setPaused, connection } = useFollowing()
  const ticking = useNow()
  const now = pausedAt ?? ticking
  const board = useBoard(live)
  const [params, setParams] = useSearchParams()
  const [, navigate] = useLocation()
  const { queues, agents, standing, promises, lately, policy, hours, troubles, connected } = board

  const people = agents.data?.items ?? []
  const nameOf = useNames([
    ...people.map(({ agentId }) => agentId),
    ...(troubles.data?.items ?? []).flatMap(({ customerId, staffId }) => [customerId, staffId]),
  ])
  const all =
    queues.data === undefined
      ? undefined
      : queueRows(
          {
            queues: queues.data,
            standing: standing.data?.items ?? [],
            promises: promises.data?.items ?? [],
            lately: lately.data,
            policy: policy.data,
          },
          now,
        )
  const teams = [...new Set((all ?? []).map(({ queue }) => queue))]
  const team = teams.find((each) => each === params.get('team'))
  const rows = all?.filter(({ queue }) => team === undefined || queue === team)
  useTurns(all)

  const opened = openedFrom(params)
  const names = { staff: nameOf, customer: nameOf }
  const day = new Intl.DateTimeFormat(format.language === 'pt' ? 'pt-PT' : 'en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(now)
  return (
    <>
      <TopBar
        title={t('title')}
        actions={
          <>
            {teams.length > 1 && (
              <Pills
                legend={t('teams')}
                hideLegend
                density="desk"
                choices={[
                  { value: '', label: t('all-teams') },
                  ...teams.map((value) => ({ value, label: value })),
                ]}
                value={team ?? ''}
                onChoose={(value) => {
                  setParams(value === '' ? {} : { team: value }, { replace: true })
                }}
              />
            )}
            <Button
              variant="default"
              leftSection={
                live ? (
                  <IconPlayerPause size={16} stroke={1.75} aria-hidden="true" />
                ) : (
                  <IconPlayerPlay size={16} stroke={1.75} aria-hidden="true" />
                )
              }
              onClick={() => {
                setPaused(live)
              }}
            >
              {t(live ? 'pause' : 'go-on')}
            </Button>
          </>
        }
      >
        <span className={styles.topHint}>{t('at', { day, time: format.time(now) })}</span>
        <Tag density="desk" tone={!live ? 'warn' : connection === 'live' ? 'ok' : 'plain'}>
          <Dot tone={!live ? 'warn' : connection === 'live' ? 'ok' : 'plain'} />
          {!live
            ? t('paused')
            : t(connection === 'live' ? 'live' : connection === 'connecting' ? 'connecting' : 'lost')}
        </Tag>
      </TopBar>
      {live && connection === 'lost' && (
        <p className={styles.lostBar} role="status">
          {t('lost-bar', { at: format.time(queues.dataUpdatedAt === 0 ? now : queues.dataUpdatedAt) })}
        </p>
      )}
      {rows === undefined ? (
        queues.isError ? (
          <PartFailed error={queues.error} title={t('failed')} onRetry={() => void queues.refetch()} />
        ) : (
          <Waiting />
        )
      ) : (
        <BoardView
          rows={rows}
          now={now}
          grid={hours.data && gridOf(hours.data, policy.data, now)}
          gridError={hours.isError && hours.data === undefined ? hours.error : undefined}
          people={agents.data && peopleByState(people)}
          peopleError={agents.isError && agents.data === undefined ? agents.error : undefined}
          inWhat={connected.data?.items ?? []}
          help={couldHelp(rows, people, policy.data)}
          troubles={troubles.data}
          troublesError={troubles.isError && troubles.data === undefined ? troubles.error : undefined}
          names={names}
          team={team}
          onRetry={() => {
            for (const each of [hours, agents, troubles]) if (each.isError) void each.refetch()
          }}
          opened={
            opened === undefined ? undefined : (
              <OpenedJourneys
                key={params.toString()}
                opened={opened}
                now={now}
                onClose={() => {
                  navigate(team === undefined ? '/desk/board' : `/desk/board?team=${team}`)
                }}
              />
            )
          }
        />
      )}
    </>
  )
}

/** Hears of changes and reads again, at most every five seconds; paused, it holds still and its clocks with it. */
function useFollowing() {
  const queries = useQueryClient()
  const [pausedAt, setPausedAt] = useState<number>()
  const live = pausedAt === undefined
  const last = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const read = (): void => {
    last.current = Date.now()
    timer.current = undefined
    void queries.invalidateQueries({ queryKey: [BOARD] })
  }
  const { connection } = useLive(
    live ? '/routing/queues/live' : undefined,
    () => {
      timer.current ??= setTimeout(
        () => {
          read()
        },
        Math.max(0, last.current + AT_MOST_EVERY - Date.now()),
      )
    },
    () => {
      void queries.invalidateQueries({ queryKey: [BOARD] })
    },
  )
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [live],
  )
  const setPaused = (paused: boolean): void => {
    setPausedAt(paused ? Date.now() : undefined)
    if (!paused) void queries.invalidateQueries({ queryKey: [BOARD] })
  }
  return {
    live,
    pausedAt,
    setPaused,
    connection: connection.status === 'refused' ? 'lost' : connection.status,
  }
}

/** Says aloud that a promise is broken, or kept again; nothing else. */
function useTurns(rows: readonly QueueRow[] | undefined): void {
  const { t } = useTranslation(['board', 'shared'])
  const announce = useAnnounce()
  const before = useRef<readonly QueueRow[]>(undefined)
  const words = rows?.map(({ key, word }) => `${key} ${word}`).join()
  const tell = useEffectEvent(() => {
    if (rows === undefined) return
    const { broken, restored } = turned(before.current, rows)
    before.current = rows
    for (const { channel } of broken)
      announce(t('turned.broken', { channel: t(`queue.${channelKey(channel)}`) }))
    for (const { channel } of restored)
      announce(t('turned.restored', { channel: t(`queue.${channelKey(channel)}`) }))
  })
  useEffect(() => {
    tell()
  }, [words])
}

function openedFrom(params: URLSearchParams): Opened | undefined {
  const waiting = params.get('waiting')
  if (waiting !== null) return { of: 'waiting', channels: waiting.split(',') }
  const [channel, from, until] = [params.get('asked'), params.get('from'), params.get('until')] as const
  if (channel === null || from === null || until === null) return undefined
  return { of: 'asked', channel, from, until }
}

function Waiting() {
  return (
    <div className={styles.board} aria-busy="true">
      <div className={styles.head}>
        <Shape width="70%" height={25} />
      </div>
      <div className={styles.main}>
        <Shape width="100%" height={240} />
        <Shape width="100%" height={220} />
      </div>
      <div className={styles.side}>
        <Shape width="100%" height={320} />
      </div>
    </div>
  )
}
