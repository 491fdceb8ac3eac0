import { useTranslation } from 'react-i18next'
import { StaffPanel, Statement } from '../desk/frame'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { journeysOf } from './address'
import type { Filters } from './address'
import { useAnswer } from './api'
import type { FeedbackTrend } from './api'
import { readingOf } from './figure'
import type { Figure } from './figure'
import { InsightFrame, useFilters } from './frame'
import { Share, VerdictTag } from './marks'
import { WeekChart } from './week-chart'
import type { WeekPoint } from './week-chart'
import styles from './insight.module.css'

const WEEK = 7 * 86_400_000

/** Outcome and feeling by week, apart and never added, with how many answered at all (C29). */
export default function Feedback() {
  const { t } = useTranslation('insight')
  const filters = useFilters()
  const { data, error, refetch } = useAnswer('feedback-trend', filters)
  return (
    <InsightFrame place="feedback" title={t('feedback.title')} filters={['span']} moments={data}>
      {data === undefined && error !== null ? (
        <PartFailed error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Shape width="100%" height={400} />
      ) : data.weeks.length === 0 ? (
        <p className={styles.empty}>{t('feedback.none')}</p>
      ) : (
        <Trend trend={data} filters={filters} />
      )}
    </InsightFrame>
  )
}

function Trend({ trend, filters }: { readonly trend: FeedbackTrend; readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const to = (week: string, metric: string): string =>
    journeysOf({ metric }, { ...filters, from: week, until: new Date(Date.parse(week) + WEEK).toISOString() })
  const points = (of: 'outcome' | 'feeling' | 'response'): readonly WeekPoint[] =>
    everyWeek(trend.weeks.map(({ week }) => week)).map((week) => {
      const each = trend.weeks.find((told) => told.week === week)
      const reading = readingOf(each?.[of])
      return {
        week,
        value: reading.kind === 'rate' ? reading.value : null,
        counts: reading.kind === 'counts' ? reading : undefined,
        to: to(week, `feedback-${of}`),
      }
    })
  const frozen = trend.weeks.filter(({ comparable }) => !comparable).length
  return (
    <>
      <Statement>
        <strong>{t('feedback.apart')}</strong>{' '}
        {frozen > 0 ? t('feedback.frozen', { count: frozen }) : t('feedback.steady')}
      </Statement>
      <StaffPanel title={t('feedback.by-week')} hint={t('feedback.two-best')}>
        <div className={styles.charts}>
          <WeekChart title={t('feedback.outcome')} unit="share" points={points('outcome')} />
          <WeekChart title={t('feedback.feeling')} unit="share" points={points('feeling')} />
          <WeekChart title={t('feedback.response')} unit="share" points={points('response')} />
        </div>
      </StaffPanel>
      <StaffPanel title={t('feedback.weeks')} hint={t('feedback.weeks-hint')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('chart.week')}</th>
              <th scope="col" data-number>
                {t('feedback.outcome')}
              </th>
              <th scope="col">{t('feedback.worst')}</th>
              <th scope="col" data-number>
                {t('feedback.feeling')}
              </th>
              <th scope="col">{t('feedback.worst')}</th>
              <th scope="col" data-number>
                {t('feedback.response')}
              </th>
              <th scope="col">{t('feedback.against')}</th>
            </tr>
          </thead>
          <tbody>
            {trend.weeks.toReversed().map((week) => (
              <tr key={week.week}>
                <th scope="row">{format.brief(week.week)}</th>
                <td data-number data-label={t('feedback.outcome')}>
                  <Share figure={week.outcome} to={to(week.week, 'feedback-outcome')} span />
                </td>
                <td data-label={t('feedback.worst')}>
                  <Worst figure={week.outcome} />
                </td>
                <td data-number data-label={t('feedback.feeling')}>
                  <Share figure={week.feeling} to={to(week.week, 'feedback-feeling')} span />
                </td>
                <td data-label={t('feedback.worst')}>
                  <Worst figure={week.feeling} />
                </td>
                <td data-number data-label={t('feedback.response')}>
                  <Share figure={week.response} to={to(week.week, 'feedback-response')} span />
                </td>
                <td data-label={t('feedback.against')}>
                  <Against week={week} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className={styles.foot}>{t('feedback.foot')}</p>
      </StaffPanel>
    </>
  )
}

/** Weeks without an answer keep their place on the line. */
function everyWeek(weeks: readonly string[]): readonly string[] {
  const [first] = weeks
  const last = weeks.at(-1)
  if (first === undefined || last === undefined) return []
  const count = Math.round((Date.parse(last) - Date.parse(first)) / WEEK) + 1
  return Array.from({ length: count }, (_, index) => new Date(Date.parse(first) + index * WEEK).toISOString())
}

function Worst({ figure }: { readonly figure: Figure | null }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  if (figure?.worst === undefined) return null
  return <>{t('feedback.worst-of', { n: format.number(figure.worst.value * 100) })}</>
}

/** Beside the week before, in one word each; none where other people answered. */
function Against({ week }: { readonly week: FeedbackTrend['weeks'][number] }) {
  const { t } = useTranslation('insight')
  if (!week.comparable) return <span className={styles.second}>{t('feedback.not-comparable')}</span>
  if (week.outcomeChange === null && week.feelingChange === null)
    return <span className={styles.second}>{t('feedback.not-told')}</span>
  return (
    <span className={styles.words}>
      {week.outcomeChange !== null && (
        <span>
          {t('feedback.outcome-short')} <VerdictTag word={week.outcomeChange.word} />
        </span>
      )}
      {week.feelingChange !== null && (
        <span>
          {t('feedback.feeling-short')} <VerdictTag word={week.feelingChange.word} />
        </span>
      )}
    </span>
  )
}
