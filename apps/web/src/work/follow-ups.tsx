import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FollowUp } from '../api/case'
import { useOpened } from '../desk/keys-focus'
import { Refusal } from '../desk/wrap-up-refusal'
import { useAnnounce } from '../shared/announce'
import { useFormat } from '../words/format'
import { useMe } from './colleagues'
import type { Colleague } from './colleagues'
import { useCommand } from './command'
import { dayTime, dueSaid, saidAt, soonTimes } from './when'
import styles from './work.module.css'

interface Props {
  readonly followUps: readonly FollowUp[]
  readonly at: string | undefined
  readonly me: string
  readonly name: (id: string | undefined) => string | undefined
  readonly now: number
  readonly readOnly: boolean
}

/** Whom to get back to about a case: done with words, or planned anew. */
export function FollowUps({
  caseId,
  plans,
  colleagues,
  ...props
}: Props & { readonly caseId: string; readonly plans: boolean; readonly colleagues: readonly Colleague[] }) {
  const { t } = useTranslation('work')
  const [planning, setPlanning] = useState(false)
  return (
    <section className={styles.part}>
      <h2>{t('follow-ups.title')}</h2>
      {props.followUps.length === 0 && <p className={styles.hint}>{t('follow-ups.none')}</p>}
      <FollowUpList {...props} />
      {!props.readOnly && plans && !planning && (
        <button
          type="button"
          className={styles.plain}
          onClick={() => {
            setPlanning(true)
          }}
        >
          {t('follow-ups.plan')}
        </button>
      )}
      {planning && (
        <Plan
          caseId={caseId}
          colleagues={colleagues}
          onClose={() => {
            setPlanning(false)
          }}
        />
      )}
    </section>
  )
}

export function FollowUpList({ followUps, at, me, name, now, readOnly }: Props) {
  const { t } = useTranslation('work')
  const format = useFormat()
  const [closing, setClosing] = useState<string | undefined>(at)
  return (
    <ul className={styles.promises}>
      {followUps.map((each) => {
        const { id, what, dueBy, staffId, status, wished, closedAt, note } = each
        const due = dueSaid(dueBy, now, format)
        const open = status === 'open'
        return (
          <li key={id} data-at={id === at}>
            <span>
              {what}
              <span className={styles.due} data-due={open ? due.is : 'over'}>
                {open
                  ? due.is === 'late'
                    ? t('promise.late', { at: saidAt(dueBy, format), time: due.words })
                    : t('due.by', { at: saidAt(dueBy, format) })
                  : t(status === 'done' ? 'follow-ups.done-at' : 'follow-ups.cancelled-at', {
                      at: saidAt(closedAt ?? dueBy, format),
                    })}
              </span>
              <span className={styles.hint}>
                {[
                  staffId === me ? t('you') : (name(staffId) ?? t('nobody')),
                  ...(wished ? [t('wished')] : []),
                  ...(note === undefined || note === '' ? [] : [note]),
                ].join(' · ')}
              </span>
            </span>
            {open && !readOnly && closing !== id && (
              <button
                type="button"
                className={styles.plain}
                aria-label={t('follow-ups.complete', { what })}
                onClick={() => {
                  setClosing(id)
                }}
              >
                {t('follow-ups.done')}
              </button>
            )}
            {open && !readOnly && closing === id && (
              <Complete
                followUp={each}
                onClose={() => {
                  setClosing(undefined)
                }}
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** How it went, for the team. */
function Complete({
  followUp: { id, what },
  onClose,
}: {
  readonly followUp: FollowUp
  readonly onClose: () => void
}) {
  const { t } = useTranslation('work')
  const announce = useAnnounce()
  const heading = useOpened<HTMLHeadingElement>()
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const { busy, error, run } = useCommand()
  const field = useId()
  const without = note.trim() === ''
  const complete = async (): Promise<void> => {
    setTried(true)
    if (without) {
      document.getElementById(field)?.focus()
      return
    }
    const told = note.trim()
    const done = await run(told, (api, key) =>
      api.post(`/case/follow-ups/${id}/completion`, { note: told }, { key }),
    )
    if (!done) return
    announce(t('follow-ups.noted', { what }))
    onClose()
  }
  return (
    <div className={styles.form}>
      <h3 ref={heading} tabIndex={-1}>
        <label htmlFor={field}>{t('follow-ups.how')}</label>
      </h3>
      <textarea
        id={field}
        rows={2}
        maxLength={2_000}
        value={note}
        {...(tried && without && { 'aria-invalid': true, 'aria-describedby': `${field}-fault` })}
        onChange={({ currentTarget }) => {
          setNote(currentTarget.value)
        }}
      />
      {tried && without && (
        <p id={`${field}-fault`} className={styles.fault}>
          {t('missing')}
        </p>
      )}
      <Refusal error={error} title={t('refused')} />
      <div className={styles.buttons}>
        <Button onClick={() => void complete()} aria-disabled={busy}>
          {t('follow-ups.do')}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {t('not-now')}
        </Button>
      </div>
    </div>
  )
}

function Plan({
  caseId,
  colleagues,
  onClose,
}: {
  readonly caseId: string
  readonly colleagues: readonly Colleague[]
  readonly onClose: () => void
}) {
  const { t } = useTranslation('work')
  const format = useFormat()
  const announce = useAnnounce()
  const heading = useOpened<HTMLHeadingElement>()
  const [what, setWhat] = useState('')
  const [by, setBy] = useState('')
  const { id: me } = useMe()
  const [who, setWho] = useState('me')
  const [tried, setTried] = useState(false)
  const { busy, error, run } = useCommand()
  const ids = { what: useId(), by: useId(), who: useId(), fault: useId() }
  const [now] = useState(() => new Date())
  const faulty = { what: what.trim() === '', by: by === '' || new Date(by) <= now }
  const plan = async (): Promise<void> => {
    setTried(true)
    if (faulty.what || faulty.by) {
      document.getElementById(faulty.what ? ids.what : ids.by)?.focus()
      return
    }
    const staffId = who === 'me' ? me : who
    const body = {
      caseId,
      what: what.trim(),
      dueBy: new Date(by).toISOString(),
      ...(staffId !== '' && { staffId }),
    }
    const done = await run(JSON.stringify(body), (api, key) => api.post('/case/follow-ups', body, { key }))
    if (!done) return
    announce(t('follow-ups.planned'))
    onClose()
  }
  return (
    <div className={styles.form}>
      <h3 ref={heading} tabIndex={-1}>
        {t('follow-ups.plan')}
      </h3>
      <label className={styles.block} htmlFor={ids.what}>
        {t('follow-ups.what')}
      </label>
      <input
        id={ids.what}
        type="text"
        maxLength={500}
        value={what}
        {...(tried && faulty.what && { 'aria-invalid': true, 'aria-describedby': ids.fault })}
        onChange={({ currentTarget }) => {
          setWhat(currentTarget.value)
        }}
      />
      <label className={styles.block} htmlFor={ids.by}>
        {t('follow-ups.by')}
      </label>
      <input
        id={ids.by}
        type="datetime-local"
        value={by}
        {...(tried && faulty.by && { 'aria-invalid': true, 'aria-describedby': ids.fault })}
        onChange={({ currentTarget }) => {
          setBy(currentTarget.value)
        }}
      />
      {by === '' && (
        <div className={styles.buttons}>
          {soonTimes(now).map((time) => (
            <button
              key={time.getTime()}
              type="button"
              className={styles.plain}
              onClick={() => {
                setBy(dayTime(time))
                document.getElementById(ids.by)?.focus()
              }}
            >
              {format.moment(time)}
            </button>
          ))}
        </div>
      )}
      <label className={styles.block} htmlFor={ids.who}>
        {t('follow-ups.who')}
      </label>
      <select
        id={ids.who}
        value={who}
        onChange={({ currentTarget }) => {
          setWho(currentTarget.value)
        }}
      >
        <option value="me">{t('you')}</option>
        {colleagues.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
        <option value="">{t('follow-ups.anybody')}</option>
      </select>
      {tried && (faulty.what || faulty.by) && (
        <p id={ids.fault} className={styles.fault}>
          {t(faulty.what ? 'missing' : 'ahead')}
        </p>
      )}
      <Refusal error={error} title={t('refused')} />
      <div className={styles.buttons}>
        <Button onClick={() => void plan()} aria-disabled={busy}>
          {t('follow-ups.do-plan')}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {t('not-now')}
        </Button>
      </div>
    </div>
  )
}
