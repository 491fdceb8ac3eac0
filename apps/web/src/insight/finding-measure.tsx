import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { PartFailed } from '../shared/parts'
import { useFormat } from '../words/format'
import { FINDINGS } from './api'
import type { Measure } from './api'
import type { Figure } from './figure'
import { Share, TooFew, VerdictTag } from './marks'
import styles from './insight.module.css'

/** The same figure for as long before it was acted on and since (C42). With what was done, not because of it. */
export function FindingMeasure({ id }: { readonly id: string }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const api = useApi()
  const path = `/insight/findings/${id}/measure`
  const { data, error, refetch } = useQuery({
    queryKey: [...FINDINGS, path],
    queryFn: ({ signal }) => api.get<Measure>(path, { signal }),
  })
  if (error !== null) return <PartFailed error={error} onRetry={() => void refetch()} />
  if (data === undefined) return null
  return (
    <div>
      <dl className={styles.measure}>
        <div>
          <dt>{t('findings.before')}</dt>
          <dd>
            <Measured figure={data.before} />
          </dd>
        </div>
        <div>
          <dt>{t('findings.since')}</dt>
          <dd>
            <Measured figure={data.after} />
          </dd>
        </div>
        <div>
          <dt>{t('times.verdict')}</dt>
          <dd>
            <VerdictTag word={data.verdict.word} />
          </dd>
        </div>
      </dl>
      <p className={styles.second}>
        {t('findings.measure-hint', { at: `${format.date(data.actedAt)}, ${format.time(data.actedAt)}` })}
      </p>
    </div>
  )
}

/** A share in its words, a count as it is. */
function Measured({ figure }: { readonly figure: Figure | undefined }) {
  const format = useFormat()
  if (figure?.n === undefined) return <TooFew />
  return figure.metric.startsWith('contacts-by') ? (
    <>{format.number(figure.n)}</>
  ) : (
    <Share figure={figure} span />
  )
}
