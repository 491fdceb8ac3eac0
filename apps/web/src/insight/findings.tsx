import { useTranslation } from 'react-i18next'
import { useLocation, useSearch } from 'wouter'
import { PartFailed, Pills, Shape } from '../shared/parts'
import { Statement } from '../desk/frame'
import { addressOf } from './address'
import { useFindings } from './api'
import { FindingPanel } from './finding-panel'
import { InsightFrame } from './frame'
import styles from './insight.module.css'

const STATUSES = ['open', 'overdue', 'closed', 'all'] as const

/** What was raised, who acts by when, what was done, and whether it helped (C42). */
export default function Findings() {
  const { t } = useTranslation('insight')
  const [path, navigate] = useLocation()
  const search = new URLSearchParams(useSearch())
  const one = search.get('finding') ?? undefined
  const status =
    STATUSES.find((each) => each === search.get('status')) ?? (one === undefined ? 'open' : 'all')
  const { data, error, refetch } = useFindings()
  const all = data?.items ?? []
  const isIn = {
    open: all.filter((each) => each.status !== 'closed'),
    overdue: all.filter(({ overdue }) => overdue),
    closed: all.filter((each) => each.status === 'closed'),
    all,
  }
  const shown = isIn[status]
  return (
    <InsightFrame place="findings" title={t('findings.title')}>
      {data === undefined && error !== null ? (
        <PartFailed error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Shape width="100%" height={300} />
      ) : (
        <>
          <Statement>
            <strong>{t('findings.sum-open', { count: isIn.open.length })}</strong>{' '}
            {isIn.overdue.length > 0 && t('findings.sum-overdue', { count: isIn.overdue.length })}{' '}
            {isIn.closed.length > 0 &&
              t('findings.sum-helped', {
                count: all.filter(
                  ({ closings, status: now }) => now === 'closed' && closings.at(-1)?.helped === true,
                ).length,
                of: isIn.closed.length,
              })}
          </Statement>
          <Pills
            legend={t('findings.which')}
            hideLegend
            density="desk"
            value={status}
            choices={STATUSES.map((value) => ({
              value,
              label: `${t(`findings.${value}`)} ${String(isIn[value].length)}`,
            }))}
            onChoose={(value) => {
              navigate(addressOf(path, {}, { status: value }), { replace: true })
            }}
          />
          {shown.length === 0 ? (
            <p className={styles.empty}>{t(all.length === 0 ? 'findings.none' : 'findings.none-of-these')}</p>
          ) : (
            <ol className={styles.findings}>
              {shown.map((finding) => (
                <li key={finding.id}>
                  <FindingPanel finding={finding} />
                </li>
              ))}
            </ol>
          )}
        </>
      )}
    </InsightFrame>
  )
}
