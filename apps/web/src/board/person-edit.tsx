import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { firstName } from '../api/names'
import { PartFailed } from '../shared/parts'
import { BOARD } from './api'
import type { Agent } from './api'
import styles from './board.module.css'

/** What an agent can do, and signing off one who is gone. */
export function Edit({
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
