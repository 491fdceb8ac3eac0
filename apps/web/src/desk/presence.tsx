import '@mantine/core/styles/Menu.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import { Menu, UnstyledButton } from '@mantine/core'
import { IconCheck, IconChevronDown } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meKey } from '../api/desk'
import type { AgentSelf } from '../api/desk'
import { useApi } from '../api/context'
import { NoAnswer } from '../api/problem'
import { useAnnounce } from '../shared/announce'
import { Dot } from '../shared/parts'
import styles from './desk.module.css'
import { isSoundOn, setSound } from './sound'

const STATES = ['ready', 'paused', 'signed-off'] as const
type State = (typeof STATES)[number]

/** What an agent's presence is called; whoever never came is off, and who let an offer pass unanswered pauses. */
export function stateOf(presence: string | undefined): State {
  if (presence === 'stopped') return 'paused'
  return STATES.find((each) => each === presence) ?? 'signed-off'
}

/** Says whether one is there; shown at once, and put right in words when the server would not have it. */
export function usePresence() {
  const api = useApi()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const { t } = useTranslation('desk')
  return useMutation({
    mutationFn: (state: State) => api.put('/routing/agents/me/presence', { state }),
    onMutate: async (state) => {
      await queries.cancelQueries({ queryKey: meKey })
      const before = queries.getQueryData<AgentSelf>(meKey)
      queries.setQueryData<AgentSelf>(meKey, (me) => me && { ...me, presence: state })
      return { before }
    },
    onSuccess: (_, state) => {
      announce(t(`presence.now.${state}`))
    },
    onError: (_, __, kept) => {
      queries.setQueryData(meKey, kept?.before)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: meKey }),
  })
}

export function Presence({ me, isLive }: { readonly me: AgentSelf | undefined; readonly isLive: boolean }) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const change = usePresence()
  const [sound, setSoundShown] = useState(isSoundOn)
  const state = stateOf(me?.presence)
  const count = (channels: readonly string[]): number =>
    (me?.contacts ?? []).filter(({ channel }) => channels.includes(channel)).length
  const chats = count(['chat'])
  const calls = count(['phone', 'callback'])
  const others = (me?.contacts.length ?? 0) - chats - calls
  const load = [
    t('presence.chats', { count: chats }),
    t('presence.calls', { count: calls }),
    ...(others > 0 ? [t('presence.others', { count: others })] : []),
  ].join(', ')
  return (
    <div className={styles.presence}>
      <Menu position="bottom-start" shadow="none" width={220} withinPortal={false} returnFocus>
        <Menu.Target>
          <UnstyledButton
            className={styles.presenceButton}
            aria-label={t('presence.label', { state: t(`presence.${state}`) })}
          >
            <Dot tone={state === 'ready' ? 'ok' : state === 'paused' ? 'warn' : 'plain'} />
            {t(`presence.${state}`)}
            <IconChevronDown size={16} stroke={1.75} aria-hidden="true" />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown className={styles.menu ?? ''}>
          {STATES.map((each) => (
            <Menu.Item
              key={each}
              leftSection={<Dot tone={each === 'ready' ? 'ok' : each === 'paused' ? 'warn' : 'plain'} />}
              rightSection={each === state ? <IconCheck size={16} stroke={1.75} aria-hidden="true" /> : null}
              onClick={() => {
                change.mutate(each)
              }}
            >
              {t(`presence.${each}`)}
              <span className={styles.menuHint}>{t(`presence.means.${each}`)}</span>
            </Menu.Item>
          ))}
          <Menu.Item
            role="menuitemcheckbox"
            aria-checked={sound}
            closeMenuOnClick={false}
            leftSection={<span className={styles.menuSpace} />}
            rightSection={sound ? <IconCheck size={16} stroke={1.75} aria-hidden="true" /> : null}
            onClick={() => {
              setSound(!sound)
              setSoundShown(!sound)
            }}
          >
            {t('presence.sound')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <span className={styles.load}>
        {change.isError ? (
          <span className={styles.failed} role="alert">
            {change.error instanceof NoAnswer ? t('presence.offline') : t('presence.failed')}
          </span>
        ) : (
          <>
            {load}
            {(me?.load ?? 0) >= 99 && `, ${t('presence.full')}`}
          </>
        )}
      </span>
      <span className={styles.live}>
        <Dot tone={isLive ? 'ok' : 'danger'} />
        <span className="visually-hidden">
          {isLive ? shared('connection.live') : shared('connection.lost')}
        </span>
      </span>
    </div>
  )
}
