import { useFormat } from '../words/format'
import { useTranslation } from 'react-i18next'
import { placeOn } from './interval-scale'
import type { Ends, Estimated } from './interval-scale'
import styles from './interval.module.css'

/**
 * A point and its 95 % interval on a scale that all of a column share. What it says stands in words beside it, or in
 * `label` where it stands alone.
 */
export function Interval({
  estimate,
  ends,
  tone = 'plain',
  mark,
  label,
}: {
  /** Shares from 0 to 1. */
  readonly estimate: Estimated
  readonly ends: Ends
  /** The one that is spoken of. */
  readonly tone?: 'plain' | 'accent'
  /** A share to compare with, such as what was promised. */
  readonly mark?: number
  readonly label?: string
}) {
  const at = (share: number): string => `${String(placeOn(ends, share))}%`
  return (
    <svg
      className={styles.interval}
      data-tone={tone}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <line className={styles.track} x1="0" x2="100%" y1="8" y2="8" />
      {mark !== undefined && <line className={styles.mark} x1={at(mark)} x2={at(mark)} y1="0" y2="16" />}
      <line className={styles.span} x1={at(estimate.low)} x2={at(estimate.high)} y1="8" y2="8" />
      <circle className={styles.point} cx={at(estimate.value)} cy="8" r="5" />
    </svg>
  )
}

/** The ends of the scale, written once above a column of intervals. Of 100. */
export function IntervalEnds({ ends }: { readonly ends: Ends }) {
  const format = useFormat()
  return (
    <span className={styles.ends}>
      <span>{format.number(ends.from * 100)}</span>
      <span>{format.number(ends.to * 100)}</span>
    </span>
  )
}

/** `58, 51 to 65`: the estimate in words, of 100. */
export function useIntervalWords(): (estimate: Estimated) => {
  readonly point: string
  readonly span: string
} {
  const { t } = useTranslation('shared')
  const format = useFormat()
  const of100 = (share: number): string => format.number(share * 100)
  return ({ value, low, high }) => ({
    point: of100(value),
    span: t('interval.span', { low: of100(low), high: of100(high) }),
  })
}
