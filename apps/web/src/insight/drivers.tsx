import { useTranslation } from 'react-i18next'
import { useLocation, useSearch } from 'wouter'
import { PartFailed, Shape } from '../shared/parts'
import { addressOf } from './address'
import { useAnswer } from './api'
import type { Driver } from './api'
import { Changed } from './changed'
import { DriverPanel } from './driver-panel'
import { DriversView } from './drivers-view'
import { InsightFrame, useFilters } from './frame'
import styles from './insight.module.css'

/** Why people contact us: one sentence, one table, one path (C38, C42). */
export default function Drivers() {
  const { t } = useTranslation('insight')
  const filters = useFilters()
  const [path, navigate] = useLocation()
  const picked = new URLSearchParams(useSearch()).get('driver') ?? undefined
  const { things, channel } = filters
  const { data, error, refetch, isPlaceholderData } = useAnswer('drivers', filters, {
    thingKind: things,
    channel,
  })
  const chosen = data?.drivers.find((driver) => keyOf(driver) === picked) ?? data?.drivers[0]
  return (
    <InsightFrame
      place="drivers"
      title={t('drivers.title')}
      filters={['things', 'channel', 'span']}
      moments={data}
    >
      {data === undefined && error !== null ? (
        <PartFailed error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <DriversShape />
      ) : (
        <div className={styles.drivers} data-stale={isPlaceholderData}>
          <DriversView
            drivers={data}
            filters={filters}
            chosen={chosen === undefined ? undefined : keyOf(chosen)}
            onChoose={(driver) => {
              navigate(addressOf(path, filters, { driver: keyOf(driver) }), { replace: true })
            }}
          />
          {chosen !== undefined && (
            <DriverPanel key={keyOf(chosen)} driver={chosen} filters={filters} present={!isPlaceholderData} />
          )}
        </div>
      )}
      <Changed filters={filters} />
    </InsightFrame>
  )
}

export function keyOf({ thingKind, reason }: Driver): string {
  return `${thingKind}.${reason}`
}

function DriversShape() {
  return (
    <div className={styles.waiting}>
      <Shape width="60%" height={25} />
      <Shape width="100%" height={420} />
    </div>
  )
}
