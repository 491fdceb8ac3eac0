import { useTranslation } from 'react-i18next'
import { useLocation, useSearch } from 'wouter'
import { StaffPanel, Statement } from '../desk/frame'
import { LineMark } from '../shared/line'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { addressOf } from './address'
import { useAnswer } from './api'
import { Choice, InsightFrame, useFilters } from './frame'
import { useLabels, useWords } from './names'
import { markOf, PathLine, usePathHint } from './path-line'
import { usualPath } from './usual-path'
import type { Anatomy } from './usual-path'
import styles from './insight.module.css'

/** What a moment looks like: the usual path, the ways journeys really took, and where they leave it (C49). */
export default function Paths() {
  const { t } = useTranslation('insight')
  const filters = useFilters()
  const labels = useLabels()
  const [path, navigate] = useLocation()
  const reason = new URLSearchParams(useSearch()).get('reason') ?? undefined
  const { asWas, known } = filters
  const { data, error, refetch } = useAnswer(
    'anatomy',
    { ...(asWas !== undefined && { asWas }), ...(known !== undefined && { known }) },
    { reason },
  )
  return (
    <InsightFrame place="paths" title={t('paths.title')} moments={data}>
      <label className={styles.field}>
        <span>{t('paths.reason')}</span>
        <Choice
          label={t('paths.reason')}
          value={reason}
          all={t('paths.all')}
          choices={labels.reasons.filter(({ code }) => code !== 'none')}
          onChoose={(code) => {
            navigate(addressOf(path, filters, { reason: code }), { replace: true })
          }}
        />
      </label>
      {data === undefined && error !== null ? (
        <PartFailed error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Shape width="100%" height={400} />
      ) : data.journeys === undefined || data.variants === undefined ? (
        <p className={styles.empty}>{t('path.few')}</p>
      ) : (
        <PathsView anatomy={data} />
      )}
    </InsightFrame>
  )
}

function PathsView({ anatomy }: { readonly anatomy: Anatomy }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const words = useWords()
  const hint = usePathHint()
  const { journeys = 0, variants = [], others = 0, variantsForFourFifths = 0, typical } = anatomy
  const usual = usualPath(anatomy)
  return (
    <>
      <Statement>
        <strong>
          {typical === undefined
            ? t('paths.no-typical')
            : t('paths.typical', {
                n: format.number(typical.share * 100),
                journeys: format.number(journeys),
              })}
        </strong>{' '}
        {t('paths.four-fifths', { count: variantsForFourFifths })}
      </Statement>
      <div className={styles.sides}>
        <StaffPanel title={t('paths.variants')} hint={t('paths.variants-hint')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('paths.steps')}</th>
                <th scope="col" data-number>
                  {t('paths.journeys')}
                </th>
                <th scope="col" data-number>
                  {t('of-100')}
                </th>
              </tr>
            </thead>
            <tbody>
              {variants.map((variant) => (
                <tr key={variant.path.join(' ')}>
                  <th scope="row">
                    <ol className={styles.steps}>
                      {variant.path.map((step, index) => (
                        // A step may come again in a path; its place tells it apart.
                        <li key={`${String(index)} ${step}`}>
                          <LineMark mark={markOf(step)} />
                          {words.step(step)}
                        </li>
                      ))}
                    </ol>
                  </th>
                  <td data-number data-label={t('paths.journeys')}>
                    {format.number(variant.journeys)}
                  </td>
                  <td data-number data-label={t('of-100')}>
                    {journeys >= 30 ? format.number((variant.journeys / journeys) * 100) : ''}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.foot}>{t('paths.others', { count: others })}</p>
        </StaffPanel>
        {usual !== undefined && (
          <StaffPanel title={t('paths.line')} hint={hint(usual)}>
            <div className={styles.path}>
              <PathLine path={usual} label={t('path.label')} />
              <p className={styles.second}>{t('path.no-cause')}</p>
            </div>
          </StaffPanel>
        )}
      </div>
    </>
  )
}
