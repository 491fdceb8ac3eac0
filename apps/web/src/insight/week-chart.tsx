import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { endsOf } from '../shared/interval-scale'
import { Count, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { TooFew } from './marks'
import styles from './insight.module.css'

export interface WeekPoint {
  readonly week: string
  /** A count, or a share from 0 to 1; null where too few stand behind it. */
  readonly value: number | null
  readonly counts?: { readonly k: number; readonly n: number } | undefined
  /** Its journeys. */
  readonly to?: string
}

/** Something that was done. */
export interface Dated {
  readonly what: string
  readonly at: string
}

const HEIGHT = 150
const WEEK = 7 * 86_400_000
const MOST_LABELS = 2

/** One measure by week: first and last value written, what was done as dated lines, and the same as a table. */
export function WeekChart({
  title,
  unit,
  points,
  done = [],
  loading = false,
}: {
  readonly title: string
  readonly unit: 'count' | 'share'
  readonly points: readonly WeekPoint[]
  readonly done?: readonly Dated[]
  readonly loading?: boolean
}) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const id = useId()
  const [asTable, setAsTable] = useState(false)
  const known = points.filter(({ value }) => value !== null)
  const [first] = known
  const last = known.at(-1)
  const told = (value: number): string => format.number(unit === 'share' ? value * 100 : value)
  const within = done.filter(({ at }) => points.some(({ week }) => weekOf(week, at)))
  const summary =
    first?.value === undefined || first.value === null || last?.value === undefined || last.value === null
      ? t('chart.few', { title })
      : t('chart.summary', {
          title,
          first: told(first.value),
          from: format.brief(first.week),
          last: told(last.value),
          until: format.brief(last.week),
        })
  const events = within.map(({ what, at }) => `${format.brief(at)}: ${what}`)
  return (
    <figure className={styles.chart} aria-labelledby={id}>
      <figcaption id={id}>
        <span>{title}</span>
        {last?.value !== undefined && last.value !== null && last.to !== undefined && (
          <strong>
            <Count to={last.to}>{told(last.value)}</Count>
          </strong>
        )}
      </figcaption>
      {loading ? (
        <Shape width="100%" height={HEIGHT} />
      ) : asTable ? (
        <ChartTable points={points} done={within} told={told} title={title} />
      ) : known.length === 0 ? (
        <div className={styles.nothing} style={{ blockSize: HEIGHT }}>
          <TooFew />
          {unit === 'share' && <span className={styles.second}>{t('chart.from-30')}</span>}
        </div>
      ) : (
        <div role="img" aria-label={[summary, ...events].join('. ')} className={styles.plot}>
          <ChartLine points={points} unit={unit} done={within} told={told} />
          <span className={styles.dates} aria-hidden="true">
            <span>{format.brief(points[0]?.week ?? '')}</span>
            <span>{format.brief(points.at(-1)?.week ?? '')}</span>
          </span>
        </div>
      )}
      <button
        type="button"
        className={styles.quiet}
        aria-pressed={asTable}
        onClick={() => {
          setAsTable(!asTable)
        }}
      >
        {t('chart.as-table')}
        <span className="visually-hidden">, {title}</span>
      </button>
    </figure>
  )
}

function ChartLine({
  points,
  unit,
  done,
  told,
}: {
  readonly points: readonly WeekPoint[]
  readonly unit: 'count' | 'share'
  readonly done: readonly Dated[]
  readonly told: (value: number) => string
}) {
  const values = points.flatMap(({ value }) => value ?? [])
  const ends =
    unit === 'share'
      ? endsOf(values.map((value) => ({ value, low: value, high: value })))
      : { from: 0, to: Math.max(1, ...values) }
  const firstKnown = points.findIndex(({ value }) => value !== null)
  const lastKnown = points.findLastIndex(({ value }) => value !== null)
  const rows = points.map(({ week, value }) => ({ week, value }))
  const labelled = done.slice(-MOST_LABELS)
  return (
    <ResponsiveContainer width="100%" height={HEIGHT - 22} minWidth={0}>
      <LineChart data={rows} margin={{ top: 26, right: 12, bottom: 6, left: 12 }} accessibilityLayer={false}>
        <XAxis dataKey="week" hide />
        <YAxis domain={[ends.from, ends.to]} hide />
        {done.map(({ what, at }) => {
          const week = points.find((point) => weekOf(point.week, at))?.week
          const place = labelled.findIndex((each) => each.at === at && each.what === what)
          return (
            week !== undefined && (
              <ReferenceLine
                key={`${at} ${what}`}
                x={week}
                stroke="var(--ink3)"
                strokeDasharray="3 3"
                label={<EventLabel what={place === -1 ? '' : what} low={place % 2 === 1} />}
              />
            )
          )
        })}
        <Line
          dataKey="value"
          type="linear"
          stroke="var(--chart1)"
          strokeWidth={2}
          isAnimationActive={false}
          connectNulls={false}
          dot={<PointMark lastKnown={lastKnown} firstKnown={firstKnown} told={told} points={points} />}
          activeDot={false}
        />
      </LineChart>
    </ResponsiveContainer>
  )
}

/** Dots at the last point and at points that stand alone; the first value is written. Recharts fills in the place. */
function PointMark({
  cx,
  cy,
  index,
  points,
  firstKnown,
  lastKnown,
  told,
}: {
  readonly cx?: number
  readonly cy?: number
  readonly index?: number
  readonly points: readonly WeekPoint[]
  readonly firstKnown: number
  readonly lastKnown: number
  readonly told: (value: number) => string
}) {
  if (cx === undefined || cy === undefined || index === undefined) return null
  const value = points[index]?.value ?? null
  if (value === null) return null
  const isShown = (place: number): boolean => (points[place]?.value ?? null) !== null
  const alone = !isShown(index - 1) && !isShown(index + 1)
  // The last value stands above the chart, and opens its journeys.
  const written = index === firstKnown && firstKnown !== lastKnown
  return (
    <g>
      {(index === lastKnown || alone) && <circle cx={cx} cy={cy} r={4} fill="var(--chart1)" />}
      {written && (
        <text x={cx} y={cy - 9} className={styles.pointText} textAnchor="middle">
          {told(value)}
        </text>
      )}
    </g>
  )
}

/** What was done, beside its line. */
function EventLabel({
  viewBox,
  what,
  low,
}: {
  readonly viewBox?: { readonly x?: number; readonly y?: number; readonly height?: number }
  readonly what: string
  readonly low: boolean
}) {
  if (viewBox?.x === undefined || what === '') return null
  const { x, y = 0, height = 0 } = viewBox
  const short = what.length > 26 ? `${what.slice(0, 25).trimEnd()}…` : what
  return (
    <text
      x={x - 4}
      y={low ? y + height - 2 : y - 12}
      className={styles.eventText}
      textAnchor={x > 160 ? 'end' : 'start'}
    >
      {short}
    </text>
  )
}

function ChartTable({
  points,
  done,
  told,
  title,
}: {
  readonly points: readonly WeekPoint[]
  readonly done: readonly Dated[]
  readonly told: (value: number) => string
  readonly title: string
}) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  return (
    <table className={styles.small}>
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('chart.week')}</th>
          <th scope="col" data-number>
            {t('chart.value')}
          </th>
          <th scope="col">{t('chart.done')}</th>
        </tr>
      </thead>
      <tbody>
        {points.map(({ week, value, counts, to }) => (
          <tr key={week}>
            <th scope="row">{format.brief(week)}</th>
            <td data-number>
              {value !== null ? (
                to === undefined ? (
                  told(value)
                ) : (
                  <Count to={to}>{told(value)}</Count>
                )
              ) : counts !== undefined ? (
                t('of', counts)
              ) : (
                <TooFew />
              )}
            </td>
            <td>
              {done
                .filter(({ at }) => weekOf(week, at))
                .map(({ what }) => what)
                .join('. ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function weekOf(week: string, at: string): boolean {
  const since = Date.parse(at) - Date.parse(week)
  return since >= 0 && since < WEEK
}
