import { useTranslation } from 'react-i18next'
import { StaffPanel } from '../desk/frame'
import { PartFailed } from '../shared/parts'
import { Problem } from '../api/problem'
import { journeysOf } from './address'
import type { Filters } from './address'
import { useFindings, useWeekly } from './api'
import { cellText, readingOf } from './figure'
import type { Figure } from './figure'
import { WeekChart } from './week-chart'
import type { Dated, WeekPoint } from './week-chart'
import styles from './insight.module.css'

const WEEK = 7 * 86_400_000

/** Three measures by week, with what was done as dated lines: so one sees whether it moved (C42). */
export function Changed({ filters }: { readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const findings = useFindings()
  const done: readonly Dated[] = (findings.data?.items ?? [])
    .flatMap(({ actions }) => actions)
    .map(({ what, at }) => ({ what, at }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  const cell = cellText({ thingKind: filters.things, channel: filters.channel })
  return (
    <StaffPanel title={t('changed.title')} hint={t('changed.hint')}>
      <div className={styles.charts}>
        <Measure
          metric="contacts-by-reason"
          title={t('changed.contacts')}
          cell={cell}
          filters={filters}
          done={done}
        />
        <Measure
          metric="repeat-contact-wide"
          title={t('changed.repeat')}
          cell={cell}
          filters={filters}
          done={done}
        />
        <Measure
          metric="feedback-feeling"
          title={t('changed.feeling')}
          cell={cell}
          filters={filters}
          done={done}
        />
      </div>
      {findings.data !== undefined && done.length === 0 && (
        <p className={styles.foot}>{t('changed.nothing-done')}</p>
      )}
    </StaffPanel>
  )
}

function Measure({
  metric,
  title,
  cell,
  filters,
  done,
}: {
  readonly metric: string
  readonly title: string
  readonly cell: string | undefined
  readonly filters: Filters
  readonly done: readonly Dated[]
}) {
  const { data, error, refetch } = useWeekly(metric, cell, filters)
  // Nothing to count, or too little to show, is an answer; anything else is a failure.
  const few = error instanceof Problem && (error.code === 'figure.empty' || error.code === 'figure.hidden')
  if (error !== null && !few) return <PartFailed error={error} onRetry={() => void refetch()} />
  const isCount = metric === 'contacts-by-reason'
  const points = (data?.weeks ?? []).map(({ week, figure }): WeekPoint => ({
    week,
    value: isCount ? (figure?.n ?? null) : shareOf(figure),
    counts: countsOf(figure),
    to: journeysOf(
      { metric, cell: figure?.cell ?? {} },
      {
        ...filters,
        from: week,
        until: new Date(Date.parse(week) + WEEK).toISOString(),
      },
    ),
  }))
  return (
    <WeekChart
      title={title}
      unit={isCount ? 'count' : 'share'}
      points={few ? [] : points}
      done={done}
      loading={data === undefined && !few}
    />
  )
}

function shareOf(figure: Figure | null): number | null {
  const reading = readingOf(figure)
  return reading.kind === 'rate' ? reading.value : null
}

function countsOf(figure: Figure | null): { readonly k: number; readonly n: number } | undefined {
  const reading = readingOf(figure)
  return reading.kind === 'counts' ? { k: reading.k, n: reading.n } : undefined
}
