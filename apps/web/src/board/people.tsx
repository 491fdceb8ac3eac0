import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { firstName } from '../api/names'
import { StaffPanel } from '../desk/frame'
import { Avatar, Dot, PartFailed, Shape } from '../shared/parts'
import type { Tone } from '../shared/parts'
import { useFormat } from '../words/format'
import type { Agent, WaitingContact } from './api'
import { channelKey } from './channel-key'
import styles from './board.module.css'
import type { BoardNames } from './board-view'
import type { QueueRow } from './figures'
import { Edit } from './person-edit'

/** Who is there, in what, and since when. */
export function People({
  people,
  error,
  inWhat,
  help,
  names,
  now,
  readOnly,
  onRetry,
}: {
  readonly people: { readonly here: readonly Agent[]; readonly gone: readonly Agent[] } | undefined
  readonly error: unknown
  readonly inWhat: readonly WaitingContact[]
  readonly help: readonly { readonly agent: Agent; readonly row: QueueRow }[]
  readonly names: BoardNames
  readonly now: number
  readonly readOnly: boolean
  readonly onRetry?: () => void
}) {
  const { t } = useTranslation('board')
  const format = useFormat()
  const [edited, setEdited] = useState<string>()
  const ready = people?.here.filter(
    ({ presence, contacts }) => presence === 'ready' && contacts.length === 0,
  ).length
  return (
    <StaffPanel
      title={t('people.title')}
      {...(people !== undefined && { hint: t('people.hint', { on: people.here.length, ready: ready ?? 0 }) })}
    >
      {people === undefined ? (
        error === undefined ? (
          <div className={styles.pad}>
            <Shape width="100%" height={200} />
          </div>
        ) : (
          <PartFailed error={error} title={t('people.failed')} {...(onRetry && { onRetry })} />
        )
      ) : (
        <>
          {people.here.length === 0 && <p className={styles.nothing}>{t('people.none')}</p>}
          <ul className={styles.people}>
            {people.here.map((agent) => (
              <Person
                key={agent.agentId}
                agent={agent}
                name={names.staff(agent.agentId) ?? t('people.somebody')}
                inWhat={inWhat}
                now={now}
                readOnly={readOnly}
                isEdited={edited === agent.agentId}
                onEdit={() => {
                  setEdited(edited === agent.agentId ? undefined : agent.agentId)
                }}
              />
            ))}
          </ul>
          {people.gone.length > 0 && (
            <details className={styles.gone}>
              <summary>{t('people.gone', { count: people.gone.length })}</summary>
              <ul className={styles.people}>
                {people.gone.map((agent) => (
                  <Person
                    key={agent.agentId}
                    agent={agent}
                    name={names.staff(agent.agentId) ?? t('people.somebody')}
                    inWhat={[]}
                    now={now}
                    readOnly={readOnly}
                    isEdited={edited === agent.agentId}
                    onEdit={() => {
                      setEdited(edited === agent.agentId ? undefined : agent.agentId)
                    }}
                  />
                ))}
              </ul>
            </details>
          )}
          {help.length > 0 && (
            <div className={styles.help}>
              <h3>{t('help.title')}</h3>
              {help.slice(0, 3).map(({ agent, row }) => (
                <p key={`${agent.agentId} ${row.key}`}>
                  {t('help.paused', {
                    name: firstName(names.staff(agent.agentId) ?? t('people.somebody')),
                    channel: t(`queue.${channelKey(row.channel)}`),
                    time: format.duration(agent.since === null ? 0 : now - Date.parse(agent.since)),
                  })}
                </p>
              ))}
            </div>
          )}
        </>
      )}
    </StaffPanel>
  )
}

function Person({
  agent,
  name,
  inWhat,
  now,
  readOnly,
  isEdited,
  onEdit,
}: {
  readonly agent: Agent
  readonly name: string
  readonly inWhat: readonly WaitingContact[]
  readonly now: number
  readonly readOnly: boolean
  readonly isEdited: boolean
  readonly onEdit: () => void
}) {
  const { t } = useTranslation('board')
  const format = useFormat()
  const { words, tone } = useDoing(agent)
  const [contact] = agent.contacts
  const line = inWhat.find(({ id }) => id === contact?.contactId)
  const doing = [line?.item?.title, line?.reason?.detailLabel ?? line?.reason?.label]
    .filter(Boolean)
    .join(', ')
  const skills = agent.skills.map(({ skill, level }) => t('people.skill', { skill, level })).join(', ')
  return (
    <li>
      <div className={styles.person}>
        <Avatar name={name} of="staff" />
        <div className={styles.who}>
          <strong>{name}</strong>
          <span>{doing !== '' ? doing : skills !== '' ? skills : t('people.no-skills')}</span>
        </div>
        <div className={styles.doing}>
          <span>
            <Dot tone={tone} /> {words}
          </span>
          {agent.since !== null && agent.presence !== 'signed-off' && (
            <span className={styles.quiet}>{format.clock(now - Date.parse(agent.since))}</span>
          )}
        </div>
        {!readOnly && (
          <button
            type="button"
            className={styles.edit}
            aria-expanded={isEdited}
            aria-label={t('people.edit', { name })}
            onClick={onEdit}
          >
            <IconAdjustmentsHorizontal size={18} stroke={1.75} aria-hidden="true" />
          </button>
        )}
      </div>
      {isEdited && <Edit agent={agent} name={name} onDone={onEdit} />}
    </li>
  )
}

function useDoing({ presence, why, contacts, offers }: Agent): {
  readonly words: string
  readonly tone: Tone
} {
  const { t } = useTranslation('board')
  const wrapping = contacts.filter(({ state }) => state === 'wrap-up').length
  const talking = contacts.length - wrapping
  if (talking > 0) {
    const byChannel = [...new Set(contacts.map(({ channel }) => channel))]
    const [only = 'chat'] = byChannel
    const words =
      byChannel.length === 1
        ? t(`people.in.${channelKey(only)}`, { count: talking })
        : t('people.in.other', { count: talking })
    return { words, tone: 'accent' }
  }
  if (wrapping > 0) return { words: t('people.wrap-up'), tone: 'warn' }
  if (offers.length > 0) return { words: t('people.offered'), tone: 'accent' }
  if (presence === 'ready') return { words: t('people.ready'), tone: 'ok' }
  if (presence === 'paused')
    return {
      words: why === undefined ? t('people.paused') : t('people.paused-why', { why }),
      tone: 'plain',
    }
  if (presence === 'away') return { words: t('people.away'), tone: 'warn' }
  return { words: t('people.signed-off'), tone: 'plain' }
}
