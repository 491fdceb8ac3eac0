import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useNames } from '../api/names'
import { useFormat } from '../words/format'
import { useMe } from './colleagues'
import { addressOf } from './table'
import type { ViewName } from './rows'
import { useMinute } from './use-minute'
import { dueSaid } from './when'
import { useWorkList } from './work-data'
import styles from './work.module.css'

/** The view that somebody came from, beside what is open. */
export function SideList({ view, at }: { readonly view: ViewName; readonly at: string }) {
  const { t } = useTranslation('work')
  const format = useFormat()
  const me = useMe()
  const { rows } = useWorkList(view, me.roles.includes('supervisor'))
  const name = useNames(rows.map(({ customerId }) => customerId))
  const now = useMinute()
  return (
    <nav className={styles.side} aria-label={t(`views.${view}`)}>
      <Link to={`/desk/work?view=${view}`} className={styles.sideHead ?? ''}>
        <span>{t(`views.${view}`)}</span>
        <span className={styles.hint}>{rows.length}</span>
      </Link>
      <ul>
        {rows.map((row) => {
          const due = dueSaid(row.due, now, format)
          return (
            <li key={row.key}>
              <Link
                to={addressOf(row, view)}
                className={styles.sideRow ?? ''}
                {...((row.caseId ?? row.id) === at && { 'aria-current': 'page' as const })}
              >
                <span>
                  <strong>{name(row.customerId) ?? t('customer')}</strong>
                  <span className={styles.due} data-due={due.is}>
                    {due.is === 'none'
                      ? ''
                      : due.is === 'late'
                        ? t('due.late', { time: due.words })
                        : due.words}
                  </span>
                </span>
                <span className={styles.clip}>{row.promised ?? row.subject ?? ''}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
