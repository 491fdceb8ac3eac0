import { Trans, useTranslation } from 'react-i18next'
import { One } from './choices'
import type { Editing } from './editing'
import styles from './policy.module.css'
import { levelsAt, URGENCIES, VALUES } from './rules'
import type { AtLeast } from './rules'

interface Simple {
  readonly urgency: string
  readonly value: string
}

/** One level of urgency, or one of value, or either; undefined when the policy says more than that. */
function simple(levels: readonly AtLeast[]): Simple | undefined {
  const [urgencies, values] = [
    levels.flatMap(({ urgency }) => urgency ?? []),
    levels.flatMap(({ value }) => value ?? []),
  ]
  const single = levels.every(({ urgency, value }) => urgency === undefined || value === undefined)
  if (!single || urgencies.length > 1 || values.length > 1) return undefined
  if (levels.some(({ urgency, value }) => urgency === undefined && value === undefined)) {
    return { urgency: 'any', value: 'none' }
  }
  return { urgency: urgencies[0] ?? 'none', value: values[0] ?? 'none' }
}

/** From which level a channel is offered. What is more than this can say is shown and left as it is. */
export function From({
  raw,
  label,
  editing: { names },
  changed,
  onChange,
}: {
  readonly raw: unknown
  readonly label: string
  readonly editing: Editing
  readonly changed: boolean
  readonly onChange: (from: readonly AtLeast[]) => void
}) {
  const { t } = useTranslation('policy')
  const levels = levelsAt(raw)
  const read = simple(levels)
  if (read === undefined) return <span className={styles.clause}>{names.levels(levels)}</span>
  const set = ({ urgency, value }: Simple): void => {
    if (urgency === 'any') onChange([{}])
    else {
      onChange([...(urgency === 'none' ? [] : [{ urgency }]), ...(value === 'none' ? [] : [{ value }])])
    }
  }
  return (
    <>
      <span className={styles.clause}>
        <Trans
          t={t}
          i18nKey="channel.from-urgency"
          components={{
            choice: (
              <One
                label={t('channel.from-urgency-label', { channel: label })}
                value={read.urgency}
                choices={[
                  { value: 'any', label: t('at-least.any') },
                  ...[...URGENCIES].reverse().map((value) => ({
                    value,
                    label: t('at-least.urgency', { level: names.level('urgency', value) }),
                  })),
                  ...(read.value === 'none' ? [] : [{ value: 'none', label: t('at-least.no-urgency') }]),
                ]}
                changed={changed}
                onChoose={(urgency) => {
                  set({ ...read, urgency })
                }}
              />
            ),
          }}
        />
      </span>
      {read.urgency !== 'any' && (
        <span className={styles.clause}>
          <Trans
            t={t}
            i18nKey="channel.from-value"
            components={{
              choice: (
                <One
                  label={t('channel.from-value-label', { channel: label })}
                  value={read.value}
                  choices={[
                    { value: 'none', label: t('at-least.no-value') },
                    ...VALUES.filter((value) => value !== 'low').map((value) => ({
                      value,
                      label: t('at-least.value', { level: names.level('value', value) }),
                    })),
                  ]}
                  changed={changed}
                  onChoose={(value) => {
                    set({ ...read, value })
                  }}
                />
              ),
            }}
          />
        </span>
      )}
    </>
  )
}
