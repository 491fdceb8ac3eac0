import { Button } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useApi } from '../api/context'
import { StaffPanel } from '../desk/frame'
import { PartFailed, Shape } from '../shared/parts'
import { addressOf, momentsOf, queryOf } from './address'
import type { Filters } from './address'
import { useAnswer, useMay } from './api'
import type { Driver, Explained } from './api'
import { driverName } from './drivers-view'
import { cellText } from './figure'
import { pathOf } from './frame'
import { useLabels, useWords, readable } from './names'
import { PathLine, usePathHint } from './path-line'
import { RaiseFinding } from './raise'
import { usualPath } from './usual-path'
import styles from './insight.module.css'

/** The usual path of one driver, and what can be done about it: raise it to who answers for it, replay one. */
export function DriverPanel({
  driver,
  filters,
  present,
}: {
  readonly driver: Driver
  readonly filters: Filters
  /** False while figures of other filters are still shown. */
  readonly present: boolean
}) {
  const { t } = useTranslation('insight')
  const may = useMay()
  const words = useWords()
  const { departments } = useLabels()
  const [raising, setRaising] = useState(false)
  const name = driverName(driver, t('no-reason'))
  const department = driver.findings[0]?.department ?? driver.cause?.department ?? undefined
  const open = driver.findings.find(({ status }) => status !== 'closed')
  return (
    <StaffPanel title={name} hint={words.kind(driver.thingKind)}>
      <UsualPathOf driver={driver} filters={filters} />
      <div className={styles.act}>
        {raising ? (
          <RaiseFinding
            metric={driver.cause === null ? 'contacts-by-reason' : 'contacts-by-cause'}
            cell={
              driver.cause === null
                ? { thingKind: driver.thingKind, reason: driver.reason }
                : { cause: driver.cause.code }
            }
            says={
              driver.cause === null
                ? t('raise.says', { driver: name })
                : t('raise.says-cause', {
                    driver: name,
                    cause: driver.cause.words ?? readable(driver.cause.code),
                  })
            }
            department={department}
            departments={departments}
            onDone={() => {
              setRaising(false)
            }}
          />
        ) : (
          <div className={styles.buttons}>
            {open !== undefined ? (
              <Button component={Link} to={addressOf(pathOf('findings'), {}, { finding: open.id })}>
                {t('raise.see')}
              </Button>
            ) : (
              may.raise &&
              driver.contacts.n !== undefined && (
                <Button
                  onClick={() => {
                    setRaising(true)
                  }}
                >
                  {department === undefined
                    ? t('raise.open')
                    : t('raise.to', { department: readable(department) })}
                </Button>
              )
            )}
            {may.replay && present && driver.contacts.n !== undefined && (
              <ReplayOne driver={driver} filters={filters} />
            )}
          </div>
        )}
      </div>
    </StaffPanel>
  )
}

function UsualPathOf({ driver, filters }: { readonly driver: Driver; readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const hint = usePathHint()
  const { asWas, known } = filters
  const { data, error, refetch } = useAnswer(
    'anatomy',
    { ...(asWas !== undefined && { asWas }), ...(known !== undefined && { known }) },
    { reason: driver.reason },
    driver.reason !== 'none',
  )
  if (driver.reason === 'none') return <p className={styles.empty}>{t('path.no-reason')}</p>
  if (error !== null) return <PartFailed error={error} onRetry={() => void refetch()} />
  if (data === undefined) {
    return (
      <div className={styles.waiting}>
        <Shape width="100%" height={240} />
      </div>
    )
  }
  const path = usualPath(data)
  if (path === undefined) return <p className={styles.empty}>{t('path.few')}</p>
  return (
    <div className={styles.path}>
      <p className={styles.second}>{hint(path)}</p>
      <PathLine path={path} label={t('path.label')} />
      <p className={styles.second}>{t('path.no-cause')}</p>
    </div>
  )
}

function ReplayOne({ driver, filters }: { readonly driver: Driver; readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const api = useApi()
  const cell = cellText({ thingKind: driver.thingKind, reason: driver.reason, channel: filters.channel })
  const path = `/insight/metrics/contacts-by-reason/explain${queryOf({ ...momentsOf(filters), cell, limit: 1 })}`
  const { data } = useQuery({
    queryKey: ['insight', path],
    queryFn: ({ signal }) => api.get<Explained>(path, { signal }),
  })
  const journey = data?.units[0]?.journey
  if (journey === undefined || journey === null) return null
  return (
    <Button
      component={Link}
      to={`/desk/replay/${journey}`}
      variant="default"
      leftSection={<IconHistory size={18} stroke={1.75} aria-hidden="true" />}
    >
      {t('replay-one')}
    </Button>
  )
}
