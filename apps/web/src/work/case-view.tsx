import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Case, FollowUp } from '../api/case'
import { firstName } from '../api/names'
import { TopBar } from '../desk/frame'
import { ThingIcon } from '../shared/icons'
import { Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { Assignee, FollowUps, PromisesKept, Settle } from './case-actions'
import { CaseNote } from './case-note'
import { CaseTimeline } from './case-timeline'
import type { Colleague } from './colleagues'
import { dueSaid } from './when'
import styles from './work.module.css'

export interface CaseViewProps {
  readonly shown: Case
  readonly followUps: readonly FollowUp[]
  /** The follow-up that was opened. */
  readonly at?: string | undefined
  readonly me: string
  /** May look at the journey as it was. */
  readonly replay: boolean
  readonly name: (id: string | undefined) => string | undefined
  readonly colleagues: readonly Colleague[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** The list it was opened from. */
  readonly back: string
  /** As it was: nothing can be done. */
  readonly readOnly?: boolean
}

export function CaseView(props: CaseViewProps) {
  const { shown, followUps, at, me, replay, name, colleagues, now, back, readOnly = false } = props
  const { t } = useTranslation('work')
  const format = useFormat()
  const [settling, setSettling] = useState(false)
  const whole = name(shown.customerId)
  const customer = whole === undefined ? t('customer') : firstName(whole)
  const due = dueSaid(shown.next?.by, now, format)
  const open = shown.status === 'open'
  return (
    <>
      <div className={styles.middle}>
        <TopBar
          title={shown.subject}
          actions={
            !readOnly && (
              <>
                <Assignee
                  kind="case"
                  id={shown.id}
                  staffId={shown.staffId}
                  me={me}
                  name={name}
                  colleagues={colleagues}
                />
                <button
                  type="button"
                  className={styles.plain}
                  aria-expanded={settling}
                  onClick={() => {
                    setSettling(!settling)
                  }}
                >
                  {t(open ? 'settle.open' : 'reopen.open')}
                </button>
              </>
            )
          }
        >
          <Link to={back} className={styles.back ?? ''}>
            {t('back')}
          </Link>
          <span className={styles.hint}>
            <Link to={`/desk/work?customer=${shown.customerId}`}>{whole ?? t('customer')}</Link>
            {` · ${t('case', { reference: shown.reference })}`}
          </span>
          {!open && (
            <Tag tone="ok" density="desk">
              {t('over')}
            </Tag>
          )}
          {open && due.is === 'late' && (
            <Tag tone="danger" density="desk">
              {t('due.late', { time: due.words })}
            </Tag>
          )}
        </TopBar>
        {settling && (
          <Settle
            caseId={shown.id}
            open={open}
            name={customer}
            onClose={() => {
              setSettling(false)
            }}
          />
        )}
        <CaseTimeline steps={shown.timeline} customer={customer} me={me} name={name} />
        {!readOnly && open && <CaseNote caseId={shown.id} name={customer} />}
      </div>
      <aside className={styles.aside} aria-label={t('known')}>
        {shown.item !== undefined && (
          <div className={styles.thing}>
            <span className={styles.picture}>
              <ThingIcon kind={shown.item.kind} title={shown.item.title} />
            </span>
            <div>
              <strong>{shown.item.title}</strong>
              <span className={styles.hint}>
                {[shown.item.reference, shown.reason?.detailLabel ?? shown.reason?.label]
                  .filter((each) => each !== undefined)
                  .join(', ')}
              </span>
            </div>
          </div>
        )}
        {shown.repeat && (
          <p className={styles.part}>
            <Tag tone="warn" density="desk">
              {t('repeat', { count: shown.contacts })}
            </Tag>
          </p>
        )}
        <PromisesKept caseId={shown.id} promises={shown.promises} now={now} readOnly={readOnly || !open} />
        <FollowUps
          caseId={shown.id}
          followUps={followUps}
          at={at}
          me={me}
          name={name}
          colleagues={colleagues}
          now={now}
          readOnly={readOnly}
          plans={open}
        />
        {shown.lastWords !== undefined && (
          <section className={styles.part}>
            <h2>{t('last-words', { name: customer })}</h2>
            <blockquote>{shown.lastWords.text}</blockquote>
            <span className={styles.hint}>{format.moment(shown.lastWords.at)}</span>
          </section>
        )}
        {replay && (
          <p className={styles.part}>
            <Link to={`/desk/replay/${shown.journeyId}`}>{t('replay')}</Link>
          </p>
        )}
      </aside>
    </>
  )
}
