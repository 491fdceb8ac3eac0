import { useTranslation } from 'react-i18next'
import { StaffPanel } from '../desk/frame'
import { endsOf } from '../shared/interval-scale'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { journeysOf } from './address'
import type { Filters } from './address'
import { useAnswer } from './api'
import type { AnswerTimes } from './api'
import { readingOf } from './figure'
import { HowMany, ScaleHead, Share, ShareInterval, TooFew, VerdictTag } from './marks'
import { useWords } from './names'
import styles from './insight.module.css'

/** Measured beside promised, by channel (C47). */
export function AnswerTimesPanel({ filters }: { readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const { data, error, refetch } = useAnswer('answer-times', filters)
  return (
    <StaffPanel title={t('times.title')} hint={t('times.hint')}>
      {data === undefined && error !== null ? (
        <PartFailed error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <div className={styles.waiting}>
          <Shape width="100%" height={180} />
        </div>
      ) : data.byChannel.length === 0 ? (
        <p className={styles.empty}>{t('times.none')}</p>
      ) : (
        <TimesTable times={data} filters={filters} />
      )}
    </StaffPanel>
  )
}

function TimesTable({ times, filters }: { readonly times: AnswerTimes; readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const words = useWords()
  const kept = times.promised.map(({ measured }) => readingOf(measured))
  const ends = endsOf([
    ...kept.flatMap((reading) => (reading.kind === 'rate' ? [reading] : [])),
    // What was promised stands on the scale too.
    ...times.promised.map(({ terms: { share } }) => ({
      value: share / 100,
      low: share / 100,
      high: share / 100,
    })),
  ])
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('repeat.by-channel')}</th>
          <th scope="col" data-number>
            {t('drivers.contacts')}
          </th>
          <th scope="col" data-number>
            {t('times.half')}
          </th>
          <th scope="col" data-number>
            {t('times.nine')}
          </th>
          <th scope="col">{t('times.promised')}</th>
          <th scope="col" data-scale>
            <ScaleHead label={t('times.kept')} ends={ends} />
          </th>
          <th scope="col" data-number>
            {t('of-100')}
          </th>
          <th scope="col">{t('times.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {times.byChannel.map((figure) => {
          const channel = String(figure.cell.channel)
          const promise = times.promised.find(({ terms }) => terms.channel === channel)
          const within = (q: number): React.ReactNode => {
            const found = figure.quantiles?.find((each) => each.q === q)
            return found === undefined ? <TooFew /> : format.duration(found.value * 1_000)
          }
          return (
            <tr key={channel}>
              <th scope="row">{words.channel(channel)}</th>
              <td data-number data-label={t('drivers.contacts')}>
                <HowMany
                  n={figure.n}
                  to={journeysOf({ metric: figure.metric, cell: figure.cell }, filters)}
                />
              </td>
              <td data-number data-label={t('times.half')}>
                {within(0.5)}
              </td>
              <td data-number data-label={t('times.nine')}>
                {within(0.9)}
              </td>
              <td data-label={t('times.promised')}>
                {promise === undefined
                  ? t('times.no-promise')
                  : t('times.terms', {
                      share: promise.terms.share,
                      within: format.duration(promise.terms.threshold * 1_000),
                    })}
              </td>
              <td data-scale>
                {promise !== undefined && (
                  <ShareInterval figure={promise.measured} ends={ends} mark={promise.terms.share / 100} />
                )}
              </td>
              <td data-number data-label={t('times.kept')}>
                {promise !== undefined && <Share figure={promise.measured} span />}
              </td>
              <td data-label={t('times.verdict')}>
                {promise !== undefined && <VerdictTag word={promise.word} />}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
