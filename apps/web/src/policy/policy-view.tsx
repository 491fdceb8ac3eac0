import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Tag } from '../shared/parts'
import { Channels } from './channels'
import { changedRules, partOf } from './difference'
import type { Part } from './difference'
import { problemsAt } from './editing'
import type { Editing, Place } from './editing'
import { Hours } from './hours'
import { Moves } from './moves-grid'
import styles from './policy.module.css'
import { Rule } from './rule'
import { addRule, AXES, freeId, moveRule, readRule, rulesOf, USUAL } from './rules'
import type { Axis } from './rules'
import { Grip, useSorting } from './sort'
import { Waits } from './waits'

const PARTS = [
  {
    part: 'channels',
    counts: ['channels', 'guarantee'],
    fields: ['channels', 'order', 'guarantee', 'segments'],
  },
  { part: 'hours', counts: ['hours'], fields: ['hours'] },
  { part: 'moves', counts: ['moves'], fields: ['escalation'] },
  { part: 'waits', counts: ['waits'], fields: ['answerWithin'] },
] as const satisfies readonly {
  readonly part: Place['part']
  readonly counts: readonly Part[]
  readonly fields: readonly string[]
}[]

/** A policy to read and to edit: its rules left, one part of it in the middle, and beside it whatever is given. */
export function PolicyView({
  editing,
  place,
  onPlace,
  versions,
  beside,
}: {
  readonly editing: Editing
  readonly place: Place
  readonly onPlace: (place: Place) => void
  readonly versions?: React.ReactNode
  readonly beside?: React.ReactNode
}) {
  const middle = useRef<HTMLDivElement>(null)
  const key = place.part === 'rule' ? `${place.axis} ${place.id}` : place.part
  const shown = useRef(key)
  useEffect(() => {
    if (shown.current === key) return
    shown.current = key
    middle.current?.querySelector<HTMLElement>('[data-problem], [data-part]')?.focus()
  }, [key])
  return (
    <div className={styles.policy} data-beside={beside !== undefined}>
      <Nav editing={editing} place={place} onPlace={onPlace} />
      <div className={styles.middle} ref={middle}>
        <fieldset disabled={editing.readOnly} className={styles.editing}>
          {place.part === 'rule' && (
            <Rule
              key={key}
              editing={editing}
              axis={place.axis}
              id={place.id}
              onRemoved={() => {
                onPlace({ part: 'channels' })
              }}
              onChannels={() => {
                onPlace({ part: 'channels' })
              }}
            />
          )}
          {place.part === 'channels' && <Channels editing={editing} />}
          {place.part === 'hours' && <Hours editing={editing} />}
          {place.part === 'moves' && <Moves editing={editing} />}
          {place.part === 'waits' && <Waits editing={editing} />}
        </fieldset>
        {place.part === 'versions' && versions}
      </div>
      {beside !== undefined && <div className={styles.beside}>{beside}</div>}
    </div>
  )
}

function Nav({
  editing,
  place,
  onPlace,
}: {
  readonly editing: Editing
  readonly place: Place
  readonly onPlace: (place: Place) => void
}) {
  const { t } = useTranslation('policy')
  const { changes, problems } = editing
  return (
    <nav className={styles.nav} aria-label={t('nav.label')}>
      {AXES.map((axis) => (
        <RuleList key={axis} editing={editing} axis={axis} place={place} onPlace={onPlace} />
      ))}
      <h2>{t('nav.also')}</h2>
      <ul>
        {PARTS.map(({ part, counts, fields }) => {
          const count = changes.filter((change) => counts.some((one) => one === partOf(change))).length
          const wrong = problemsAt(problems, ...fields).length
          return (
            <li key={part}>
              <button
                type="button"
                className={styles.navPart}
                aria-current={place.part === part}
                onClick={() => {
                  onPlace({ part })
                }}
              >
                {t(`nav.${part}`)}
                {count > 0 && (
                  <Tag density="desk" tone="accent">
                    {t('nav.changes', { count })}
                  </Tag>
                )}
                {wrong > 0 && (
                  <Tag density="desk" tone="danger">
                    {t('nav.against')}
                  </Tag>
                )}
              </button>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function RuleList({
  editing: { doc, live, names, changes, problems, edit, readOnly },
  axis,
  place,
  onPlace,
}: {
  readonly editing: Editing
  readonly axis: Axis
  readonly place: Place
  readonly onPlace: (place: Place) => void
}) {
  const { t } = useTranslation('policy')
  const rules = rulesOf(doc, axis).map(readRule)
  const changed = changedRules(changes, axis)
  const sorting = useSorting(
    rules.map((rule) => names.title(rule)),
    (from, to) => {
      edit(moveRule(doc, axis, from, to))
    },
  )
  const isNew = Object.keys(live).length === 0
  return (
    <section aria-labelledby={`policy-axis-${axis}`}>
      <div className={styles.navHead}>
        <h2 id={`policy-axis-${axis}`}>{t(`axis.${axis}-rules`)}</h2>
        <button
          type="button"
          className={styles.iconButton}
          disabled={readOnly}
          aria-label={t(`axis.add-${axis}`)}
          onClick={() => {
            const id = freeId(doc, axis)
            edit(addRule(doc, axis))
            onPlace({ part: 'rule', axis, id })
          }}
        >
          <IconPlus size={18} stroke={1.75} aria-hidden="true" />
        </button>
      </div>
      <ol>
        {rules.map((rule, n) => {
          const current = place.part === 'rule' && place.axis === axis && place.id === rule.id
          const wrong = problemsAt(problems, `${axis}.${String(n)}`).length > 0
          return (
            <li key={rule.id} {...sorting.row(n)}>
              <button
                type="button"
                className={styles.navRule}
                aria-current={current}
                aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
                onKeyDown={sorting.keys(n)}
                onClick={() => {
                  onPlace({ part: 'rule', axis, id: rule.id })
                }}
              >
                <Grip />
                <span className={styles.navPlace}>{n + 1}</span>
                <span className={styles.navText}>
                  <strong>{names.title(rule)}</strong>
                  <span data-wrong={wrong}>
                    {wrong
                      ? t('nav.against')
                      : changed.has(rule.id) && !isNew
                        ? t('nav.changed')
                        : t('nav.treated', { level: names.level(axis, rule.is) })}
                  </span>
                </span>
              </button>
            </li>
          )
        })}
        <li className={styles.navRest}>
          <strong>{t('nav.rest')}</strong>
          <span>{t('nav.treated', { level: names.level(axis, USUAL[axis]) })}</span>
        </li>
      </ol>
    </section>
  )
}

/** Nobody has published a policy yet. */
export function NoPolicy({
  onBegin,
  mayBegin,
}: {
  readonly onBegin: () => void
  readonly mayBegin: boolean
}) {
  const { t } = useTranslation('policy')
  return (
    <div className={styles.empty}>
      <h2>{t('empty.title')}</h2>
      <p>{t('empty.text')}</p>
      <ul>
        <li>{t('empty.rules')}</li>
        <li>{t('empty.channels')}</li>
        <li>{t('empty.moves')}</li>
      </ul>
      {mayBegin && (
        <Button variant="filled" onClick={onBegin}>
          {t('empty.begin')}
        </Button>
      )}
    </div>
  )
}
