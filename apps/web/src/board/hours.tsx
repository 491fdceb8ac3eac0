import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { StaffPanel } from '../desk/frame'
import { PartFailed, Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { channelKey, withTeam } from './channel-key'
import styles from './board.module.css'
import { SCROLLER } from './scroller'
import type { Grid, GridCell } from './figures'

/** Promised against measured by hour of today and channel: numbers, and a word where one is missed or close. */
export function HourGrid({
  grid,
  error,
  team,
  onRetry,
}: {
  readonly grid: Grid | undefined
  readonly error: unknown
  readonly team: string | undefined
  readonly onRetry?: () => void
}) {
  const { t } = useTranslation('board')
  const format = useFormat()
  const anything = grid?.rows.some(({ cells }) => cells.some(({ state }) => state === 'measured')) === true
  return (
    <StaffPanel
      title={t('hours.title')}
      hint={t('hours.hint')}
      aside={
        <>
          <Tag density="desk">{t('hours.kept')}</Tag>
          <Tag density="desk" tone="warn">
            {t('hours.close-long')}
          </Tag>
          <Tag density="desk" tone="danger">
            {t('hours.missed')}
          </Tag>
        </>
      }
    >
      {grid === undefined ? (
        error === undefined ? (
          <div className={styles.pad}>
            <Shape width="100%" height={150} />
          </div>
        ) : (
          <PartFailed error={error} title={t('hours.failed')} {...(onRetry && { onRetry })} />
        )
      ) : (
        <>
          {!anything && <p className={styles.nothing}>{t('hours.none')}</p>}
          <div className={styles.scroll} {...SCROLLER} aria-label={t('hours.title')}>
            <table className={styles.hourGrid}>
              <caption className="visually-hidden">{t('hours.caption')}</caption>
              <thead>
                <tr>
                  <th scope="col">
                    <span className="visually-hidden">{t('hours.channel')}</span>
                  </th>
                  {grid.hours.map((hour) => (
                    <th key={hour} scope="col">
                      {Number(format.time(hour).slice(0, 2))}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {grid.rows.map(({ channel, promised, cells }) => {
                  const name = t(`queue.${channelKey(channel)}`)
                  return (
                    <tr key={channel}>
                      <th scope="row">
                        {name.charAt(0).toLocaleUpperCase(format.language) + name.slice(1)}
                        {promised !== undefined && (
                          <span className={styles.rowPromise}>{format.duration(promised * 1_000)}</span>
                        )}
                      </th>
                      {cells.map((cell) => (
                        <td key={cell.from} data-state={cell.state} data-word={cell.word ?? ''}>
                          <Cell cell={cell} channel={channel} team={team} />
                        </td>
                      ))}
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </StaffPanel>
  )
}

function Cell({
  cell: { state, median, word, from, until, answered, waiting },
  channel,
  team,
}: {
  readonly cell: GridCell
  readonly channel: string
  readonly team: string | undefined
}) {
  const { t } = useTranslation('board')
  const format = useFormat()
  if (state === 'closed') return <span className={styles.shut}>{t('hours.shut')}</span>
  if (state !== 'measured') return <span className="visually-hidden">{t(`hours.${state}`)}</span>
  const minutes = median === null ? undefined : median / 60
  return (
    <Link
      className={styles.cell ?? ''}
      to={withTeam(`asked=${channel}&from=${from}&until=${until}`, team)}
      title={t('hours.asked', { count: answered + waiting })}
    >
      {minutes === undefined ? '–' : format.number(minutes, minutes < 10 ? 1 : 0)}
      {(word === 'missed' || word === 'close') && <span>{t(`hours.${word}`)}</span>}
      {minutes === undefined && <span>{t('hours.unanswered')}</span>}
    </Link>
  )
}
