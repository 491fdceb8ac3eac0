import { IconSearch } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Tag } from '../shared/parts'
import { departmentName, matching } from './wrap-up-causes'
import type { Cause } from './wrap-up-draft'
import styles from './wrap-up.module.css'

export interface CauseValue {
  readonly causeWords: string
  readonly cause: Cause | undefined
  readonly causeUnknown: boolean
}

const SHOWN = 6

/** The real cause: one that was noted before, with the department it goes to, or words of one's own. */
export function CauseField({
  id,
  causes,
  value: { causeWords, cause, causeUnknown },
  fault,
  onChange,
}: {
  readonly id: string
  readonly causes: readonly Cause[]
  readonly value: CauseValue
  /** Id of what says what is wrong with it. */
  readonly fault: string | undefined
  readonly onChange: (value: CauseValue) => void
}) {
  const { t } = useTranslation('wrapup')
  const list = useId()
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const found = matching(causes, cause === undefined ? causeWords : '').slice(0, SHOWN)
  const choices = [...found, undefined]
  const shown = Math.min(at, choices.length - 1)
  const choose = (chosen: Cause | undefined): void => {
    onChange({ causeWords: chosen?.words ?? '', cause: chosen, causeUnknown: chosen === undefined })
    setOpen(false)
    setAt(-1)
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => {
      setOpen(true)
      setAt(shown + 1 >= choices.length ? 0 : shown + 1)
    },
    ArrowUp: () => {
      setOpen(true)
      setAt(shown <= 0 ? choices.length - 1 : shown - 1)
    },
    ...(open &&
      shown >= 0 && {
        Enter: () => {
          choose(choices[shown])
        },
      }),
    ...(open && {
      Escape: () => {
        setOpen(false)
        setAt(-1)
      },
    }),
  }
  return (
    <div className={styles.cause}>
      <div className={styles.box}>
        <IconSearch size={18} stroke={1.75} aria-hidden="true" />
        <input
          id={id}
          role="combobox"
          aria-expanded={open}
          aria-controls={list}
          aria-autocomplete="list"
          {...(open && shown >= 0 && { 'aria-activedescendant': `${list}-${String(shown)}` })}
          {...(fault !== undefined && { 'aria-invalid': true, 'aria-describedby': fault })}
          autoComplete="off"
          value={causeUnknown ? t('cause.unknown') : causeWords}
          onChange={({ currentTarget }) => {
            onChange({ causeWords: currentTarget.value, cause: undefined, causeUnknown: false })
            setOpen(true)
            setAt(-1)
          }}
          onFocus={({ currentTarget }) => {
            currentTarget.select()
            setOpen(true)
          }}
          onBlur={() => {
            setOpen(false)
            setAt(-1)
          }}
          onKeyDown={(event) => {
            if (event.ctrlKey || event.metaKey) return
            const act = keys[event.key]
            if (act === undefined) return
            event.preventDefault()
            act()
          }}
        />
        {cause?.department !== undefined && (
          <Tag density="desk">{t('cause.to', { department: departmentName(cause.department) })}</Tag>
        )}
        {cause === undefined && causeWords.trim() !== '' && !open && (
          <Tag density="desk">{t('cause.new')}</Tag>
        )}
      </div>
      <div id={list} role="listbox" aria-label={t('cause.noted')} className={styles.options} hidden={!open}>
        {choices.map((each, index) => (
          // The field keeps focus and has the keys; a press is all that is left for the option.
          <div
            key={each?.code ?? ''}
            id={`${list}-${String(index)}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === shown}
            onPointerDown={(event) => {
              event.preventDefault()
              choose(each)
            }}
          >
            <span>{each?.words ?? t('cause.unknown')}</span>
            {each?.department !== undefined && (
              <span className={styles.to}>
                {t('cause.to', { department: departmentName(each.department) })}
              </span>
            )}
          </div>
        ))}
      </div>
    </div>
  )
}
