import { useEffect, useEffectEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import type { ViewName, WorkRow } from './rows'
import { dueSaid, saidAt } from './when'
import styles from './work.module.css'

/** Where a row leads: to its case, or to itself where it belongs to none. */
export function addressOf(
  { kind, id, caseId }: Pick<WorkRow, 'kind' | 'id' | 'caseId'>,
  view: ViewName,
): string {
  if (caseId === undefined) return `/desk/work/follow-ups/${id}?view=${view}`
  return `/desk/work/cases/${caseId}?view=${view}${kind === 'follow-up' ? `&followUp=${id}` : ''}`
}

/** Cases and follow-ups as one table. Rows can be chosen where `onChoose` is given. */
export function WorkTable({
  caption,
  rows,
  me,
  name,
  now,
  view,
  chosen = new Set(),
  onChoose,
  onHold = () => undefined,
}: {
  readonly caption: string
  readonly rows: readonly WorkRow[]
  readonly me: string
  readonly name: (id: string | undefined) => string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  readonly view: ViewName
  readonly chosen?: ReadonlySet<string>
  readonly onChoose?: (chosen: ReadonlySet<string>) => void
  /** Somebody is among the rows: they are to keep their places. */
  readonly onHold?: (hold: boolean) => void
}) {
  const { t } = useTranslation('work')
  const table = useRef<HTMLTableElement>(null)
  const hold = useEffectEvent(onHold)
  useEffect(() => {
    const element = table.current
    const among = (): void => {
      hold(true)
    }
    const gone = ({ relatedTarget }: MouseEvent | FocusEvent): void => {
      if (!(relatedTarget instanceof Node && element?.contains(relatedTarget))) hold(false)
    }
    // Being among the rows does nothing but keep them where they are.
    element?.addEventListener('pointerenter', among)
    element?.addEventListener('pointerleave', gone)
    element?.addEventListener('focusin', among)
    element?.addEventListener('focusout', gone)
    return () => {
      element?.removeEventListener('pointerenter', among)
      element?.removeEventListener('pointerleave', gone)
      element?.removeEventListener('focusin', among)
      element?.removeEventListener('focusout', gone)
    }
  }, [])
  const all = rows.length > 0 && rows.every(({ key }) => chosen.has(key))
  return (
    <table ref={table} className={styles.table}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {onChoose !== undefined && (
            <td className={styles.check}>
              <input
                type="checkbox"
                aria-label={t('column.choose-all')}
                checked={all}
                onChange={() => {
                  onChoose(all ? new Set() : new Set(rows.map(({ key }) => key)))
                }}
              />
            </td>
          )}
          <th scope="col">{t('column.due')}</th>
          <th scope="col">{t('column.promised')}</th>
          <th scope="col">{t('column.customer')}</th>
          <th scope="col">{t('column.subject')}</th>
          <th scope="col">{t('column.last-word')}</th>
          <th scope="col">{t('column.with')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row
            key={row.key}
            row={row}
            me={me}
            name={name}
            now={now}
            to={addressOf(row, view)}
            chosen={chosen.has(row.key)}
            {...(onChoose !== undefined && {
              onChoose: () => {
                const next = new Set(chosen)
                if (!next.delete(row.key)) next.add(row.key)
                onChoose(next)
              },
            })}
          />
        ))}
      </tbody>
    </table>
  )
}

function Row({
  row,
  me,
  name,
  now,
  to,
  chosen,
  onChoose,
}: {
  readonly row: WorkRow
  readonly me: string
  readonly name: (id: string | undefined) => string | undefined
  readonly now: number
  readonly to: string
  readonly chosen: boolean
  readonly onChoose?: () => void
}) {
  const { t } = useTranslation('work')
  const format = useFormat()
  const due = dueSaid(row.due, now, format)
  const customer = name(row.customerId) ?? t('customer')
  const subject = row.subject ?? (row.wished ? t('wished') : t('follow-up'))
  return (
    <tr data-chosen={chosen}>
      {onChoose !== undefined && (
        <td className={styles.check}>
          <input
            type="checkbox"
            aria-label={t('column.choose', { name: customer, subject })}
            checked={chosen}
            onChange={onChoose}
          />
        </td>
      )}
      <td className={styles.due} data-due={row.over ? 'over' : due.is}>
        {row.over
          ? t('over')
          : due.is === 'none'
            ? t('due.none')
            : due.is === 'late'
              ? t('due.late', { time: due.words })
              : due.words}
      </td>
      <td className={styles.promised} data-label={t('column.promised')}>
        <span className={styles.clip}>{row.promised ?? t('due.nothing')}</span>
        {row.due !== undefined && !row.over && (
          <span className={styles.hint}>{t('due.by', { at: saidAt(row.due, format) })}</span>
        )}
      </td>
      <th scope="row">
        <Link to={to} data-row-link="">
          {customer}
        </Link>
      </th>
      <td>
        <span className={styles.clip}>{subject}</span>
        <span className={styles.hint}>
          {row.kind === 'follow-up' && row.subject === undefined && !row.wished && row.reference === undefined
            ? t('no-case')
            : row.reference === undefined
              ? t('no-case')
              : t('case', { reference: row.reference })}
        </span>
      </td>
      <td className={styles.last}>
        {row.lastWords !== undefined && (
          <>
            <span className={styles.clip}>{row.lastWords.text}</span>
            <span className={styles.hint}>{format.moment(row.lastWords.at)}</span>
          </>
        )}
      </td>
      <td className={styles.with}>
        {row.staffId === undefined ? (
          <Tag tone="warn" density="desk">
            {t('nobody')}
          </Tag>
        ) : row.staffId === me ? (
          t('you')
        ) : (
          (name(row.staffId) ?? '')
        )}
      </td>
    </tr>
  )
}
