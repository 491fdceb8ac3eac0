import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearch } from 'wouter'
import { useApi } from '../api/context'
import { Problem } from '../api/problem'
import { StaffPanel, Statement } from '../desk/frame'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { momentsOf, queryOf } from './address'
import { useMay } from './api'
import type { Explained, Unit } from './api'
import { cellIn, readingOf } from './figure'
import { FEELINGS } from './marks'
import { InsightFrame, useFilters } from './frame'
import { readable, useLabels, useWords } from './names'
import styles from './insight.module.css'

const PAGE = 50

/** The journeys behind a number: what counts, what is pending, what was left out, and each of them to replay (C67). */
export default function Journeys() {
  const { t } = useTranslation('insight')
  const api = useApi()
  const filters = useFilters()
  const words = useWords()
  const labels = useLabels()
  const given = new URLSearchParams(useSearch())
  const metric = given.get('metric') ?? 'contacts-by-reason'
  const cell = given.get('cell') ?? undefined
  const value = given.get('value') ?? undefined
  const path = `/insight/metrics/${encodeURIComponent(metric)}/explain`
  const query = {
    ...momentsOf(filters),
    version: given.get('version') ?? undefined,
    cell,
    value,
    limit: PAGE,
  }
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['insight', path, query],
    queryFn: ({ signal, pageParam }) =>
      api.get<Explained>(`${path}${queryOf({ ...query, after: pageParam })}`, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  })
  const first = data?.pages[0]
  const units = data?.pages.flatMap((page) => page.units) ?? []
  const of = Object.entries(cellIn(cell)).map(([key, code]) =>
    key === 'reason'
      ? labels.reason(code)
      : key === 'cause'
        ? labels.cause(code)
        : key === 'thingKind'
          ? words.kind(code)
          : key === 'channel'
            ? words.channel(code)
            : key === 'articleVersion'
              ? t('articles.version', { version: code })
              : key === 'article'
                ? t('articles.one')
                : readable(code),
  )
  const valueWords = useValueWords()
  const hidden = error instanceof Problem && error.code === 'figure.hidden'
  const empty = error instanceof Problem && error.code === 'figure.empty'
  return (
    <InsightFrame place="journeys" title={t('journeys.title')} moments={first}>
      <Statement>
        <strong>{words.metric(first?.figure ?? { metric })}</strong>
        {of.length > 0 && ` ${of.join(', ')}.`}
        {value !== undefined && ` ${t('journeys.only', { value: valueWords(metric, Number(value)) })}`}
      </Statement>
      {hidden || empty ? (
        <p className={styles.empty}>{t(hidden ? 'journeys.hidden' : 'journeys.none')}</p>
      ) : first === undefined && error !== null ? (
        <PartFailed error={error} onRetry={() => void refetch()} />
      ) : first === undefined ? (
        <Shape width="100%" height={400} />
      ) : (
        <StaffPanel title={t('journeys.list')} hint={<Sum of={first} />}>
          {units.length === 0 ? (
            <p className={styles.empty}>{t('journeys.none')}</p>
          ) : (
            <UnitTable units={units} metric={metric} reason={labels.reason} />
          )}
          {hasNextPage && (
            <div className={styles.act}>
              <Button variant="default" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t('journeys.more')}
              </Button>
            </div>
          )}
          <p className={styles.foot}>
            {t('journeys.definition', {
              metric: first.figure.metric,
              version: first.figure.version,
              title: first.figure.title,
            })}
          </p>
        </StaffPanel>
      )}
    </InsightFrame>
  )
}

function Sum({ of: { figure, n, pending, excluded } }: { readonly of: Explained }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const reading = readingOf(figure)
  const parts = [
    t('journeys.counted', { count: n }),
    ...(pending > 0 ? [t('journeys.pending', { count: pending })] : []),
    ...(excluded > 0 ? [t('journeys.excluded', { count: excluded })] : []),
    ...(reading.kind === 'rate'
      ? [
          t('journeys.rate', {
            value: format.number(reading.value * 100),
            low: format.number(reading.low * 100),
            high: format.number(reading.high * 100),
          }),
        ]
      : []),
  ]
  return <>{parts.join(', ')}</>
}

function UnitTable({
  units,
  metric,
  reason,
}: {
  readonly units: readonly Unit[]
  readonly metric: string
  readonly reason: (code: string) => string
}) {
  const { t } = useTranslation('insight')
  const words = useWords()
  const format = useFormat()
  const may = useMay()
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('journeys.when')}</th>
          <th scope="col">{t('journeys.about')}</th>
          <th scope="col">{t('journeys.channel')}</th>
          <th scope="col">{t('journeys.state')}</th>
          {may.replay && <th scope="col">{t('journeys.replay')}</th>}
        </tr>
      </thead>
      <tbody>
        {units.map((unit) => {
          const { reason: code, thingKind, channel } = unit.keys
          const about = [
            typeof thingKind === 'string' ? words.kind(thingKind) : undefined,
            typeof code === 'string' ? reason(code) : undefined,
          ].filter((each) => each !== undefined)
          const journeys = [...new Set([unit.journey, ...unit.because.map(({ journey }) => journey)])]
          return (
            <tr key={unit.unit}>
              <th scope="row">{format.moment(unit.cohortAt)}</th>
              <td data-label={t('journeys.about')}>{about.join(', ')}</td>
              <td data-label={t('journeys.channel')}>
                {typeof channel === 'string' ? words.channel(channel) : ''}
              </td>
              <td data-label={t('journeys.state')}>
                <State unit={unit} metric={metric} />
              </td>
              {may.replay && (
                <td data-label={t('journeys.replay')}>
                  <span className={styles.links}>
                    {journeys
                      .filter((id) => id !== null)
                      .map((id, index) => (
                        <Link
                          key={id}
                          to={`/desk/replay/${id}`}
                          aria-label={t(index === 0 ? 'journeys.replay-of' : 'journeys.replay-then', {
                            when: format.moment(unit.cohortAt),
                          })}
                        >
                          {t(index === 0 ? 'journeys.replay-first' : 'journeys.replay-next')}
                        </Link>
                      ))}
                  </span>
                </td>
              )}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const SATISFIED = ['not-at-all', 'a-little', 'partly', 'mostly', 'fully'] as const

/** What a value means: a word of the answer, yes or no, or a number. */
function useValueWords(): (metric: string, value: number) => string {
  const { t } = useTranslation(['insight', 'shared'])
  const format = useFormat()
  return (metric, value) => {
    const feeling = FEELINGS[value - 1]
    const outcome = SATISFIED[value - 1]
    if (metric === 'feedback-feeling' && feeling !== undefined) return t(`shared:feeling.${feeling}`)
    if (metric === 'feedback-outcome' && outcome !== undefined) return t(`shared:satisfied.${outcome}`)
    if (metric === 'asked-again') return format.number(value)
    return value === 0 ? t('journeys.no') : value === 1 ? t('journeys.yes') : format.number(value)
  }
}

/** How it counts, in words. */
function State({
  unit: { state, value, matureAt },
  metric,
}: {
  readonly unit: Unit
  readonly metric: string
}) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const words = useValueWords()
  if (state === 'pending') return <>{t('journeys.pending-until', { at: format.date(matureAt) })}</>
  if (state.startsWith('excluded')) return <>{t('journeys.left-out')}</>
  if (metric === 'answer-time') {
    return <>{value === null ? t('journeys.never') : format.duration(value * 1_000)}</>
  }
  if (metric.startsWith('contacts-by')) return <>{t('journeys.counts')}</>
  if (value === null) return <>{t('journeys.counts')}</>
  return <>{words(metric, value)}</>
}
