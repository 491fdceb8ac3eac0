import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { StaffPanel, Statement } from '../desk/frame'
import { endsOf } from '../shared/interval-scale'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { journeysOf } from './address'
import type { Filters } from './address'
import { useAnswer } from './api'
import type { ArticleVersion } from './api'
import { readingOf } from './figure'
import type { Figure } from './figure'
import { InsightFrame, useFilters } from './frame'
import { HowMany, ScaleHead, Share, ShareInterval, VerdictTag } from './marks'
import styles from './insight.module.css'

/** Articles after which people still asked, version by version, those that might prevent most first (C17). */
export default function Articles() {
  const { t } = useTranslation('insight')
  const filters = useFilters()
  const { data, error, refetch } = useAnswer('articles', filters)
  return (
    <InsightFrame place="articles" title={t('articles.title')} filters={['span']} moments={data}>
      {data === undefined && error !== null ? (
        <PartFailed error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Shape width="100%" height={400} />
      ) : data.items.length === 0 ? (
        <p className={styles.empty}>{t('articles.none')}</p>
      ) : (
        <>
          <Sum versions={data.items} />
          <StaffPanel title={t('articles.table')} hint={t('articles.hint')}>
            <VersionTable versions={data.items} filters={filters} />
            <p className={styles.foot}>{t('articles.foot')}</p>
          </StaffPanel>
        </>
      )}
    </InsightFrame>
  )
}

function Sum({ versions }: { readonly versions: readonly ArticleVersion[] }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const worst = versions.find(({ preventable }) => preventable !== null && preventable >= 1)
  const worse = versions.filter(({ verdict }) => verdict?.word === 'Likely worse').length
  return (
    <Statement>
      {worst === undefined ? (
        t('articles.sum-none')
      ) : (
        <strong>
          {t('articles.sum', {
            title: worst.title ?? t('articles.one'),
            n: format.number(worst.preventable ?? 0),
          })}
        </strong>
      )}{' '}
      {worse > 0 && t('articles.sum-worse', { count: worse })}
    </Statement>
  )
}

function VersionTable({
  versions,
  filters,
}: {
  readonly versions: readonly ArticleVersion[]
  readonly filters: Filters
}) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const scaleOf = (figures: readonly (Figure | null)[]) =>
    endsOf(figures.map(readingOf).flatMap((reading) => (reading.kind === 'rate' ? [reading] : [])))
  const asked = scaleOf(versions.map(({ figure }) => figure))
  const helped = scaleOf(versions.map((each) => each.helped))
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('articles.article')}</th>
          <th scope="col" data-number>
            {t('articles.reads')}
          </th>
          <th scope="col" data-scale>
            <ScaleHead label={t('articles.helped')} ends={helped} />
          </th>
          <th scope="col" data-number>
            {t('of-100')}
          </th>
          <th scope="col" data-scale>
            <ScaleHead label={t('articles.asked')} ends={asked} />
          </th>
          <th scope="col" data-number>
            {t('of-100')}
          </th>
          <th scope="col" data-number>
            {t('articles.preventable')}
          </th>
          <th scope="col">{t('articles.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {versions.map(({ articleId, version, title, reads, figure, helped: said, verdict, preventable }) => {
          const cell = { article: articleId, articleVersion: version }
          const to = (metric: string, value?: number): string =>
            journeysOf({ metric, cell, ...(value !== undefined && { value }) }, filters)
          return (
            <tr key={`${articleId} ${String(version)}`}>
              <th scope="row">
                <Link to={`/desk/knowledge/articles/${articleId}`} className={styles.plain ?? ''}>
                  {title ?? t('articles.one')}
                </Link>
                <span className={styles.second}>{t('articles.version', { version })}</span>
              </th>
              <td data-number data-label={t('articles.reads')}>
                <HowMany n={reads} to={to('article-contact-after-reading')} />
              </td>
              <td data-scale>
                <ShareInterval figure={said} ends={helped} />
              </td>
              <td data-number data-label={t('articles.helped')}>
                <Share figure={said} to={to('article-helped', 1)} span />
              </td>
              <td data-scale>
                <ShareInterval
                  figure={figure}
                  ends={asked}
                  tone={verdict?.word === 'Likely worse' ? 'accent' : 'plain'}
                />
              </td>
              <td data-number data-label={t('articles.asked')}>
                <Share figure={figure} to={to('article-contact-after-reading', 1)} span />
              </td>
              <td data-number data-label={t('articles.preventable')}>
                {preventable === null ? '' : format.number(preventable)}
              </td>
              <td data-label={t('articles.verdict')}>
                {verdict === null ? (
                  <span className={styles.second}>{t('articles.first')}</span>
                ) : (
                  <>
                    <VerdictTag word={verdict.word} />
                    {typeof verdict.stillNeeded === 'number' && (
                      <span className={styles.second}>
                        {t('articles.still-needed', { count: verdict.stillNeeded })}
                      </span>
                    )}
                  </>
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
