import { useTranslation } from 'react-i18next'
import { StaffPanel } from '../desk/frame'
import { ChannelIcon } from '../shared/icons'
import { Count, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { channelKey, withTeam } from './channel-key'
import styles from './board.module.css'
import { SCROLLER } from './scroller'
import type { QueueRow } from './figures'

const HOUR = 3_600_000
/** Where the mark of the promise stands, of the whole bar. */
const MARK = 60

/** Every queue against its promise, whose mark stands at the same place in all rows. */
export function QueueTable({
  rows,
  team,
  now,
}: {
  readonly rows: readonly QueueRow[]
  readonly team: string | undefined
  readonly now: number
}) {
  const { t } = useTranslation('board')
  const format = useFormat()
  const several = new Set(rows.map(({ queue }) => queue)).size > 1
  const none = <span className={styles.none}>–</span>
  const span = (milliseconds: number): string =>
    milliseconds < HOUR ? format.clock(milliseconds) : format.duration(milliseconds)
  return (
    <StaffPanel
      title={t('queues.title')}
      aside={
        <span className={styles.legend} aria-hidden="true">
          <span data-mark="promise">{t('queues.promised')}</span>
          <span data-mark="measured">{t('queues.measured-hour')}</span>
        </span>
      }
    >
      {rows.length === 0 ? (
        <p className={styles.nothing}>{t('queues.none')}</p>
      ) : (
        <div className={styles.scroll} {...SCROLLER} aria-label={t('queues.title')}>
          <table className={styles.table}>
            <caption className="visually-hidden">{t('queues.title')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('queues.queue')}</th>
                <th scope="col" data-number="">
                  {t('queues.waiting')}
                </th>
                <th scope="col" data-number="">
                  {t('queues.longest')}
                </th>
                <th scope="col">{t('queues.answer-time')}</th>
                <th scope="col" data-number="">
                  {t('queues.measured')}
                </th>
                <th scope="col" data-number="">
                  {t('queues.ready-of-on')}
                </th>
                <th scope="col">
                  <span className="visually-hidden">{t('queues.state')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const { channel, waiting, booked, nextBooked, longest, promise, measured, kept } = row
                const name = t(`queue.${channelKey(channel)}`)
                return (
                  <tr key={row.key}>
                    <th scope="row">
                      <span className={styles.queueName}>
                        <ChannelIcon channel={channel} size={18} />
                        <span>
                          {name.charAt(0).toLocaleUpperCase(format.language) + name.slice(1)}
                          {several && `, ${row.queue}`}
                        </span>
                      </span>
                    </th>
                    <td data-number="">
                      {waiting > 0 ? (
                        <Count to={withTeam(`waiting=${channel}`, team)}>
                          {format.number(waiting)}
                          <span className="visually-hidden">
                            {' '}
                            {t('queues.waiting-of', { channel: name })}
                          </span>
                        </Count>
                      ) : booked > 0 ? (
                        t('queues.booked', { count: booked })
                      ) : (
                        none
                      )}
                    </td>
                    <td data-number="" data-late={promise !== undefined && (longest ?? 0) > promise}>
                      {longest !== undefined
                        ? span(longest)
                        : nextBooked !== undefined
                          ? t('queues.next', { at: format.brief(nextBooked) })
                          : none}
                    </td>
                    <td>
                      <Bar row={row} promised={promise === undefined ? '' : format.duration(promise)} />
                    </td>
                    <td data-number="">
                      {measured !== undefined && promise !== undefined ? (
                        <Count to={withTeam(hourOf(channel, now), team)}>
                          {span(measured)}
                          <span className="visually-hidden">
                            {' '}
                            {t('queues.measured-of', { channel: name })}
                          </span>
                        </Count>
                      ) : kept !== undefined ? (
                        t('queues.kept', { kept: kept.kept, of: kept.of })
                      ) : (
                        none
                      )}
                    </td>
                    <td data-number="">
                      {row.on === 0 ? none : t('queues.of', { ready: row.ready, on: row.on })}
                    </td>
                    <td className={styles.state}>
                      <State row={row} />
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </StaffPanel>
  )
}

/** The last sixty minutes, by whole minutes so that the address stays while one reads. */
function hourOf(channel: string, now: number): string {
  const minute = Math.floor(now / 60_000) * 60_000
  const [from, until] = [minute - HOUR, minute + 60_000].map((at) => new Date(at).toISOString())
  return `asked=${channel}&from=${from ?? ''}&until=${until ?? ''}`
}

function Bar({ row, promised }: { readonly row: QueueRow; readonly promised: string }) {
  const { t } = useTranslation('board')
  const format = useFormat()
  const { promise, measured, longest, word } = row
  const shown = measured ?? longest
  if (promise === undefined) return <span className={styles.noPromise}>{t('queues.no-promise')}</span>
  const width = shown === undefined ? 0 : Math.min(100, (shown / promise) * MARK)
  return (
    <span className={styles.barCell}>
      <span className="visually-hidden">
        {shown === undefined
          ? t('queues.bar-empty', { promised })
          : t('queues.bar', { promised, shown: format.duration(shown) })}
      </span>
      <svg className={styles.bar} viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
        <rect className={styles.track} y="7" width="100" height="6" />
        <rect
          className={styles.fill}
          data-word={shown !== undefined && shown > promise ? 'behind' : word === 'behind' ? 'kept' : word}
          y="7"
          width={width}
          height="6"
        />
        <line className={styles.mark} x1={MARK} x2={MARK} y1="1" y2="19" vectorEffect="non-scaling-stroke" />
      </svg>
      <span className={styles.promised} aria-hidden="true">
        {promised}
      </span>
    </span>
  )
}

function State({ row: { word, behind, opensAt } }: { readonly row: QueueRow }) {
  const { t } = useTranslation(['board', 'shared'])
  const format = useFormat()
  // Tomorrow, but Tuesday: names of days keep their capital inside a sentence.
  const near = [t('time.today', { ns: 'shared' }), t('time.tomorrow', { ns: 'shared' })]
  const within = (text: string): string =>
    near.some((each) => text.startsWith(each)) ? text.charAt(0).toLowerCase() + text.slice(1) : text
  switch (word) {
    case 'behind':
      return (
        <Tag density="desk" tone="danger">
          {t('state.behind', { by: behind < HOUR ? format.clock(behind) : format.duration(behind) })}
        </Tag>
      )
    case 'close':
      return (
        <Tag density="desk" tone="warn">
          {t('state.close')}
        </Tag>
      )
    case 'nobody':
      return (
        <Tag density="desk" tone="warn">
          {t('state.nobody')}
        </Tag>
      )
    case 'closed':
      return (
        <Tag density="desk">
          {opensAt === undefined
            ? t('state.closed')
            : t('state.opens', { at: within(format.moment(opensAt)) })}
        </Tag>
      )
    case 'kept':
      return null
  }
}
