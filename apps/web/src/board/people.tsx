import { Button } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { firstName } from '../api/names'
import { StaffPanel } from '../desk/frame'
import { Avatar, Dot, PartFailed, Shape } from '../shared/parts'
import type { Tone } from '../shared/parts'
import { useFormat } from '../words/format'
import { BOARD } from './api'
import type { Agent, WaitingContact } from './api'
import { channelKey } from './channel-key'
import styles from './board.module.css'
import type { BoardNames } from './board-view'
import type { QueueRow } from './figures'

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

/** What an agent can do, and signing off one who is gone. */
function Edit({
  agent,
  name,
  onDone,
}: {
  readonly agent: Agent
  readonly name: string
  readonly onDone: () => void
}) {
  const { t } = useTranslation('board')
  const api = useApi()
  const queries = useQueryClient()
  const [skills, setSkills] = useState(agent.skills)
  const [added, setAdded] = useState('')
  const [state, setState] = useState<'idle' | 'sending' | { readonly failed: unknown }>('idle')
  const send = async (command: () => Promise<unknown>): Promise<void> => {
    setState('sending')
    try {
      await command()
      await queries.invalidateQueries({ queryKey: [BOARD] })
      setState('idle')
      onDone()
    } catch (failed) {
      setState({ failed })
    }
  }
  const code = added
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
  return (
    <form
      className={styles.editForm}
      aria-label={t('people.edit', { name })}
      onSubmit={(event) => {
        event.preventDefault()
        const all =
          code === '' || skills.some(({ skill }) => skill === code)
            ? skills
            : [...skills, { skill: code, level: 1 }]
        void send(() => api.put(`/routing/agents/${agent.agentId}/skills`, { skills: all }))
      }}
    >
      {skills.map(({ skill, level }) => (
        <div key={skill} className={styles.skill}>
          <span>{skill}</span>
          <label>
            {t('people.level')}
            <select
              className={styles.select}
              aria-label={t('people.level-of', { skill })}
              value={level}
              onChange={({ currentTarget }) => {
                const next = Number(currentTarget.value)
                setSkills(skills.map((each) => (each.skill === skill ? { skill, level: next } : each)))
              }}
            >
              {[1, 2, 3, 4, 5, 6, 7, 8, 9].map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
          <Button
            variant="subtle"
            aria-label={t('people.remove-skill-of', { skill })}
            onClick={() => {
              setSkills(skills.filter((each) => each.skill !== skill))
            }}
          >
            {t('people.remove-skill')}
          </Button>
        </div>
      ))}
      <label className={styles.addSkill}>
        {t('people.add-skill')}
        <input
          className={styles.select}
          value={added}
          maxLength={40}
          onChange={({ currentTarget }) => {
            setAdded(currentTarget.value)
          }}
        />
      </label>
      <div className={styles.editActions}>
        <Button type="submit" variant="default" disabled={state === 'sending'}>
          {t(state === 'sending' ? 'people.saving' : 'people.save-skills')}
        </Button>
        {agent.presence !== 'signed-off' && agent.presence !== 'none' && (
          <Button
            variant="subtle"
            disabled={state === 'sending'}
            onClick={() => {
              void send(() => api.put(`/routing/agents/${agent.agentId}/presence`, { state: 'signed-off' }))
            }}
          >
            {t('people.sign-off', { name: firstName(name) })}
          </Button>
        )}
      </div>
      {agent.presence !== 'signed-off' && agent.contacts.length > 0 && (
        <p className={styles.quiet}>{t('people.sign-off-hint', { count: agent.contacts.length })}</p>
      )}
      {typeof state === 'object' && <PartFailed error={state.failed} title={t('people.not-saved')} />}
    </form>
  )
}
