import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Interval, IntervalEnds, useIntervalWords } from '../shared/interval'
import type { Ends } from '../shared/interval-scale'
import { Count, Tag } from '../shared/parts'
import type { Tone } from '../shared/parts'
import { useFormat } from '../words/format'
import type { Week } from './api'
import { readingOf } from './figure'
import type { Figure, VerdictWord } from './figure'
import styles from './insight.module.css'

/** A share in the words it may be said in: `10`, `2 of 16`, or too few to tell. It opens its journeys. */
export function Share({
  figure,
  to,
  span = false,
}: {
  readonly figure: Figure | null | undefined
  readonly to?: string
  readonly span?: boolean
}) {
  const { t } = useTranslation('insight')
  const words = useIntervalWords()
  const reading = readingOf(figure)
  switch (reading.kind) {
    case 'few':
      return <TooFew />
    case 'counts':
      return <Opens to={to}>{t('of', { k: reading.k, n: reading.n })}</Opens>
    case 'rate': {
      const { point, span: between } = words(reading)
      return (
        <>
          <Opens to={to}>{point}</Opens>
          {span && <span className={styles.second}>{between}</span>}
        </>
      )
    }
  }
}

/** How many; the number opens its journeys. */
export function HowMany({
  n,
  to,
}: {
  readonly n: number | null | undefined
  readonly to?: string | undefined
}) {
  const format = useFormat()
  return n === undefined || n === null ? <TooFew /> : <Opens to={to}>{format.number(n)}</Opens>
}

function Opens({ to, children }: { readonly to: string | undefined; readonly children: React.ReactNode }) {
  return to === undefined ? <span>{children}</span> : <Count to={to}>{children}</Count>
}

export function TooFew() {
  const { t } = useTranslation('shared')
  return <span className={styles.few}>{t('too-few')}</span>
}

/** Head of a column of intervals: what it is, and the ends of its scale. */
export function ScaleHead({ label, ends }: { readonly label: string; readonly ends: Ends }) {
  return (
    <>
      {label}
      <IntervalEnds ends={ends} />
    </>
  )
}

/** A share as point and interval where it may be shown as a rate. */
export function ShareInterval({
  figure,
  ends,
  tone,
  mark,
}: {
  readonly figure: Figure | null | undefined
  readonly ends: Ends
  readonly tone?: 'plain' | 'accent'
  readonly mark?: number
}) {
  const reading = readingOf(figure)
  if (reading.kind !== 'rate') return null
  return (
    <Interval
      estimate={reading}
      ends={ends}
      {...(tone !== undefined && { tone })}
      {...(mark !== undefined && { mark })}
    />
  )
}

const TONES: Readonly<Record<VerdictWord, Tone>> = {
  'Likely worse': 'warn',
  'Likely better': 'ok',
  'Too few to tell': 'plain',
  'No difference seen': 'plain',
}
const WORDS = {
  'Likely worse': 'worse',
  'Likely better': 'better',
  'Too few to tell': 'few',
  'No difference seen': 'same',
} as const

export function useVerdict(): (word: VerdictWord) => string {
  const { t } = useTranslation('insight')
  return (word) => t(`verdict.${WORDS[word]}`)
}

/** One of the four words for a difference. */
export function VerdictTag({ word }: { readonly word: VerdictWord }) {
  const say = useVerdict()
  return (
    <Tag tone={TONES[word]} density="desk">
      {say(word)}
    </Tag>
  )
}

const WIDTH = 80
const HEIGHT = 24

/** Thirteen weeks with the first and the last whole number written; red only for a rise that is real. */
export function Sparkline({
  weeks,
  rising,
  label,
}: {
  readonly weeks: readonly Week[]
  readonly rising: boolean
  readonly label: string
}) {
  const format = useFormat()
  const known = weeks.flatMap(({ n }, index) => (n === null ? [] : [{ n, index }]))
  const [first] = known
  const last = known.at(-1)
  // Nothing but weeks without any, and others too small to show: the line would say there were none.
  if (first === undefined || last === undefined || known.every(({ n }) => n === 0)) return <TooFew />
  const most = Math.max(1, ...known.map(({ n }) => n))
  const x = (index: number): number => 3 + (index / Math.max(1, weeks.length - 1)) * (WIDTH - 6)
  const y = (n: number): number => HEIGHT - 4 - (n / most) * (HEIGHT - 8)
  // A week that is not shown leaves a gap in the line.
  const path = known
    .map(({ n, index }, place) => {
      const joined = place > 0 && known[place - 1]?.index === index - 1
      return `${joined ? 'L' : 'M'}${String(x(index))} ${String(y(n))}`
    })
    .join('')
  return (
    <span className={styles.spark} data-rising={rising} role="img" aria-label={label}>
      {known.length > 1 && <span>{format.number(first.n)}</span>}
      <svg viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} aria-hidden="true">
        <path d={path} />
        {known.map(({ n, index }, place) => {
          const alone = known[place - 1]?.index !== index - 1 && known[place + 1]?.index !== index + 1
          return (alone || index === last.index) && <circle key={index} cx={x(index)} cy={y(n)} r="2.5" />
        })}
      </svg>
      <strong>{format.number(last.n)}</strong>
    </span>
  )
}

export const FEELINGS = ['upset', 'frustrated', 'unsure', 'at-ease', 'cared-for'] as const

/** Five parts for five words, upset first. Numbers show on focus and under a pointer; it opens its journeys. */
export function FeelingStrip({ counts, to }: { readonly counts: readonly number[]; readonly to: string }) {
  const { t } = useTranslation('shared')
  const format = useFormat()
  const parts = FEELINGS.map((word, index) => ({ word, count: counts[index] ?? 0 }))
  const label = parts.map(({ word, count }) => `${t(`feeling.${word}`)} ${format.number(count)}`).join(', ')
  return (
    <Link to={to} className={styles.feeling ?? ''} aria-label={label}>
      <span className={styles.strip} aria-hidden="true">
        {parts.map(
          ({ word, count }) => count > 0 && <span key={word} data-word={word} style={{ flexGrow: count }} />,
        )}
      </span>
      <span className={styles.numbers} aria-hidden="true">
        {parts.map(({ word, count }) => (
          <span key={word} data-word={word}>
            {format.number(count)}
          </span>
        ))}
      </span>
    </Link>
  )
}
