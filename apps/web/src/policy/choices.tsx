import '@mantine/core/styles/Popover.layer.css'
import { Popover } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useId, useState } from 'react'
import styles from './policy.module.css'
import { useTranslation } from 'react-i18next'
import { readSpan, UNITS, writeSpan } from './span'

export interface Choice {
  readonly value: string
  readonly label: string
  /** Below another one, of which it is a part. */
  readonly under?: boolean
}

export interface ChoiceGroup {
  readonly label?: string
  readonly choices: readonly Choice[]
}

/** Several of a list, as a word in a sentence. None chosen reads as `none`. */
export function Several({
  label,
  none,
  shown,
  groups,
  chosen,
  onChoose,
  changed = false,
}: {
  readonly label: string
  readonly none: string
  /** What is chosen, in words. */
  readonly shown: string
  readonly groups: readonly ChoiceGroup[]
  readonly chosen: readonly string[]
  readonly onChoose: (chosen: readonly string[]) => void
  readonly changed?: boolean
}) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const listed = new Set(groups.flatMap(({ choices }) => choices.map(({ value }) => value)))
  // What the policy names and no list holds any more can still be taken out.
  const strange = chosen.filter((value) => !listed.has(value))
  const all: readonly ChoiceGroup[] =
    strange.length === 0
      ? groups
      : [...groups, { choices: strange.map((value) => ({ value, label: value })) }]
  const words = chosen.length === 0 ? none : shown
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="none" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={styles.chip}
          data-changed={changed}
          aria-haspopup="dialog"
          aria-expanded={open}
          aria-label={`${label}: ${words}`}
          onClick={() => {
            setOpen(!open)
          }}
        >
          <span>{words}</span>
          <IconChevronDown size={16} stroke={1.75} aria-hidden="true" />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown} aria-label={label}>
        <div className={styles.choices}>
          <label className={styles.option}>
            <input
              type="checkbox"
              checked={chosen.length === 0}
              disabled={chosen.length === 0}
              onChange={() => {
                onChoose([])
              }}
            />
            {none}
          </label>
          {all.map((group, n) => (
            <div
              key={group.label ?? String(n)}
              {...(group.label !== undefined && { role: 'group', 'aria-labelledby': `${id}-${String(n)}` })}
            >
              {group.label !== undefined && (
                <p className={styles.groupLabel} id={`${id}-${String(n)}`}>
                  {group.label}
                </p>
              )}
              {group.choices.map(({ value, label: text, under = false }) => (
                <label key={value} className={styles.option} data-under={under}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(value)}
                    onChange={({ currentTarget }) => {
                      onChoose(
                        currentTarget.checked ? [...chosen, value] : chosen.filter((each) => each !== value),
                      )
                    }}
                  />
                  {text}
                </label>
              ))}
            </div>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

/** One of a few, as a word in a sentence. */
export function One({
  label,
  value,
  choices,
  onChoose,
  changed = false,
}: {
  readonly label: string
  readonly value: string
  readonly choices: readonly Choice[]
  readonly onChoose: (value: string) => void
  readonly changed?: boolean
}) {
  const known = choices.some((choice) => choice.value === value)
  return (
    <select
      className={styles.select}
      aria-label={label}
      data-changed={changed}
      value={value}
      onChange={({ currentTarget }) => {
        onChoose(currentTarget.value)
      }}
    >
      {!known && <option value={value}>{value}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

/** A length of time: how much, and of what. */
export function SpanField({
  label,
  value,
  onChange,
  openDays = false,
  changed = false,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Whether days on which it is open are one of the units. */
  readonly openDays?: boolean
  readonly changed?: boolean
}) {
  const { t } = useTranslation('policy')
  const span = readSpan(value) ?? { amount: 0, unit: 'm' as const }
  const units = UNITS.filter((unit) => unit !== 'bd' || openDays || span.unit === 'bd')
  return (
    <span className={styles.span} role="group" aria-label={label} data-changed={changed}>
      <input
        type="number"
        min={0}
        max={999_999}
        step={1}
        inputMode="numeric"
        aria-label={t('span.amount')}
        value={span.amount}
        onChange={({ currentTarget }) => {
          const amount = currentTarget.valueAsNumber
          if (Number.isInteger(amount) && amount >= 0 && amount < 1_000_000) {
            onChange(writeSpan({ ...span, amount }))
          }
        }}
      />
      <select
        aria-label={t('span.unit')}
        value={span.unit}
        onChange={({ currentTarget }) => {
          const unit = UNITS.find((each) => each === currentTarget.value)
          if (unit !== undefined) onChange(writeSpan({ ...span, unit }))
        }}
      >
        {units.map((unit) => (
          <option key={unit} value={unit}>
            {t(`unit.${unit}`)}
          </option>
        ))}
      </select>
    </span>
  )
}
