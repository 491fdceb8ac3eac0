import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './line.module.css'

/** Who did it: the customer (disc), we (square), an article was read (diamond); promised and not yet kept (open ring); now (ring). */
export type Mark = 'customer' | 'us' | 'article' | 'promise' | 'now'

export interface LineMoment {
  readonly id: string
  readonly mark: Mark
  readonly label: ReactNode
  readonly detail?: ReactNode
  /** Shown at the end of the row: `14:19`. */
  readonly when?: ReactNode
  readonly state?: 'kept' | 'missed'
  /** From here to the next moment: silence of more than a day, or not yet happened. */
  readonly dotted?: boolean
}

/**
 * The line that every journey is drawn as, everywhere the same. Shape and words carry the meaning; colour never does it
 * alone. In the order given, top to bottom, or left to right.
 */
export function Line({
  moments,
  label,
  density = 'customer',
  across = false,
}: {
  readonly moments: readonly LineMoment[]
  /** What this is the line of, for those who do not see it. */
  readonly label: string
  readonly density?: 'customer' | 'desk'
  readonly across?: boolean
}) {
  const { t } = useTranslation('shared')
  const classes = [across ? styles.across : styles.line, density === 'desk' ? styles.desk : '']
  return (
    <ol className={classes.join(' ')} aria-label={label}>
      {moments.map(({ id, mark, label: text, detail, when, state, dotted = false }) => (
        <li
          key={id}
          className={styles.moment}
          data-mark={mark}
          data-state={state}
          data-after={dotted ? 'dotted' : 'solid'}
          {...(mark === 'now' && { 'aria-current': 'step' as const })}
        >
          <LineMark mark={mark} />
          <span>
            <span className={styles.label}>
              {mark === 'promise' && <span className="visually-hidden">{t('line.promise')}: </span>}
              {text}
              {state === 'missed' && <span>, {t('line.missed')}</span>}
            </span>
            {detail !== undefined && <span className={styles.detail}>{detail}</span>}
          </span>
          {when !== undefined && <span className={styles.when}>{when}</span>}
        </li>
      ))}
    </ol>
  )
}

/** One mark of the line, 16 px. */
export function LineMark({ mark }: { readonly mark: Mark }) {
  return (
    <svg className={styles.mark} data-mark={mark} viewBox="0 0 16 16" aria-hidden="true">
      {mark === 'customer' && <circle cx="8" cy="8" r="5" fill="currentColor" />}
      {mark === 'us' && <rect x="3" y="3" width="10" height="10" rx="3" fill="currentColor" />}
      {mark === 'article' && <path d="M8 1.8 14.2 8 8 14.2 1.8 8Z" fill="currentColor" />}
      {mark === 'promise' && (
        <circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" strokeWidth="2" />
      )}
      {mark === 'now' && <circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" strokeWidth="3" />}
    </svg>
  )
}
